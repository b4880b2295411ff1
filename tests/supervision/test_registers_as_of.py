"""Registers on a past day tell what held then; what starts later or is over is found by asking for it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from posts.models import Membership
from supervision.flows.policies import POLICY
from supervision.models import Inspection, PolicyApplication
from supervision.selectors.measures_inspections import measures_inspections
from supervision.selectors.measures_money import measures_money
from tests import builders as make
from tests.supervision import registers as rows_of
from tests.supervision.inspections import make_plan
from tests.supervision.registers import LAST_YEAR, cells, rows
from xmsw.workflow.actions import move
from xmsw.workflow.registry import Decision

pytestmark = pytest.mark.django_db
TODAY, DAY = date.today(), timedelta(days=1)
THEN = TODAY - 10 * DAY


@pytest.fixture
def siming(signed_in):
    return signed_in(make.make_user("district_officer"))


@pytest.fixture
def agency():
    return make.make_employer("E01", region="350203001", start=date(2020, 1, 1))


def shown(client, address: str, *columns: str, on: date = TODAY) -> list[list[str]]:
    """The chosen columns of a list on a day."""
    asked = "&".join([*(f"cols={each}" for each in columns), f"on={on}"])
    return rows(client.get(f"{address}{'&' if '?' in address else '?'}{asked}"))


def test_an_evaluation_is_shown_from_its_day_on(siming):
    rows_of.make_evaluation(rows_of.make_budget(year=LAST_YEAR), evaluated_on=TODAY)
    assert shown(siming, "/supervision/budgets/", "grade", on=TODAY - DAY) == [["—"]]
    assert shown(siming, "/supervision/budgets/", "grade") == [["优（90）"]]


def test_spending_is_measured_by_the_ledger_of_the_day():
    user = make.make_user("district_officer")
    item = rows_of.make_budget(approved_on=date(TODAY.year, 1, 1))
    rows_of.make_line(item, "appropriation", 100)
    rows_of.make_line(item, "spending", 30, on=date(TODAY.year, 1, 1))
    rows_of.make_line(item, "spending", 60, on=TODAY + DAY)
    assert measures_money(user, TODAY)["四(一)-5"].endswith("已支出 30.00 元")
    assert measures_money(user, TODAY + DAY)["四(一)-5"].endswith("已支出 90.00 元")


def test_an_inspection_given_up_later_was_under_way_until_then():
    user = make.make_user("district_officer")
    plan = make_plan()
    Inspection.objects.filter(pk=plan.pk).update(
        started_on=THEN, state="cancelled", cancelled_on=TODAY, cancelled_because="-"
    )
    assert measures_inspections(user, TODAY - DAY)["四(三)-1"].endswith("进行中 1 次")
    assert measures_inspections(user, TODAY)["四(三)-1"].endswith("进行中 0 次")


def test_a_price_is_public_from_its_notice_on(siming, agency):
    rows_of.make_fee(agency, notice_on=TODAY, notice_url="https://example.org/price")
    assert shown(siming, "/supervision/fees/", "notice", on=TODAY - DAY) == [["没有公示"]]
    assert shown(siming, "/supervision/fees/?notice=no", "service", on=TODAY - DAY) == [["心理辅导"]]
    assert shown(siming, "/supervision/fees/", "notice") == [[f"{TODAY}"]]
    assert shown(siming, "/supervision/fees/?notice=no", "service") == []


def test_guidance_has_its_reply_from_the_day_it_was_given(siming):
    school = make.make_employer("B02", region="350203001")
    rows_of.make_guidance(school, asked_on=THEN, reply="按证书", replied_on=TODAY)
    for day, told, answered in ((TODAY - DAY, ["—", "—"], "no"), (TODAY, ["按证书", f"{TODAY}"], "yes")):
        assert shown(siming, "/supervision/guidance/", "reply", "replied_on", on=day) == [told]
        assert len(shown(siming, f"/supervision/guidance/?answered={answered}", "reply", on=day)) == 1


def test_a_rule_is_published_and_repealed_on_its_days(signed_in):
    city = signed_in(make.make_user("city_officer"))
    rows_of.make_supporting_rule(drafted_on=THEN, published_on=TODAY - 2 * DAY, repealed_on=TODAY)
    columns = ("document", "status", "published_on", "repealed_on")
    past = [shown(city, "/supervision/supporting-rules/", *columns, on=TODAY - each * DAY)[0] for each in (3, 1)]
    assert past == [["—", "起草", "—", "—"], ["厦民〔2019〕1号", "发布", f"{TODAY - 2 * DAY}", "—"]]
    assert shown(city, "/supervision/supporting-rules/", *columns)[0][1:] == ["废止", f"{TODAY - 2 * DAY}", f"{TODAY}"]


def test_what_became_of_tasks_and_pay_issues_is_told_from_its_day_on(siming):
    rows_of.make_task(done_on=TODAY, evidence="设了岗位")
    rows_of.make_pay_issue(solved_on=TODAY, resolution="提高了标准")
    for address, column, told in (
        ("meeting-tasks", "evidence", "设了岗位"),
        ("pay-issues", "resolution", "提高了标准"),
    ):
        assert shown(siming, f"/supervision/{address}/", column, on=TODAY - DAY) == [["—"]]
        assert shown(siming, f"/supervision/{address}/", column) == [[told]]


@pytest.mark.parametrize("kind", ["policies", "fees", "contacts"])
def test_what_ended_or_comes_later_is_asked_for(siming, agency, kind):
    made = {
        "policies": lambda name, **days: rows_of.make_policy(name=name, **days),
        "fees": lambda name, **days: rows_of.make_fee(agency, service=name, **days),
        "contacts": lambda name, **days: rows_of.make_contact(name=name, **days),
    }[kind]
    made("现在", start=THEN, end=TODAY)
    made("从前", start=date(2019, 1, 1), end=THEN - DAY)
    made("以后", start=TODAY + DAY, end=None)
    address, column = f"/supervision/{kind}/", "service" if kind == "fees" else "name"
    listed = {
        asked: {row[0] for row in shown(siming, f"{address}?held={asked}", column)}
        for asked in ("", "now", "ended", "later", "all", "anything")
    }
    only_now = {"现在"}
    assert listed == {
        "": only_now, "now": only_now, "anything": only_now, "ended": {"从前"}, "later": {"以后"},
        "all": {"现在", "从前", "以后"},
    }  # fmt: skip
    page = siming.get(address).content.decode()
    assert '<option value="now" selected>现行</option>' in page


def test_an_agency_is_told_of_policies_in_force_in_as_many_queries_for_any_number_of_agencies(agency, signed_in):
    clerk = make.make_member(agency)
    rows_of.make_policy(name="现在", start=THEN)
    rows_of.make_policy(name="从前", start=THEN, end=TODAY - DAY)
    client = signed_in(clerk)
    assert cells(client.get("/supervision/policies/?held=all")) == {"现在": ["符合", "申请"]}
    with CaptureQueriesContext(connection) as one:
        client.get("/supervision/policies/")
    for _ in range(3):
        Membership.objects.create(user=clerk, employer=make.make_employer("E01", region="350203001"))
    with CaptureQueriesContext(connection) as many:
        assert len(client.get("/supervision/policies/").context["tables"]) == 4
    assert len(one) == len(many)


def handed_in(agency, name: str, *steps: tuple[int, str]) -> PolicyApplication:
    """An application whose moves were made so many days ago, by the agency or by civil affairs."""
    made = rows_of.make_application(agency, rows_of.make_policy(name=name), jobs_planned=2)
    clerk, decider = make.make_member(agency), make.make_user("district_officer")
    for days, step in steps:
        with time_machine.travel(timezone.now() - timedelta(days=days), tick=False):
            user = clerk if step in ("submit", "withdraw") else decider
            move(user, POLICY, made.pk, step, Decision("资金到位" if step == "grant" else "缺证明"))
    return made


def test_an_application_stands_where_its_steps_had_brought_it(siming, agency):
    handed_in(agency, "补贴", (9, "submit"), (7, "return"), (5, "submit"), (2, "grant"))
    address, columns = "/supervision/policies/applications/", ("policy", "state", "result", "result_on")
    told = {days: shown(siming, address, *columns, on=TODAY - days * DAY) for days in (10, 9, 8, 7, 6, 5, 3, 2, 1, 0)}
    granted = [["补贴", "已享受", "资金到位", f"{TODAY - 2 * DAY}"]]
    assert told[10] == [], "a draft is the agency's alone"
    assert [told[days][0][1] for days in (9, 8, 7, 6, 5, 3)] == [
        "待受理", "待受理", "已退回", "已退回", "待受理", "待受理"
    ]  # fmt: skip
    assert told[3][0][2:] == ["—", "—"]
    assert told[2] == told[1] == told[0] == granted


def test_the_page_of_an_application_says_where_it_stood(siming, agency):
    made = handed_in(agency, "补贴", (9, "submit"), (7, "return"), (5, "submit"), (2, "grant"))
    said = {}
    for days in (10, 9, 6, 3, 2, 0):
        told = siming.get(f"{POLICY.url(made)}?on={TODAY - days * DAY}").content.decode()
        said[days] = re.findall("时(?:的状态是「(.+?)」|(还没有办理记录))。", told)
    assert said == {
        10: [("草稿", "")],
        9: [("待受理", "")],
        6: [("已退回", "")],
        3: [("待受理", "")],
        2: [("已享受", "")],
        0: [],
    }


def test_applications_are_filtered_and_counted_as_they_stood(siming, agency):
    made = handed_in(agency, "补贴", (5, "submit"), (2, "grant"))
    PolicyApplication.objects.filter(pk=made.pk).update(jobs_created=2)
    address, user = "/supervision/policies/applications/", make.make_user("district_officer")
    for days, state, sums in ((3, "submitted", ["1", "0", "2", "0"]), (2, "granted", ["1", "1", "2", "2"])):
        on = TODAY - days * DAY
        found = {
            each: len(shown(siming, f"{address}?state={each}", "policy", on=on)) for each in ("submitted", "granted")
        }
        assert found == {"submitted": 0, "granted": 0} | {state: 1}
        assert cells(siming.get(f"{address}?on={on}"))["补贴"] == sums
        assert f"申请 1 件，已享受 {sums[1]} 件，新增就业岗位 {sums[3]} 个" in measures_money(user, on)["四(二)-5"]
    assert "申请 0 件" in measures_money(user, TODAY - 6 * DAY)["四(二)-5"]
    assert shown(siming, address, "jobs_created", on=TODAY - 3 * DAY) == [["—"]]


def test_an_application_entered_with_its_result_waited_until_then(siming, agency):
    policy = rows_of.make_policy()
    rows_of.make_application(agency, policy, state="declined", result="不符", result_on=TODAY - 2 * DAY)
    address, columns = "/supervision/policies/applications/", ("state", "result")
    assert shown(siming, address, *columns, on=TODAY - 3 * DAY) == [["待受理", "—"]]
    assert shown(siming, address, *columns, on=TODAY - 2 * DAY) == [["未通过", "不符"]]
