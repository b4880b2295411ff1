"""Runs, the incremental recheck and snapshots leave the same findings by every way."""

from datetime import date, timedelta

import pytest
from django.db import connection

from payroll.models import InsuranceEnrolment
from posts.models import Employer, RankLadder
from supervision import tasks
from supervision.models import EmployerFacts, Finding, Run, Shard, Tally
from supervision.recheck import drain
from supervision.runs import execute_here, execute_shard, plan, rescue, start_run
from tests import builders as make
from tests.payroll.sheets import make_terms
from xmsw.policy import facts as fact_registry
from xmsw.policy.engine import Employers, Evaluation
from xmsw.policy.models import ParameterValue
from xmsw.policy.outcomes import Outcome
from xmsw.policy.recheck import RecheckRequest
from xmsw.policy.rules import by_code, by_number, needed_params, rules

pytestmark = pytest.mark.django_db
TODAY = date.today()


def full_run(**options) -> Run:
    return execute_here(
        start_run(**({"day": TODAY, "present": True, "reason": "request", "dispatch": False} | options))
    )


def open_findings(employer: Employer) -> dict[str, str]:
    return {by_number(f.rule).code: Outcome(f.outcome).code for f in Finding.objects.open().filter(employer=employer)}


def staff_community(employer: Employer) -> None:
    person = make.make_worker()
    make.make_certificate(person)
    employment = make.make_employment(person, employer)
    make.make_pay(employment)
    make.make_insurance(employment)
    make.make_appointment(person, employer.posts.get())


def stored() -> tuple[list, list, list]:
    """Everything a run leaves, without row numbers and days."""
    return (
        sorted(Finding.objects.open().values_list("rule", "subject_id", "employer_id", "outcome")),
        sorted(EmployerFacts.objects.values_list(), key=str),
        sorted(
            Tally.objects.filter(day=None).values_list("street", "kind", "rule", "met", "violation", "warning", "info")
        ),
    )


def test_every_rule_cites_a_clause_reads_known_parameters_and_has_a_column():
    known = set(ParameterValue.objects.values_list("parameter_id", flat=True))
    assert needed_params() <= known
    assert len({rule.code for rule in rules()}) == len(rules()) >= 24


def test_stored_facts_are_the_declared_facts():
    columns = {field.name for field in EmployerFacts._meta.fields} - {"employer", "region_code", "kind"}
    declared = set(fact_registry.get("employer").all_facts()) - {"employer_kind", "employer_sector", "technical_posts"}
    assert columns == declared


def test_sql_and_python_agree_on_every_rule():
    make_terms()
    community = make.make_employer(kind="C02")
    make.make_post(community, grade=None, duties=[])
    staff_community(community)
    for kind in ("A01", "B02", "D04", "E01"):
        employer = make.make_employer(kind=kind)
        make.make_post(employer, grade=2)
        staff_community(employer)
        employment = employer.employments.get()
        employment.pay_records.update(factor_post=None)
        employment.insurance_months.update(pension=None, injury=3000)
        InsuranceEnrolment.objects.filter(employment=employment).update(medical=None)
    evaluation = Evaluation(TODAY, Employers.within("350203"))
    compared = 0
    for subject in fact_registry.subjects():
        for row in evaluation.rows(subject.name):
            for rule in rules(subject.name):
                outcome, _ = rule.decide(row, evaluation.params)
                assert row[rule.column] == outcome, (rule.code, row)
                compared += outcome is not None
    assert compared > 250


def test_a_second_full_run_touches_nothing():
    full_run()
    before, again = stored(), full_run()
    assert (again.opened, again.closed) == (0, 0)
    assert stored() == before


def test_communities_move_from_no_post_to_nobody_in_it_to_met_without_a_full_run():
    full_run()
    first, second = Employer.objects.filter(kind="C02", region__code__startswith="350206").order_by("pk")[:2]
    for employer in (first, second):
        assert open_findings(employer)["community-has-post"] == "violation"
    make.make_post(first)
    assert drain() > 0
    assert open_findings(first) == {"full-time-professional": "violation", "rank-ladder": "violation"}
    staff_community(first)
    RankLadder.objects.create(employer=first, version=1, document="职级办法", start=date(2020, 1, 1))
    drain()
    # What stays open are the person's papers, none of it a violation.
    assert open_findings(first) == {"first-registration-overdue": "info", "in-specialist-file": "warning"}
    assert open_findings(second)["community-has-post"] == "violation"
    assert Run.objects.count() == 1


def test_the_incremental_recheck_leaves_what_a_full_run_leaves():
    full_run()
    employer = make.make_employer(kind="D04")
    make.make_post(employer)
    staff_community(employer)
    moved = make.make_employer(kind="E01", region="350203001")
    drain()
    moved.region_id = "350206001"
    moved.save()
    drain()
    incremental = stored()
    full_run()
    assert stored() == incremental


def test_a_change_by_plain_sql_is_rechecked_too():
    full_run()
    drain()
    employer = Employer.objects.filter(kind="C02").order_by("pk").last()
    make.make_post(employer)
    drain()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE posts_post SET grade = NULL WHERE employer_id = %s", [employer.pk])
    assert set(RecheckRequest.objects.values_list("employer_id", flat=True)) == {employer.pk}
    drain()
    assert open_findings(employer)["post-grade"] == "violation"


def test_an_update_that_changes_nothing_asks_for_no_recheck():
    employer = make.make_employer(kind="E01")
    RecheckRequest.objects.all().delete()
    Employer.objects.filter(pk=employer.pk).update(name=employer.name)
    assert not RecheckRequest.objects.exists()


def test_a_new_parameter_asks_for_a_full_run():
    ParameterValue.objects.filter(parameter_id="community_min_posts").update(value=2)
    drain()
    run = Run.objects.get()
    assert (run.reason, run.area, run.unfinished) == (Run.Reason.PARAMETER, "", True)


def test_a_changed_outcome_closes_the_old_finding_and_opens_a_new_one():
    employer = make.make_employer(kind="B02")
    full_run()
    assert open_findings(employer)["inclusion"] == "pending"
    employer.need_assessments.create(assessed_on=TODAY, headcount=1, assessor="教育局", basis="评估")
    drain()
    history = Finding.objects.filter(employer=employer, rule=by_code("inclusion").number).order_by("pk")
    assert [(f.get_outcome_display(), f.closed_on is None) for f in history] == [("待评估", False), ("违反", True)]


def test_a_closed_employer_leaves_findings_facts_and_tallies():
    employer = make.make_employer(kind="E01")
    make.make_post(employer)
    drain()
    assert open_findings(employer)
    employer.end, employer.state = TODAY - timedelta(days=1), Employer.State.CLOSED
    employer.save()
    drain()
    assert not open_findings(employer)
    assert not EmployerFacts.objects.filter(employer=employer).exists()
    assert not Tally.objects.filter(day=None, kind="E01").exists()


def test_a_past_day_keeps_a_snapshot_and_leaves_findings_alone():
    employer = make.make_employer(kind="C02")
    make.make_post(employer, start=TODAY - timedelta(days=10))
    full_run()
    before = stored()
    day = TODAY - timedelta(days=30)
    assert full_run(day=day, present=False).opened == 0
    assert stored() == before
    rule = by_code("community-has-post").number
    assert sum(Tally.objects.filter(day=day, rule=rule).values_list("met", flat=True)) == 0
    assert sum(Tally.objects.filter(day=None, rule=rule).values_list("met", flat=True)) == 1


def test_shards_cover_an_area_once_and_pack_small_districts():
    spans = plan("")
    assert [low for low, _ in spans[1:]] == [high for _, high in spans[:-1]]
    assert (spans[0][0], spans[-1][1]) == ("", "~")
    assert len(plan("", shards=2)) == 2
    assert plan("350203") == [("350203", "350203~")]


def test_a_shard_is_done_once_and_a_lost_one_is_sent_again(monkeypatch):
    sent: list[int] = []
    monkeypatch.setattr("supervision.runs.send", sent.extend)
    run = start_run(day=TODAY, present=True, reason="request", dispatch=False)
    first, *others = run.shards.order_by("low").values_list("pk", flat=True)
    execute_shard(first)
    execute_shard(first)
    assert run.shards.filter(done_at__isnull=False).count() == 1
    assert sorted(rescue()) == sorted(sent) == sorted(others)
    for pk in others:
        execute_shard(pk)
    run.refresh_from_db()
    assert run.state == Run.State.DONE
    assert run.employers == 600


def test_a_missing_parameter_stops_the_run_with_a_sentence():
    ParameterValue.objects.filter(parameter_id="community_min_posts").delete()
    run = start_run(day=TODAY, present=True, reason="request", dispatch=False)
    shard = run.shards.first()
    for _ in range(3):
        tasks.run_shard(shard.pk)
    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    assert run.error.startswith("参数「community_min_posts」")
    assert "请在「核查参数」里补上" in run.error
    assert Shard.objects.get(pk=shard.pk).tries == 3
