"""Frontline and stability (一-6): share, turnover and retention by hand, before and now, and who may see names."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from posts.models import Employer
from supervision.selectors.frontline import UNTOLD, frontline, leavers
from supervision.selectors.obligations import verdicts_for
from talents.models import SocialWorker
from tests import builders as make
from tests.supervision.test_pages_lists import exported
from xmsw.dated import months_later
from xmsw.policy.actions import set_parameter
from xmsw.policy.outcomes import Outcome

pytestmark = pytest.mark.django_db
TODAY = date.today()
SIMING, HULI = "350203", "350206"
DAY = timedelta(days=1)
CODE = "frontline-and-stability"


def ago(months: int) -> date:
    return months_later(TODAY, -months)


def sitter(employer: Employer, start: date, end: date | None = None, *, frontline=True, reason="") -> SocialWorker:
    """Somebody who came and went on these days, in a post of the employer all the time."""
    worker = make.make_worker()
    post = make.make_post(employer, frontline=frontline)
    make.make_appointment(worker, post, start=start)
    make.make_employment(worker, employer, start=start, end=end, end_reason=reason)
    return worker


@pytest.fixture
def home():
    """思明, an institution of five.

    Three stay since 2018, one of them not at the front. One came 30 months ago and left 3 months ago (家庭原因). One
    came 18 months ago to the front and is there. So today 4 sit, 3 at the front; a year ago 5 sat, 4 at the front.
    """
    home = make.make_employer("A01", region=f"{SIMING}001")
    for front in (True, True, False):
        sitter(home, make.LONG_AGO, frontline=front)
    sitter(home, ago(30), ago(3), reason="家庭原因")
    sitter(home, ago(18))
    return home


def test_a_district_by_hand(home):
    total = frontline(None, SIMING, TODAY).total
    now, before = total.now, total.before
    assert (now.people, now.frontline, now.share) == (4, 3, Decimal("0.75"))
    assert (before.people, before.frontline, before.share) == (5, 4, Decimal("0.8"))
    assert total.share_change == Decimal("-0.05")
    # One leaver ÷ (5 before + 4 now) ÷ 2 = 1 ÷ 4.5.
    assert (now.before, now.leavers, now.mean) == (5, 1, Decimal("4.5"))
    assert round(now.turnover, 4) == Decimal("0.2222")
    # A year ago: nobody had left; three sat two years ago and the one who came 30 months ago.
    assert (before.before, before.leavers, before.turnover) == (4, 0, 0)


def test_retention_by_hand(home):
    """Begun 12 to 24 months ago: one, still there a year later. 24 to 36 months ago: one, who left after 27 months."""
    now = frontline(None, SIMING, TODAY).total.now
    assert (now.began, now.stayed) == ({1: 1, 2: 1, 3: 0}, {1: 1, 2: 1, 3: 0})
    assert (now.retention(1), now.retention(3)) == (1, None)
    sitter(home, ago(40), ago(20))  # 20 months only: not there after 3 years
    sitter(home, ago(14), ago(7))  # 7 months only: not there after one
    now = frontline(None, SIMING, TODAY).total.now
    assert (now.began, now.stayed) == ({1: 2, 2: 1, 3: 1}, {1: 1, 2: 1, 3: 0})


def test_who_leaves_today_is_still_there(home):
    worker = SocialWorker.objects.filter(employments__end=None).first()
    stay = worker.employments.get()
    stay.end = TODAY
    stay.save()
    assert frontline(None, SIMING, TODAY).total.now.people == 4
    assert stay not in leavers(TODAY)
    assert stay in leavers(TODAY + DAY)
    assert frontline(None, SIMING, TODAY + DAY).total.now.people == 3


def test_the_twelve_months_begin_a_year_ago(home):
    first = sitter(home, make.LONG_AGO, ago(12))
    sitter(home, make.LONG_AGO, ago(12) - DAY)
    found = set(leavers(TODAY).values_list("worker", flat=True))
    assert first.pk in found
    assert len(found) == 2, "who left the day before belongs to the year before"
    assert frontline(None, SIMING, TODAY).total.before.leavers == 1


def test_another_contract_is_no_leaving(home):
    worker = sitter(home, make.LONG_AGO, ago(2))
    make.make_employment(worker, home, start=ago(2) + DAY)
    now = frontline(None, SIMING, TODAY).total.now
    assert now.leavers == 1, "only the one of the family"
    assert now.people == 5
    assert now.began[1] == 1, "nor a beginning"


def test_who_never_sat_in_a_post_is_not_asked(home):
    make.make_employment(make.make_worker(), home, start=ago(30), end=ago(1))
    now = frontline(None, SIMING, TODAY).total.now
    assert (now.leavers, now.began[2]) == (1, 1)


def test_sectors_and_places_add_up(home):
    sitter(make.make_employer("E01", region=f"{HULI}001"), ago(18), ago(6))
    found = frontline(None, "3502", TODAY)
    assert [each.code for each in found.sectors] == ["institution", "social"]
    assert sum(each.now.leavers for each in found.places) == found.total.now.leavers == 2
    assert {each.label: each.now.people for each in found.places}["湖里区"] == 0
    only = frontline(None, "3502", TODAY, "social")
    assert (only.total.now.people, only.total.now.leavers) == (0, 1)


def test_reasons_of_now_and_of_the_year_before(home):
    sitter(home, make.LONG_AGO, ago(1))
    sitter(home, make.LONG_AGO, ago(13), reason="家庭原因")
    assert frontline(None, SIMING, TODAY).reasons == (("家庭原因", 1, 1), (UNTOLD, 1, 0))


def test_other_districts_and_lines_stay_out(home):
    assert frontline(make.make_user("district_officer", region=HULI), SIMING, TODAY).total.now.people == 0
    education = make.make_user("bureau_officer", bureau="education", region=SIMING)
    assert frontline(education, SIMING, TODAY).total.now.people == 0
    assert frontline(make.make_user("district_officer"), SIMING, TODAY).total.now.people == 4


def verdict(code: str = "frontline-and-stability", area: str = SIMING, on: date = TODAY):
    found = [each for each in verdicts_for(None, on) if each.rule.code == code and each.subject_id == area]
    return found[0] if found else None


def set_to(code: str, value: str) -> None:
    set_parameter(make.make_user("city_officer"), code, value, TODAY, "试算")


@pytest.mark.parametrize(("bound", "expected"), [("23", Outcome.MET), ("22", Outcome.INFO)])
def test_the_rule_hints_at_turnover_and_never_more(home, bound, expected):
    """1 ÷ 4.5 = 22.2 %."""
    set_to("turnover_hint_percent", bound)
    set_to("frontline_fall_percent", "10")
    told = verdict()
    assert told.outcome == expected
    assert "22.2%" in told.message
    assert verdict(area="3502").outcome == expected, "the city has the same people"
    assert verdict(area=HULI) is None, "nobody sits there"


@pytest.mark.parametrize(("bound", "expected"), [("5", Outcome.MET), ("4.9", Outcome.INFO)])
def test_the_rule_hints_where_the_frontline_share_falls(home, bound, expected):
    """From 80 % to 75 %: five points."""
    set_to("turnover_hint_percent", "100")
    set_to("frontline_fall_percent", bound)
    assert verdict().outcome == expected


@pytest.mark.parametrize("months", [0, 2, 9, 12])
@pytest.mark.parametrize("area", [SIMING, "3502"])
def test_the_rule_counts_what_the_page_counts(home, months, area):
    worker = sitter(home, make.LONG_AGO, ago(1))
    make.make_appointment(worker, make.make_post(home), start=make.LONG_AGO, full_time=False, end=ago(5))
    sitter(make.make_employer("A09", region="3502"), make.LONG_AGO, ago(1))  # right under the city, in no district
    on = ago(months)
    facts, now = verdict(area=area, on=on).facts, frontline(None, area, on).total.now
    assert (facts["seated_people"], facts["leavers_of_year"]) == (now.people, now.leavers)
    assert facts["frontline_percent"] == round(now.share * 100, 1)
    assert facts["turnover_percent"] == round(now.turnover * 100, 1)


def test_each_number_is_as_long_as_its_list(home, signed_in):
    sitter(make.make_employer("E01", region=f"{HULI}001"), ago(18), ago(6))
    client = signed_in(make.make_user("city_officer"))
    page = client.get("/supervision/frontline/")
    cells = [cell for table in page.context["tables"] for row in table["rows"] for cell in row["cells"]]
    linked = [(cell["link"], re.findall(r"\d+", cell["text"])) for cell in cells if cell["link"]]
    assert {link.split("?")[0].split("/")[-2] for link, _ in linked} == {"seated", "leavers", "beginners"}
    for link, numbers in linked:
        wanted = numbers[1] if "beginners" in link else numbers[0]  # «stayed/began（share）»
        assert client.get(link).context["count"] == wanted, link


def test_the_list_of_beginners_says_who_stayed(home, signed_in):
    sitter(home, ago(14), ago(7))
    client = signed_in(make.make_user("district_officer"))
    assert client.get("/supervision/frontline/beginners/?years=1").context["count"] == "2"
    assert client.get("/supervision/frontline/beginners/?years=1&stayed=no").context["count"] == "1"
    assert client.get(f"/supervision/frontline/leavers/?reason={UNTOLD}").context["count"] == "1"


def test_names_of_leavers_are_for_who_may_see_persons(home, signed_in):
    name = leavers(TODAY).get().worker.name
    page = signed_in(make.make_user("district_officer")).get("/supervision/frontline/").content.decode()
    assert name not in page
    assert name in signed_in(make.make_user("district_officer")).get("/supervision/frontline/leavers/").content.decode()
    assert signed_in(make.make_member(home)).get("/supervision/frontline/leavers/").status_code == 403
    other = signed_in(make.make_user("district_officer", region=HULI)).get("/supervision/frontline/leavers/")
    assert name not in other.content.decode()


def test_a_past_day_shows_that_day(home, signed_in):
    client = signed_in(make.make_user("district_officer"))
    page = client.get(f"/supervision/frontline/?on={ago(4):%Y-%m-%d}", follow=True)
    assert page.context["report"].total.now.leavers == 0
    assert page.context["report"].total.now.people == 5


def test_the_page_asks_a_fixed_number_of_queries(home, signed_in):
    client = signed_in(make.make_user("city_officer"))
    client.get("/supervision/frontline/")
    with CaptureQueriesContext(connection) as few:
        client.get("/supervision/frontline/")
    for region in (f"{HULI}001", "350205001"):
        sitter(make.make_employer("E01", region=region), ago(18), ago(6), reason=region)
    with CaptureQueriesContext(connection) as many:
        client.get("/supervision/frontline/")
    assert len(many) == len(few)


def test_the_file_says_what_the_page_says(home, signed_in):
    rows = exported(signed_in(make.make_user("city_officer")).get("/supervision/frontline/?export=xlsx"))
    assert rows[0][:5] == ("分组", "名称", "在岗人员", "一线人员", "一线占比")
    line = next(row for row in rows if row[1] == "思明区")
    assert line[2:4] == (4, 3)


def test_people_of_an_employer_directly_under_the_city_count_once(home):
    sitter(make.make_employer("A01", region="3502"), make.LONG_AGO)
    told = {each.subject_id: each.message for each in verdicts_for(None, TODAY) if each.rule.code == CODE}
    assert told["3502"].startswith("在岗 5 人"), "four in 思明, one directly under the city"
