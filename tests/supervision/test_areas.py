"""What the policy asks of a city and its districts: judged on any day, seen by officers of the area."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from awards.models import AwardFund, CallUp, Honour, PoolMember
from supervision.selectors.clauses import clause_board
from supervision.selectors.obligations import area_rules, obligations, verdicts_for
from tests import builders as make
from tests.awards.rounds import make_cycle, make_expert, make_nominee
from tests.supervision.test_pages_lists import exported
from xmsw.dated import months_later
from xmsw.policy.actions import set_parameter
from xmsw.policy.outcomes import Outcome

pytestmark = pytest.mark.django_db
TODAY = date.today()


def outcome(code: str, area: str = "3502", on: date = TODAY) -> str | None:
    """The outcome of a rule in an area on a day; None where it does not apply."""
    found = [each for each in verdicts_for(None, on) if each.rule.code == code and each.subject_id == area]
    return Outcome(found[0].outcome).code if found else None


def honour(level: str = "province", **fields) -> Honour:
    employer = make.make_employer("E01", region="350203001")
    worker = make.make_staff(employer, level=2)
    defaults = {"series": "省级优秀", "title": "省级优秀", "awarded_by": "省民政厅", "awarded_on": TODAY}
    return Honour.objects.create(worker=worker, employer=employer, level=level, **(defaults | fields))


@pytest.mark.parametrize("path", ["/supervision/", "/supervision/coverage/", "/supervision/frontline/"])
@pytest.mark.parametrize("code", ["350203001%00%00%00", "350203%EF%BC%91%EF%BC%91%EF%BC%91", "350203'--"])
def test_what_is_no_code_of_an_area_is_nowhere(signed_in, path, code):
    client = signed_in(make.make_user("city_officer"))
    assert client.get(f"{path}?area={code}").status_code == 404
    assert client.post("/supervision/past/", {"area": "350203001\0\0\0"}).status_code == 404


def test_a_city_that_never_commended_is_warned_and_districts_are_not_asked():
    assert outcome("award-every-two-years") == "warning"
    assert outcome("award-every-two-years", "350203") is None


@pytest.mark.parametrize(
    ("months", "days", "expected"),
    [(24, 0, "met"), (24, 1, "warning"), (12, 0, "met"), (30, 0, "warning")],
    ids=["the very day", "a day more", "a year", "two and a half"],
)
def test_the_award_comes_every_two_years(months, days, expected):
    on = months_later(TODAY, -months) - timedelta(days=days)
    make_cycle("commended", commended_on=on, commended_by="厦民〔2024〕1号")
    assert outcome("award-every-two-years") == expected


def test_a_past_day_knows_only_the_rounds_of_before():
    make_cycle("commended", commended_on=TODAY - timedelta(days=10), commended_by="-")
    assert outcome("award-every-two-years") == "met"
    assert outcome("award-every-two-years", on=TODAY - timedelta(days=11)) == "warning"


def test_a_district_round_is_no_city_round():
    make_cycle("commended", region="350203", commended_on=TODAY, commended_by="-")
    assert outcome("award-every-two-years") == "warning"


def test_the_days_to_a_pool_are_a_dated_parameter():
    honour(awarded_on=TODAY - timedelta(days=100))
    assert outcome("winners-in-pools") == "violation"
    set_parameter(make.make_user("city_officer"), "pool_entry_days", "180", TODAY, "新的工作规则")
    assert outcome("winners-in-pools") == "info"
    assert outcome("winners-in-pools", on=TODAY - timedelta(days=1)) == "violation", "the day before, the old value"


def test_a_higher_round_without_nominee_is_a_hint():
    closed = make_cycle("preliminary", level="province")
    assert outcome("higher-award-nominees") == "info"
    make_nominee(closed, "recommended")
    assert outcome("higher-award-nominees") == "met"


def test_a_higher_round_that_still_calls_is_not_judged():
    make_cycle("call", level="province")
    assert outcome("higher-award-nominees") is None


@pytest.mark.parametrize(("age", "expected"), [(90, "info"), (91, "violation")])
def test_winners_come_into_a_pool_within_the_days(age, expected):
    honour(awarded_on=TODAY - timedelta(days=age))
    assert outcome("winners-in-pools") == expected


def test_a_winner_once_taken_in_is_taken_in():
    won = honour(awarded_on=TODAY - timedelta(days=400))
    member = PoolMember.objects.create(
        pool="practice", region_id="3502", worker=won.worker, honour=won, start=TODAY - timedelta(days=300)
    )
    assert outcome("winners-in-pools") == "violation", "a proposal alone does not count"
    PoolMember.objects.filter(pk=member.pk).update(state="left", end=TODAY - timedelta(days=1))
    assert outcome("winners-in-pools") == "met"


def test_city_honours_and_revoked_ones_ask_for_no_pool():
    honour("city", awarded_on=TODAY - timedelta(days=400))
    honour(awarded_on=TODAY - timedelta(days=400), revoked_on=TODAY, revoked_because="-")
    assert outcome("winners-in-pools") is None


def test_members_who_took_part_in_nothing_are_a_hint_once_they_are_in_long_enough():
    make_expert(start=months_later(TODAY, -23))
    assert outcome("pool-members-take-part") == "met"
    idle = make_expert(start=months_later(TODAY, -24))
    assert outcome("pool-members-take-part") == "info"
    CallUp.objects.create(member=idle, kind="review", title="评审", on=months_later(TODAY, -23), hours=4, state="done")
    assert outcome("pool-members-take-part") == "met"


def test_a_fund_without_registration_is_a_warning_in_its_place_alone():
    fund = AwardFund.objects.create(name="基金", founder_kind="enterprise", founder="某企业", region_id="350203")
    assert outcome("award-funds-lawful", "350203") == "warning"
    assert outcome("award-funds-lawful", "350206") is None
    AwardFund.objects.filter(pk=fund.pk).update(legal_form="foundation", registration="1", registered_on=TODAY)
    assert outcome("award-funds-lawful", "350203") == "met"


@pytest.mark.parametrize("bureau", ["civil_affairs", "education"])
def test_officers_see_their_area_alone(signed_in, bureau):
    AwardFund.objects.create(name="湖里基金", founder_kind="person", founder="某人", region_id="350206")
    role = "district_officer" if bureau == "civil_affairs" else "bureau_officer"
    client = signed_in(make.make_user(role, bureau=bureau, region="350203"))
    page = client.get("/supervision/areas/")
    assert page.context["places"] and {each.code for each in page.context["places"]} == {"350203"}
    assert "湖里区" not in page.content.decode()


def test_those_without_an_area_are_refused(signed_in):
    for user in (make.make_user("employer_staff"), make.make_user("reviewer", region=None)):
        assert signed_in(user).get("/supervision/areas/").status_code == 403


def test_the_page_takes_as_many_queries_whatever_there_is():
    user = make.make_user("city_officer")
    with CaptureQueriesContext(connection) as few:
        obligations(user, TODAY)
    for number in range(3):
        AwardFund.objects.create(name=f"基金{number}", founder_kind="person", founder="某人", region_id="350206")
        make_expert("350203", start=months_later(TODAY, -40))
    with CaptureQueriesContext(connection) as many:
        assert obligations(user, TODAY)
    assert len(few) == len(many) <= 4


def test_the_file_says_what_the_page_says(signed_in):
    found = exported(signed_in(make.make_user("city_officer")).get("/supervision/areas/?export=xlsx"))
    assert found[0][:4] == ("地区", "条款", "规则", "结果")
    assert ("厦门市", "三(二)-4", "每两年表彰一批", "预警") in [row[:4] for row in found]


def test_the_board_counts_areas_with_the_rest(signed_in):
    board = {each["clause"].pk: each for each in clause_board(make.make_user("city_officer"))}
    assert board["三(二)-4"]["state"] == "warning"
    page = signed_in(make.make_user("city_officer")).get("/supervision/clauses/三(二)-4/").content.decode()
    assert "/supervision/areas/" in page


def test_every_rule_says_what_to_do():
    assert area_rules()
    for rule in area_rules():
        assert all(case.mend for case in rule.cases), rule.code
