"""Demo data: made once, the same each time, valid and plausibly wrong; a bulk load leaves the database as it was."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, Max, Q, Sum
from django.test import Client
from django.utils import timezone

from payroll.actions import last_closed
from payroll.models import Benchmark, GuidanceStandard, PayRecord
from posts.models import Employer, Post
from talents.models import Appointment, Certificate, Registration, SocialWorker
from tests.builders import make_employer, make_post
from xmsw.accounts.models import User
from xmsw.dated import months_later
from xmsw.feed.models import Touched
from xmsw.identifiers import birth_date_of, credit_code_problem, identity_problem, sex_of
from xmsw.policy.recheck import RecheckRequest
from xmsw.regions.models import Region
from xmsw.synthetic.names import Identities, chinese_number
from xmsw.synthetic.plan import PASSWORD
from xmsw.ui.demo import KEY
from xmsw.workflow import registry
from xmsw.workflow.models import Step, Waiting

TODAY = date(2026, 6, 30)
DEFINITIONS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
ORDER BY 1, 2, 3
"""


@pytest.fixture(autouse=True)
def _forget_the_notice() -> Iterator[None]:
    """Pages of other tests must not say that there is demo data."""
    yield
    cache.delete(KEY)


def demo(**options: object) -> dict:
    """Run the command with JSON output and give what it says."""
    said = io.StringIO()
    call_command("demo", "--json", stdout=said, **({"size": 60, "on": TODAY} | options))
    return json.loads(said.getvalue())


def fingerprint() -> list[tuple]:
    """What the same seed must give again, whatever the ids."""
    people = SocialWorker.objects.order_by("identity_hash").values_list("identity_hash", "name", "education")
    posts = Post.objects.order_by("employer__name", "code").values_list("employer__name", "code", "grade", "start")
    pay = PayRecord.objects.order_by("employment__worker__identity_hash", "period").values_list(
        "period", "total", "rung"
    )
    return [*people, *posts, *pay]


def definitions() -> list[tuple]:
    """Every constraint, index and trigger, without casts: PostgreSQL writes those of «IN (…)» anew each time."""
    with connection.cursor() as cursor:
        cursor.execute(DEFINITIONS)
        return [(*names, re.sub(r"::(character varying|text)(\[\])?|[()]", "", text)) for *names, text in cursor]


@pytest.mark.django_db
def test_it_loads_once() -> None:
    first = demo()
    before = fingerprint()
    assert first["loaded"] and first["rows"]["人员"] == 288
    assert demo() == {"loaded": False}
    assert fingerprint() == before


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_data_and_another_seed_does_not() -> None:
    prints = []
    for seed in (317, 317, 318):
        with transaction.atomic():
            demo(seed=seed)
            prints.append(fingerprint())
            transaction.set_rollback(True)
    assert prints[0] == prints[1]
    assert prints[0] != prints[2]


@pytest.mark.django_db
def test_a_database_in_use_is_refused() -> None:
    make_post(make_employer())
    with pytest.raises(CommandError, match="已有登记的岗位或人员"):
        demo()
    assert not SocialWorker.objects.exists()


@pytest.mark.django_db
def test_people_and_employers_are_valid_and_invented() -> None:
    demo()
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


@pytest.mark.django_db
def test_the_mixture_has_met_and_broken_rules() -> None:
    demo(size=600)
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


@pytest.mark.django_db
def test_a_full_recalculation_is_asked_for_once() -> None:
    demo()
    assert list(RecheckRequest.objects.values_list("employer_id", flat=True)) == [None]


@pytest.mark.django_db
def test_every_account_signs_in_and_sees_its_own(client: Client) -> None:
    demo(size=400)
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


@pytest.mark.django_db
def test_something_of_every_sort_waits_and_some_of_it_is_overdue() -> None:
    demo(size=600)
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


@pytest.mark.django_db(transaction=True)
def test_a_bulk_load_brings_every_index_constraint_and_trigger_back() -> None:
    before = definitions()
    done = demo(factor=2)
    assert done["rows"]["人员"] == 2 * 288
    assert definitions() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM talents_socialworkerevent")
        assert cursor.fetchone()[0] == 0
    waiting = dict(Touched.objects.values_list("resource").annotate(Sum("size")))
    assert waiting["workers"] == SocialWorker.objects.count()
    assert waiting["employers"] == Employer.objects.count()
    make_post(Employer.objects.filter(synthetic=True).first())
    assert RecheckRequest.objects.exclude(employer_id=None).exists()


@pytest.mark.django_db(transaction=True)
def test_the_nation_is_read_from_its_five_files(tmp_path: Path) -> None:
    files = {
        "provinces": "code,name\n11,北京市\n",
        "cities": "code,name,provinceCode\n1101,市辖区,11\n",
        "areas": "code,name\n110101,东城区\n",
        "streets": "code,name\n110101001,东华门街道\n",
        "villages": "code,name\n110101001001,多福巷社区居委会\n110101001002,演示村村委会\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    demo(scale="nation", size=650, villages=str(tmp_path / "villages.csv"))
    kinds = dict(
        Employer.objects.filter(region__code__startswith="11", synthetic=False).values_list("region_id", "kind")
    )
    assert kinds == {"110101001": "C01", "110101001001": "C02", "110101001002": "C03"}
    assert Region.objects.get(pk="110101001001").parent_id == "110101001"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (3, "三"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1003, "一千零三"),
        (10_020, "一万零二十"),
        (25_000, "二万五千"),
        (120_000, "十二万"),
    ],
)
def test_numerals(number: int, words: str) -> None:
    assert chinese_number(number) == words


def test_identity_numbers_of_a_year_never_repeat() -> None:
    identities = Identities()
    drawn = [identities.draw(1990) for _ in range(5_000)]
    assert len(set(drawn)) == len(drawn)
    assert {number[6:10] for number in drawn} == {"1990"}
