"""The demonstration city as one meets it: valid, invented, plausibly wrong, and with every situation of every rule."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count, Max, Q
from django.test import Client
from django.utils import timezone

from payroll.actions import last_closed
from payroll.models import Benchmark, GuidanceStandard, PayRecord
from posts.models import Employer, Post
from supervision.models import Finding, ItemRecord, RectificationOrder
from supervision.runs import execute_here, start_run
from supervision.selectors.clauses import clause_counts
from talents.models import Appointment, Certificate, Registration, SocialWorker
from xmsw.accounts.models import User
from xmsw.dated import months_later
from xmsw.identifiers import birth_date_of, credit_code_problem, identity_problem, sex_of
from xmsw.policy.outcomes import Outcome
from xmsw.policy.recheck import RecheckRequest
from xmsw.policy.rules import rules_of_employers
from xmsw.synthetic.plan import PASSWORD
from xmsw.ui.demo import KEY
from xmsw.workflow import registry
from xmsw.workflow.models import Step, Waiting

TODAY = date.today()
pytestmark = pytest.mark.usefixtures("demo_city", "db")


@pytest.fixture(scope="module")
def demo_city(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """Loaded once; what a test changes in it is rolled back. Pages of other tests know nothing of demo data."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", "--json", stdout=io.StringIO(), on=TODAY)
        connection.check_constraints()  # once, not after every test
        yield
        transaction.set_rollback(True)
    cache.delete(KEY)


def test_people_and_employers_are_valid_and_invented() -> None:
    workers = list(SocialWorker.objects.all())
    for worker in workers:
        assert identity_problem(worker.identity, TODAY) is None
        assert worker.identity.startswith("3502") and worker.identity[:6] not in {"350203", "350205", "350206"}
        assert (worker.birth_date, worker.sex) == (birth_date_of(worker.identity), sex_of(worker.identity))
        assert worker.synthetic
    assert len({worker.identity for worker in workers}) == len(workers)
    invented = Employer.objects.filter(synthetic=True)
    assert all(credit_code_problem(employer.credit_code) is None and "演示" in employer.name for employer in invented)
    assert not GuidanceStandard.objects.filter(Q(synthetic=False) | ~Q(document__endswith="（非正式文件）")).exists()


def test_the_mixture_has_met_and_broken_rules() -> None:
    counted = Employer.objects.filter(kind="C02")
    assert not counted.filter(state="listed", posts__isnull=False).exists()
    assert counted.filter(state="approved", synthetic=False).exists()
    assert not Certificate.objects.filter(level=3, issued_on__lt=date(2019, 12, 1)).exists()
    assert not Certificate.objects.filter(issued_on__gt=TODAY).exists()
    filed = Appointment.objects.in_force(TODAY).exclude(post__grade=None)
    held = filed.annotate(held=Max("worker__certificates__level", filter=Q(worker__certificates__issued_on__lt=TODAY)))
    broken = [each for each in held if each.post.grade > (each.held or 0)]
    assert 0.005 < len(broken) / len(held) < 0.1
    assert Post.objects.in_force(TODAY).filter(appointments=None).exists()
    assert filed.filter(full_time=False).exists()
    assert Post.objects.filter(grade=None).exists() and Post.objects.filter(duty_text="").exists()
    assert Registration.objects.values("certificate").annotate(last=Max("end")).filter(last__lt=TODAY).exists()
    assert Post.objects.filter(start__year=2019).exists() and Post.objects.filter(start__year=2025).exists()
    paid = set(PayRecord.objects.values_list("period", flat=True))
    assert len(paid) == 24
    last = last_closed(TODAY)
    assert set(Benchmark.objects.values_list("period", flat=True)) == {last, months_later(last, -12)} <= paid


def test_a_full_recalculation_is_asked_for_once() -> None:
    assert list(RecheckRequest.objects.values_list("employer_id", flat=True)) == [None]


def test_every_account_signs_in_and_sees_its_own(client: Client) -> None:
    said = io.StringIO()
    call_command("demo", "--accounts", "--json", stdout=said)
    listed = {account["username"]: account for account in json.loads(said.getvalue())}
    assert set(next(iter(listed.values()))) == {"username", "password", "role", "sees"}
    assert all(client.login(username=name, password=PASSWORD) for name in listed)
    seen = {name: Employer.objects.visible_to(User.objects.get(username=name)) for name in listed}
    assert seen["demo-city"].count() == Employer.objects.count()
    for name, code in (("demo-siming", "350203"), ("demo-huli", "350206")):
        assert seen[name].count() == Employer.objects.within(code).count() > 0
    assert set(seen["demo-education"].values_list("kind", flat=True)) == {"B02"}
    assert set(seen["demo-health"].values_list("kind", flat=True)) <= {"B01", "B04"}
    community, agency = seen["demo-community"].get(), seen["demo-agency"].get()
    assert (community.kind, community.district_code, community.synthetic) == ("C02", "350203", False)
    assert agency.kind == "E01" and agency.posts.exists()
    assert not seen["demo-admin"].exists()


def test_something_of_every_sort_waits_and_some_of_it_is_overdue() -> None:
    waits = dict(Waiting.objects.values_list("flow").annotate(Count("pk")))
    sorts = {
        "post",
        "need",
        "inclusion",
        "registration",
        "appointment",
        "allocation",
        "learning",
        "benefit",
        "allowance",
    }
    assert sorts <= waits.keys()
    for name in ("demo-siming", "demo-huli", "demo-city"):
        assert Waiting.objects.visible_to(User.objects.get(username=name)).exists(), name
    ages = {(TODAY - timezone.localdate(since)).days for since in Waiting.objects.values_list("since", flat=True)}
    assert min(ages) <= 3 and max(ages) > 10
    handed_in = [flow.key for flow in registry.flows() if any(move.name == "submit" for move in flow.moves)]
    for each in Waiting.objects.filter(flow__in=handed_in):
        assert Step.objects.of(each.flow, each.subject_id).filter(move="submit", at=each.since).exists(), each
    returned = Step.objects.filter(move="return")
    assert returned.exists() and all(step.said for step in returned)


def test_every_outcome_of_every_rule_occurs():
    execute_here(start_run(day=date.today(), present=True, reason="request", dispatch=False))
    counted = clause_counts(None)
    missing = [
        f"{rule.code}: {outcome.code}"
        for rule in rules_of_employers()
        for outcome in rule.outcomes()
        if not counted.get(rule.number, {}).get(outcome.code)
    ]
    assert missing == []
    for rule in rules_of_employers():
        for outcome in rule.outcomes() - {Outcome.MET}:
            assert Finding.objects.open().filter(rule=rule.number, outcome=outcome).exists(), rule.code
    assert Waiting.objects.filter(flow="post").exists(), "a desk is not empty"
    for order in RectificationOrder.objects.all():
        assert Step.objects.of("rectification", order.pk).first().to_state == order.state, "each order has its way"
        assert (order.unit is None) == ("现场核查" not in order.text)
    assert not [each for each in ItemRecord.objects.select_related("item") if each.doubt]
