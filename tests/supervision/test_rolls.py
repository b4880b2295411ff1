"""Printed lists against the rules: for every list the same subjects as the engine finds, today and on a past day."""

from __future__ import annotations

import io
from datetime import date, timedelta

import openpyxl
import pytest

from posts.models import Employer, Inclusion, NeedAssessment, PostFreeze
from supervision.runs import execute_here, start_run
from supervision.selectors import rolls
from supervision.selectors.clauses import clause_counts
from tests import builders as make
from xmsw.policy.engine import Employers, Evaluation
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import by_code

pytestmark = pytest.mark.django_db
TODAY = date.today()
PAST = TODAY - timedelta(days=100)
DISTRICT = "350203"


def _need(employer: Employer, headcount: int, on: date, **fields: object) -> None:
    NeedAssessment.objects.create(
        employer=employer, headcount=headcount, assessed_on=on, assessor="区教育局", basis="调研", **fields
    )


@pytest.fixture
def world():
    """Each stage of each list, some of them different a hundred days ago."""
    a = [make.make_employer("A01", region=f"{DISTRICT}001", technical_posts=2) for _ in range(4)]
    make.make_post(a[1], start=TODAY - timedelta(days=10))
    for _ in range(3):
        make.make_post(a[2])
    make.make_post(a[3], principal=True)
    b = [make.make_employer("B02", region=f"{DISTRICT}001") for _ in range(4)]
    _need(b[1], 2, PAST - timedelta(days=1))
    _need(b[2], 0, TODAY - timedelta(days=5))
    _need(b[3], 1, PAST - timedelta(days=1))
    Inclusion.objects.create(employer=b[3], included_on=TODAY - timedelta(days=3), document="人社函")
    _need(b[0], 3, TODAY, state="submitted")
    d = [make.make_employer("D01", region=f"{DISTRICT}001") for _ in range(3)]
    _need(d[1], 1, PAST - timedelta(days=1))
    _need(d[2], 1, PAST - timedelta(days=1))
    person = make.make_worker()
    make.make_certificate(person)
    make.make_appointment(person, make.make_post(d[2]), start=TODAY - timedelta(days=20))
    make.make_post(a[3], grade=None, min_years=None)
    frozen = make.make_post(a[2], grade=None)
    PostFreeze.objects.create(post=frozen, start=TODAY - timedelta(days=2), reason="机构调整")
    return a, b, d


def _judged(code: str, on: date) -> dict[int, int]:
    """Subject → outcome of a rule, from the engine."""
    rule = by_code(code)
    evaluation = Evaluation(on, Employers.within(DISTRICT))
    rows = evaluation.rows(rule.subject, f"f.id, f.{rule.column} AS outcome", f"WHERE f.{rule.column} IS NOT NULL")
    return {row["id"]: row["outcome"] for row in rows}


# list, rule, and what each stage of the list is for the rule
STAGES = (
    (rolls.leading, "leading-posts", "progress", {"none": Outcome.INFO, "more": Outcome.INFO, "within": Outcome.MET}),
    (rolls.principal, "principal-posts", "reached", {"yes": Outcome.MET, "no": Outcome.INFO}),
    (
        rolls.inclusion,
        "inclusion",
        "stage",
        {
            "pending": Outcome.PENDING,
            "missing": Outcome.VIOLATION,
            "included": Outcome.MET,
            "unneeded": Outcome.MET,
        },
    ),
    (
        rolls.as_needed,
        "staffed-as-needed",
        "stage",
        {"pending": Outcome.PENDING, "short": Outcome.VIOLATION, "enough": Outcome.MET},
    ),
)


@pytest.mark.parametrize("on", [TODAY, PAST], ids=["today", "past"])
@pytest.mark.parametrize(("roll", "code", "stage", "outcomes"), STAGES, ids=[each[1] for each in STAGES])
def test_every_stage_is_the_rules_outcome(world, roll, code, stage, outcomes, on):
    officer = make.make_user("district_officer", region=DISTRICT)
    listed = {row.pk: outcomes[getattr(row, stage)] for row in roll(officer, on)}
    assert listed == _judged(code, on)


@pytest.mark.parametrize("on", [TODAY, PAST], ids=["today", "past"])
@pytest.mark.parametrize(
    ("roll", "code"), [(rolls.ungraded, "post-grade"), (rolls.undescribed, "duties-and-conditions")]
)
def test_posts_listed_are_the_posts_in_violation(world, roll, code, on):
    officer = make.make_user("district_officer", region=DISTRICT)
    broken = {pk for pk, outcome in _judged(code, on).items() if outcome == Outcome.VIOLATION}
    assert set(roll(officer, on).values_list("pk", flat=True)) == broken
    assert broken or on == PAST


def test_the_stages_all_occur(world):
    """The comparison would be idle over one stage alone."""
    officer = make.make_user("district_officer", region=DISTRICT)
    for roll, _, stage, outcomes in STAGES:
        assert {getattr(row, stage) for row in roll(officer, TODAY)} == set(outcomes)


def test_rural_communities_are_listed_apart():
    developed = make.make_employer("C03", region="350212")
    make.make_post(developed, start=TODAY - timedelta(days=10))
    officer = make.make_user("district_officer", region="350212")
    for on, expected in ((TODAY, {developed.pk}), (PAST, set())):
        rows = rolls.rural(officer, on)
        assert {row.pk for row in rows if row.developed == "yes"} == expected
        assert len(rows) == Employer.objects.of_kind("C03").within("350212").count() > 10


def test_the_lists_equal_the_board(world, signed_in):
    """What the overview and the clause board count is how long the lists are."""
    execute_here(start_run(day=TODAY, present=True, reason="request", dispatch=False))
    officer = make.make_user("district_officer", region=DISTRICT)
    counted = clause_counts(officer)
    for address, code, outcome in (
        ("ungraded/", "post-grade", "violation"),
        ("undescribed/", "duties-and-conditions", "violation"),
        ("inclusion/?stage=missing", "inclusion", "violation"),
        ("inclusion/?stage=pending", "inclusion", "pending"),
        ("staffing/?stage=short", "staffed-as-needed", "violation"),
        ("rural/?stage=no", "rural-progress", "info"),
    ):
        shown = signed_in(officer).get(f"/supervision/rolls/{address}").context["count"]
        assert int(shown) == counted.get(by_code(code).number, {}).get(outcome, 0), address


def test_vacant_posts_are_those_nobody_sits_in(world):
    officer = make.make_user("district_officer", region=DISTRICT)
    vacant = set(rolls.vacant(officer, TODAY).values_list("employer__kind", flat=True))
    assert "D01" not in vacant
    assert rolls.vacant(officer, PAST).filter(employer__kind="D01").count() == 1, "nobody had been appointed yet"


def test_a_list_is_exported_as_filtered(world, signed_in):
    client = signed_in(make.make_user("district_officer", region=DISTRICT))
    answer = client.get("/supervision/rolls/inclusion/?stage=missing&export=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("单位", "类别", "所在", "评估需要", "在设岗位", "情况")
    assert [row[-1] for row in rows[1:]] == ["需要而未纳入"]
    printed = client.get("/supervision/rolls/inclusion/?export=pdf")
    assert b"".join(printed.streaming_content).startswith(b"%PDF")


def test_pages_cost_a_fixed_number_of_queries(world, signed_in, django_assert_max_num_queries):
    client = signed_in(make.make_user("district_officer", region=DISTRICT))
    for page in ("leading", "principal", "inclusion", "rural", "staffing", "undescribed", "ungraded", "vacant"):
        with django_assert_max_num_queries(15):
            assert client.get(f"/supervision/rolls/{page}/").status_code == 200
    with django_assert_max_num_queries(20):
        assert client.get("/supervision/rolls/").status_code == 200
    with django_assert_max_num_queries(15):
        assert client.get("/supervision/duties/").status_code == 200


def test_duties_are_counted_by_district(signed_in):
    for region, duty in ((f"{DISTRICT}001", [1, 3]), (f"{DISTRICT}001", [1]), ("350206001", [1])):
        make.make_post(make.make_employer("A01", region=region), duties=duty, activities=[3])
    context = signed_in(make.make_user("city_officer")).get("/supervision/duties/").context
    assert [row["sum"] for row in context["duties"]] == [3, 0, 1, 0, 0, 0]
    assert context["duties"][0]["counts"] == [2, 1]
    assert context["activities"][2]["sum"] == 3
    assert (
        signed_in(make.make_user("district_officer", region="350206"))
        .get("/supervision/duties/")
        .context["duties"][0]["sum"]
        == 1
    )
