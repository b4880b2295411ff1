"""The 13 reading traps of the policy register, by number."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from posts.models import Employer, NeedAssessment
from supervision.models import Finding, Tally
from supervision.recheck import drain
from supervision.runs import execute_here, start_run
from talents.actions import file_appointment
from talents.models import Appointment, Registration
from tests import builders as make
from xmsw.policy.engine import Employers, Evaluation, verdicts
from xmsw.policy.models import Clause, Parameter, ParameterValue
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import by_code, rules
from xmsw.workflow.refusals import Refused

pytestmark = pytest.mark.django_db
TODAY = date.today()
LAST_YEAR = TODAY - timedelta(days=365)


def outcomes(employer: Employer, on: date = TODAY) -> dict[str, Outcome]:
    """Worst outcome by rule code."""
    found: dict[str, Outcome] = {}
    for verdict in verdicts(Evaluation(on, Employers.of_ids([employer.pk]))):
        found[verdict.rule.code] = max(found.get(verdict.rule.code, Outcome.MET), verdict.outcome)
    return found


def switch(code: str, value: object) -> None:
    ParameterValue.objects.filter(parameter_id=code).delete()
    ParameterValue.objects.create(parameter_id=code, value=value, start=date(2000, 1, 1), source="测试")


def staffed(
    employer: Employer, *, level: int | None = 1, grade: int = 1, full_time: bool = True, **worker
) -> Appointment:
    person = make.make_worker(**worker)
    if level:
        make.make_certificate(person, level=level, issued_on=date(2020, 3, 1))
    make.make_employment(person, employer, start=LAST_YEAR)
    return make.make_appointment(person, make.make_post(employer, grade=grade), start=LAST_YEAR, full_time=full_time)


@pytest.mark.parametrize(
    ("posts", "expected"), [(0, Outcome.INFO), (1, Outcome.MET), (2, Outcome.MET), (3, Outcome.INFO)]
)
def test_trap_1_permission_to_set_one_or_two_posts_is_never_breached(posts, expected):
    employer = make.make_employer(kind="A01")
    for _ in range(posts):
        make.make_post(employer)
    assert outcomes(employer)["leading-posts"] == expected


@pytest.mark.parametrize(
    ("kind", "form", "expected"),
    [("C02", "contract", Outcome.WARNING), ("A01", "contract", None), ("C02", "established", None)],
    ids=["community", "institution is not guided", "established staff is not guided"],
)
def test_trap_2_guidance_covers_three_sectors_and_only_warns(kind, form, expected):
    make.make_standard(base_wage=Decimal(120000), rungs={"assistant_2": "0.8"})
    employer = make.make_employer(kind=kind)
    employment = make.make_employment(make.make_worker(), employer, form=form, start=LAST_YEAR)
    make.make_pay(employment, period=TODAY.replace(day=1), base=Decimal(5000), rung="assistant_2")
    found = outcomes(employer)
    assert found.get("guidance-standard") == expected
    assert ("five-factors" in found) is (form != "established")


def test_trap_3_a_post_with_nobody_in_it_fails_only_the_second_check():
    employer = make.make_employer(kind="C02")
    make.make_post(employer)
    found = outcomes(employer)
    assert found["community-has-post"] == Outcome.MET
    assert found["full-time-professional"] == Outcome.VIOLATION


@pytest.mark.parametrize(("counts", "expected"), [(True, Outcome.MET), (False, Outcome.VIOLATION)])
def test_trap_4_whether_a_degree_makes_a_professional_is_a_setting(counts, expected):
    switch("qualified_degree_counts", counts)
    employer = make.make_employer(kind="C02")
    staffed(employer, level=None, grade=None, social_work_education=30)
    assert outcomes(employer)["full-time-professional"] == expected
    row = Evaluation(TODAY, Employers.of_ids([employer.pk])).rows("employer")[0]
    assert (row["full_time_qualified"], row["full_time_certified"]) == (1, 0)


@pytest.mark.parametrize(
    ("grade", "level", "broken"),
    [(3, 3, False), (3, 2, True), (2, 2, False), (2, 3, False), (2, 1, True), (1, 1, False), (1, 2, False)],
)
def test_trap_5_a_certificate_of_the_grade_or_above_is_needed(grade, level, broken):
    employer = make.make_employer(kind="C02")
    staffed(employer, level=level, grade=grade)
    code = {1: "certificate-for-junior", 2: "certificate-for-intermediate", 3: "certificate-for-senior"}[grade]
    assert outcomes(employer)[code] == (Outcome.VIOLATION if broken else Outcome.MET)


def test_trap_5_the_issue_date_counts_not_todays_holdings():
    employer = make.make_employer(kind="C02")
    person = make.make_worker()
    make.make_certificate(person, level=1, issued_on=LAST_YEAR + timedelta(days=1))
    make.make_appointment(person, make.make_post(employer), start=LAST_YEAR)
    assert outcomes(employer)["certificate-for-junior"] == Outcome.VIOLATION


@pytest.mark.parametrize(("needed", "expected"), [(True, Outcome.VIOLATION), (False, None)])
def test_trap_5_grade_13_is_a_switch(needed, expected):
    switch("grade13_needs_certificate", needed)
    employer = make.make_employer(kind="A01")
    person = make.make_worker()
    make.make_appointment(person, make.make_post(employer, grade=1, institution_grade=13), start=LAST_YEAR)
    assert outcomes(employer).get("certificate-for-junior") == expected


def test_trap_5_no_senior_certificate_before_the_2019_exam():
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_certificate(make.make_worker(), level=3, issued_on=date(2018, 12, 31))
    make.make_certificate(make.make_worker(), level=3, issued_on=date(2019, 1, 1))


def test_trap_5_the_rule_refuses_at_save_with_its_clause():
    officer = make.make_user("district_officer")
    employer = make.make_employer(kind="C02")
    person = make.make_worker()
    make.make_certificate(person, level=1, issued_on=date(2020, 3, 1))
    with pytest.raises(Refused, match=r"二\(四\)-7"):
        file_appointment(officer, worker=person, post=make.make_post(employer, grade=2), start=TODAY)
    assert not Appointment.objects.exists()
    assert file_appointment(officer, worker=person, post=make.make_post(employer, grade=1), start=TODAY).pk


def test_trap_6_a_lapsed_registration_warns_and_voids_nothing():
    employer = make.make_employer(kind="C02")
    appointment = staffed(employer)
    certificate = appointment.worker.certificates.get()
    Registration.objects.create(certificate=certificate, start=date(2020, 4, 1), end=date(2023, 3, 31))
    found = outcomes(employer)
    assert found["registration-lapsed"] == Outcome.WARNING
    assert found["full-time-professional"] == found["certificate-for-junior"] == Outcome.MET
    drain()
    appointment.refresh_from_db()
    assert appointment.state == Appointment.State.FILED


def test_trap_7_conversion_does_not_waive_the_certificate():
    employer = make.make_employer(kind="C02")
    person = make.make_worker()
    make.make_employment(person, employer, start=LAST_YEAR - timedelta(days=400))
    make.make_appointment(
        person, make.make_post(employer), start=LAST_YEAR, source="conversion", prior_role="社区工作者"
    )
    found = outcomes(employer)
    assert found["conversion-from-staff"] == Outcome.MET
    assert found["certificate-for-junior"] == Outcome.VIOLATION


@pytest.mark.parametrize(
    ("allocating", "expected"),
    [("350203", Outcome.MET), ("350203001", Outcome.MET), ("350206", Outcome.WARNING), (None, Outcome.WARNING)],
    ids=["own district", "own street", "another district", "nobody named"],
)
def test_trap_7_supplements_come_from_the_area(allocating, expected):
    employer = make.make_employer(kind="C02", region="350203001001")
    person = make.make_worker()
    make.make_appointment(
        person, make.make_post(employer), start=LAST_YEAR, source="supplement", allocating_region_id=allocating
    )
    assert outcomes(employer)["supplement-by-area"] == expected


@pytest.mark.parametrize(
    ("kind", "code"), [("D04", "staffed-as-needed"), ("B02", "inclusion")], ids=["list D", "list B"]
)
def test_trap_8_unassessed_need_is_pending_and_stays_in_the_denominator(kind, code):
    employer = make.make_employer(kind=kind)
    assert outcomes(employer)[code] == Outcome.PENDING
    execute_here(start_run(day=TODAY, present=True, area="3502", reason="request", dispatch=False))
    tally = Tally.objects.get(day=None, kind=kind, rule=by_code(code).number)
    assert (tally.pending, tally.met, tally.violation) == (1, 0, 0)
    NeedAssessment.objects.create(
        employer=employer, assessed_on=LAST_YEAR, headcount=0, assessor="区民政局", basis="评估"
    )
    assert outcomes(employer)[code] == Outcome.MET
    NeedAssessment.objects.create(employer=employer, assessed_on=TODAY, headcount=1, assessor="区民政局", basis="评估")
    assert outcomes(employer)[code] == Outcome.VIOLATION


def test_trap_9_every_real_community_and_centre_is_in_the_denominator():
    execute_here(start_run(day=TODAY, present=True, area="3502", reason="request", dispatch=False))
    counted = {
        kind: sum(
            row.met + row.violation for row in Tally.objects.filter(day=None, kind=kind, rule=by_code(code).number)
        )
        for kind, code in (("C01", "centre-has-post"), ("C02", "community-has-post"))
    }
    assert counted == {"C01": 45, "C02": 404}
    assert Employer.objects.filter(kind="C03").count() == 151


def test_trap_10_any_past_day_can_be_asked_again():
    employer = make.make_employer(kind="C02")
    opened, closed = TODAY - timedelta(days=100), TODAY - timedelta(days=50)
    make.make_post(employer, start=opened, end=closed, state="abolished")
    expected = {
        opened - timedelta(days=1): Outcome.VIOLATION,
        opened: Outcome.MET,
        closed: Outcome.MET,
        closed + timedelta(days=1): Outcome.VIOLATION,
    }
    assert {day: outcomes(employer, day)["community-has-post"] for day in expected} == expected


def test_trap_11_urban_or_rural_is_a_recorded_decision():
    village = Employer.objects.filter(kind="C03").first()
    assert outcomes(village)["rural-progress"] == Outcome.INFO
    assert "默认" in village.kind_source
    Employer.objects.filter(pk=village.pk).update(kind="C02", kind_source="村改居认定文件", kind_decided_on=TODAY)
    assert outcomes(village)["community-has-post"] == Outcome.VIOLATION


def test_trap_12_what_the_text_does_not_say_is_marked_so():
    from_policy = set(Parameter.objects.filter(from_policy=True).values_list("code", flat=True))
    said = {"centre_min_posts", "community_min_posts", "a_kind_posts_low", "a_kind_posts_high"}
    assert from_policy == said | {"award_interval_months"}, "每两年表彰一批"
    document = Clause.objects.first().document
    assert (document.issued_on, document.effective_on, document.expires_on) == (None, None, None)


def test_trap_13_no_rule_judges_people_by_political_standing():
    assert not [rule.code for rule in rules() if rule.clause.startswith("三(三)")]
    names = {field.name for model in (make.make_worker().__class__,) for field in model._meta.get_fields()}
    assert not names & {"party", "political_status", "npc", "cppcc"}


def test_only_must_clauses_yield_violations():
    strengths = dict(Clause.objects.values_list("id", "strength"))
    for rule in rules():
        assert rule.clause in strengths, rule.code
        if Outcome.VIOLATION in rule.outcomes():
            assert strengths[rule.clause] in ("M", "MC"), rule.code
    assert Finding.objects.count() == 0
