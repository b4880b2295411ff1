"""Clauses against targets: states, whose target holds, and figures that lead to exactly what they count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from supervision.figures import read
from supervision.models import ClauseTarget
from supervision.runs import execute_here, start_run
from supervision.selectors.clauses import MEASURED, clause_board
from supervision.selectors.implementation import (
    NO_SUBJECT,
    NO_TARGET,
    PENDING,
    REACHED,
    SHORT,
    Standing,
    implementation,
    worst,
)
from supervision.selectors.overview import Counts
from tests import builders as make
from tests.supervision import registers as rows_of
from tests.supervision.registers import posted

pytestmark = pytest.mark.django_db
TODAY = date.today()
CITY, SIMING, HULI = "3502", "350203", "350206"
PAGE = "/supervision/indicators/"


def recalculate() -> None:
    execute_here(start_run(day=TODAY, present=True, reason="request", dispatch=False))


@pytest.mark.parametrize(
    ("met", "pending", "violation", "target", "state"),
    [
        (0, 0, 0, "100", NO_SUBJECT),
        (4, 0, 1, None, NO_TARGET),
        (4, 0, 1, "80", REACHED),  # 4 of 5 is 80 %
        (4, 0, 1, "80.1", SHORT),
        (3, 1, 1, "80", PENDING),  # the one not yet assessed could make it 4 of 5
        (3, 1, 2, "80", SHORT),  # at best 4 of 6
        (0, 0, 3, "0", REACHED),
    ],
)
def test_a_state_follows_from_counts_and_target(met, pending, violation, target, state):
    counts = Counts(met=met, pending=pending, violation=violation)
    assert Standing(counts, None if target is None else Decimal(target)).state == state


def test_several_rules_of_a_clause_do_not_thin_out_who_lacks_something():
    """三(一)-4 has three rules: somebody without a pension meets two of them, and is still the only one there is."""
    membership = make.make_staff(make.make_employer("E01", region=SIMING), level=1).employments.get()
    make.make_insurance(membership, enrolled={"pension": None}, pension=None)
    rows_of.make_clause_target(SIMING, "三(一)-4", percent=Decimal(50))
    recalculate()
    found = implementation(None, SIMING, TODAY).found["三(一)-4"][SIMING]
    assert (found.counts.met, found.counts.total, found.state) == (0, 1, SHORT)
    assert found.rule.code == "insurance-and-fund"
    told = read(TODAY, SIMING).told("insured", SIMING)
    assert (told.part, told.whole) == (found.counts.met, found.counts.total), "as the figure says"


@pytest.mark.parametrize(
    ("rules", "decides"),
    [
        ([(9, 1, "80"), (5, 5, "80")], 1),  # the one that falls short
        ([(9, 1, None), (5, 5, "40")], 1),  # the one that has a target
        ([(0, 0, "80"), (9, 1, "80")], 1),  # the one that has subjects
        ([(9, 1, "50"), (8, 2, "50")], 1),  # the lower share
    ],
)
def test_the_worst_rule_decides(rules, decides):
    each = [Standing(Counts(met=a, violation=b), None if c is None else Decimal(c)) for a, b, c in rules]
    assert worst(each) == replace(each[decides], among=2)


def test_rules_of_other_documents_say_nothing_of_the_clause_they_stand_beside(signed_in):
    """A missing registration warns (trap 6); 二(四)-4 asks for the map from certificate to title."""
    holder = make.make_staff(make.make_employer("E01", region=SIMING), level=1)
    make.make_appointment(holder, make.make_post(holder.employments.get().employer), title="助理社会工作师")
    make.make_appointment(
        make.make_staff(holder.employments.get().employer, level=2), make.make_post(holder.employments.get().employer)
    )
    recalculate()
    officer = make.make_user("city_officer", region=CITY)
    assert "二(四)-4" not in implementation(None, CITY, TODAY).found
    row = next(each for each in clause_board(officer) if each["clause"].pk == "二(四)-4")
    assert (row["state"], row["total"]) == (MEASURED, 0)
    assert row["measure"].startswith("3 级证书中 3 级有对应的专业技术职务，现行对应从 ")
    assert row["measure"].endswith("；在岗持证 2 人，写明聘任职务的 1 人")
    assert {each.number for each in row["rules"]} == {24040, 24041, 24042, 24043}, "cited all the same"
    page = signed_in(officer).get("/supervision/clauses/二(四)-4/").content.decode()
    assert "写明聘任职务的 1 人" in page and "没有核查对象" not in page


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ({"met": 3, "violation": 1}, SHORT),
        ({"met": 3, "warning": 1}, PENDING),
        ({"met": 3, "info": 1}, PENDING),  # a winner whose days to enter a pool are not over (32020)
        ({"met": 3, "info": 1, "violation": 1}, SHORT),
        ({"met": 4}, REACHED),
    ],
)
def test_against_the_text_alone_only_violations_fall_short(counts, state):
    assert Standing(Counts(**counts), Decimal(100), duty=True).state == state
    asked = Standing(Counts(**counts), Decimal(100)).state
    assert asked == (REACHED if state == REACHED else SHORT), "of what an area set itself everything counts"


def test_what_only_hints_or_warns_has_no_target_until_one_is_set():
    """一-6 hints at turnover, 三(一)-5 warns of pay below guidance (trap 2)."""
    employer = make.make_employer("E01", region=SIMING)
    gone, stays = make.make_worker(), make.make_staff(employer, level=1)
    times = {"start": date(2020, 1, 1), "end": TODAY - timedelta(days=30)}
    make.make_appointment(gone, make.make_post(employer), **times)
    make.make_employment(gone, employer, **times)
    make.make_appointment(stays, make.make_post(employer))
    make.make_pay(stays.employments.get(), base=Decimal(3000))
    make.make_standard("social")
    recalculate()
    found = implementation(None, SIMING, TODAY).found
    hint, warning = found["一-6"][SIMING], found["三(一)-5"][SIMING]
    assert (hint.counts.info, hint.state) == (1, NO_TARGET)
    assert (warning.counts.warning, warning.state) == (1, NO_TARGET)
    rows_of.make_clause_target(CITY, "三(一)-5", percent=Decimal(90))
    assert implementation(None, SIMING, TODAY).found["三(一)-5"][SIMING].state == SHORT


def test_a_city_s_target_holds_for_districts_without_their_own():
    rows_of.make_clause_target(CITY, percent=Decimal(80))
    rows_of.make_clause_target(HULI, percent=Decimal(60))
    rows_of.make_clause_target(CITY, year=TODAY.year - 1, percent=Decimal(10))
    by_area = implementation(None, CITY, TODAY).found["二(二)-2"]
    assert [by_area[code].target for code in (CITY, SIMING, HULI)] == [80, 80, 60]
    found = implementation(None, CITY, TODAY).found
    assert found["二(二)-1"][CITY].target == 100, "«应» binds"
    assert found["二(二)-6"][CITY].target is None, "what is encouraged has no target"


def test_each_figure_leads_to_the_list_that_makes_it_up(signed_in):
    employer = make.make_employer("C02", region=SIMING)
    make.make_post(employer, grade=None)
    post = make.make_post(make.make_employer("C02", region=HULI), need_basis="")
    make.make_appointment(make.make_staff(post.employer), post)
    agency = make.make_employer("E01")
    make.make_pay(make.make_staff(agency, level=1).employments.get(), base=Decimal(3000))
    make.make_post(make.make_employer("A01"))
    make.make_employer("B02")
    make.make_standard("social")
    recalculate()
    client = signed_in(make.make_user("city_officer", region=CITY))
    rows = client.get(PAGE).context["rows"]
    walked = 0
    for row in rows:
        for cell in row["cells"]:
            counts = cell["standing"].counts
            if "/findings/" not in cell["link"] or not counts.total:
                continue
            shown = client.get(cell["link"]).context["count"]
            assert shown == f"{counts.unmet:,}", (row["clause"].pk, cell["area"].code)
            walked += 1
    assert walked > 30


def test_a_city_counts_its_districts_where_a_clause_binds_areas():
    rows_of.make_plan(SIMING)
    by_area = implementation(None, CITY, TODAY).found["四(一)-1"]
    assert (by_area[CITY].counts.met, by_area[CITY].counts.total) == (1, 7)
    assert (by_area[SIMING].counts.met, by_area[SIMING].counts.total) == (1, 1)


def test_a_bureau_sees_its_own_line_alone(signed_in):
    make.make_employer("B02")
    make.make_employer("C02", region=SIMING)
    recalculate()
    own = signed_in(make.make_user("bureau_officer", bureau="education", region=CITY)).get(PAGE)
    found = {row["clause"].pk: row["cells"][0]["standing"].counts.total for row in own.context["rows"]}
    assert found["二(一)-5"] == 1 and found["二(二)-2"] == 0
    assert signed_in(make.make_user("employer_staff")).get(PAGE).status_code == 403


def test_a_target_is_entered_once_a_clause_year_and_area(signed_in):
    client = signed_in(make.make_user("district_officer"))
    given = {"region": SIMING, "clause": "二(二)-2", "year": TODAY.year, "percent": "85.5", "document": ""}
    assert posted(client, f"{PAGE}targets/new/", **given).status_code == 302
    assert ClauseTarget.objects.get().percent == Decimal("85.5")
    again = posted(client, f"{PAGE}targets/new/", **given)
    assert again.status_code == 422 and "已有目标" in again.content.decode()
    assert posted(client, f"{PAGE}targets/new/", **given | {"clause": "二(二)-1", "percent": "101"}).status_code == 422
    assert posted(client, f"{PAGE}targets/new/", **given | {"region": HULI}).status_code in (403, 422)
    assert ClauseTarget.objects.count() == 1
