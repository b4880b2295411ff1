"""条线工作台: a line counts its own employers, and each number leads to the rows that it counts."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from posts.models import NeedAssessment
from supervision.models import Finding
from supervision.selectors.lines import line_of
from tests import builders as make
from tests.payroll.sheets import make_project
from tests.supervision import registers as rows_of
from tests.supervision.registers import rows
from xmsw.policy.outcomes import Outcome

pytestmark = pytest.mark.django_db
TODAY = date.today()
LINE = "/supervision/line/?bureau=health"


@pytest.fixture
def siming(signed_in):
    return signed_in(make.make_user("district_officer"))


def assessed(employer, headcount: int) -> None:
    NeedAssessment.objects.create(
        employer=employer, headcount=headcount, assessed_on=TODAY, assessor="-", basis="-", state="filed"
    )


@pytest.fixture
def health():
    """A line with everything in different numbers, so that one cannot pass for another."""
    houses = [make.make_employer("D02", region="350203001", competent_bureau="health") for _ in range(4)]
    assessed(houses[0], 2)
    assessed(houses[1], 0)
    for house in (houses[0], houses[0], houses[1]):
        make.make_post(house)
    centres = [make.make_employer("C01", competent_bureau="health") for _ in range(3)]
    make.make_post(centres[2])
    agency = make.make_employer("E01", region="350203001", competent_bureau="health")
    assessed(agency, 5)
    for number, employer in enumerate([*houses[:3], houses[0]]):
        found(number, employer, Outcome.VIOLATION)
    found(9, agency, Outcome.WARNING)
    for number in range(2):
        rows_of.make_task("health", title=f"{number}")
        rows_of.make_meeting(title=f"{number}", attending=["health"])
        rows_of.make_pay_issue("health", title=f"{number}")
    rows_of.make_task("health", title="好了", done_on=TODAY, evidence="-")
    rows_of.make_meeting(title="去年", attending=["health"], on=date(TODAY.year - 1, 5, 1))
    make_project(provider=agency)


def found(number: int, employer, outcome: Outcome) -> None:
    Finding.objects.create(rule=22010, subject_id=number, employer=employer, outcome=outcome, opened_on=TODAY)


def number_in(text: str) -> int:
    return int("".join(each for each in text if each.isdigit()) or 0)


def test_every_figure_is_the_number_of_rows_behind_its_link(health, siming):
    figures = siming.get(LINE).context["figures"]
    counted = {each["label"]: number_in(each["value"]) for each in figures}
    assert counted == {each["label"]: len(rows(siming.get(each["link"]))) for each in figures}
    assert counted == {
        "主管的用人单位": 8, "设了岗位的单位": 3, "应设未设": 2, "评估需要人员的单位": 1, "人员不足": 1,
        "有违反事项的单位": 3, "执行中的购买项目": 1, "没有完成的联席任务": 2, "今年参加的联席会议": 2,
        "没有解决的薪酬问题": 2,
    }  # fmt: skip
    notes = {each["label"]: each.get("note", "") for each in figures}
    assert notes["设了岗位的单位"] == "在设岗位 4 个"
    assert notes["有违反事项的单位"] == "违反 4 项，预警 1 项"
    assert notes["评估需要人员的单位"] == "需要 2 人，持证在岗 0 人；没有评估的 2 家"


def test_every_cell_of_the_kinds_is_the_number_of_rows_behind_its_link(health, siming):
    table = siming.get(LINE).context["tables"][1]
    assert table["title"] == "单位类别和所在区"
    assert len(table["rows"]) == 3
    for row in table["rows"]:
        linked = [each for each in row["cells"] if each["link"]]
        assert [number_in(each["text"]) for each in linked] == [len(rows(siming.get(each["link"]))) for each in linked]
        assert sum(number_in(each["text"]) for each in linked) == len(rows(siming.get(row["link"])))


def test_a_line_counts_its_own_employers(signed_in):
    school = make.make_employer("B02", region="350203001")
    make.make_employer("B01", region="350203001")
    make.make_post(school)
    assessed(school, 2)
    page = signed_in(make.make_user("bureau_officer", bureau="education", region="350203")).get("/supervision/line/")
    shown = {each["label"]: each["value"] for each in page.context["figures"]}
    assert [shown[each] for each in ("主管的用人单位", "设了岗位的单位", "人员不足")] == ["1", "1 家", "1 家"]


def test_the_newest_assessment_counts(siming):
    school = make.make_employer("D02", region="350203001", competent_bureau="health")
    assessed(school, 3)
    NeedAssessment.objects.filter(employer=school).update(assessed_on=date(TODAY.year - 1, 1, 1))
    assessed(school, 1)
    shown = {each["label"]: each for each in siming.get(LINE).context["figures"]}
    assert shown["评估需要人员的单位"]["note"].startswith("需要 1 人")


def test_the_lead_opens_any_line_and_a_bureau_only_its_own(signed_in, siming):
    make.make_employer("B01", region="350203001")
    assert siming.get(LINE).context["figures"][0]["value"] == "1"
    page = signed_in(make.make_user("bureau_officer", bureau="education", region="350203")).get(LINE)
    assert (page.context["bureau"], page.context["figures"][0]["value"]) == ("education", "0")


def test_a_line_takes_as_many_queries_whatever_there_is():
    user = make.make_user("district_officer")
    with CaptureQueriesContext(connection) as few:
        line_of(user, TODAY, "education")
    for _ in range(3):
        make.make_post(make.make_employer("B02", region="350203001"))
    with CaptureQueriesContext(connection) as many:
        assert line_of(user, TODAY, "education").posts == 3
    assert len(few) == len(many) <= 7
