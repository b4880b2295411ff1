"""Figures of areas: each is what the screen behind it counts, of the city with its districts, on any day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from payroll.underpaid import structure
from posts.models import Employer
from supervision.figures import FIGURES, Told, read
from supervision.figures.declared import BY_KEY
from supervision.runs import execute_here, start_run
from supervision.selectors.measures import measures
from talents.models import StandingCount
from tests import builders as make
from tests.supervision import registers as rows_of
from xmsw.policy.actions import set_parameter

pytestmark = pytest.mark.django_db
TODAY, DAY = date.today(), timedelta(days=1)
SIMING, HULI, CITY = "350203", "350206", "3502"


def told(key: str, area: str = SIMING, on: date = TODAY, sector: str = "") -> Told:
    return read(on, CITY).told(key, area, sector)


def recalculate(day: date = TODAY) -> None:
    execute_here(start_run(day=day, present=day == TODAY, reason="request", dispatch=False, area=CITY))


def test_posts_and_people_of_a_district_and_of_its_city():
    siming, huli = make.make_employer("C02", region=SIMING), make.make_employer("C02", region=HULI)
    post = make.make_post(siming)
    make.make_post(siming)
    make.make_post(huli)
    holder = make.make_staff(siming, level=2)
    make.make_appointment(holder, post)
    make.make_staff(huli)
    found = read(TODAY, CITY)
    assert [found.told("posts", area).text for area in (SIMING, HULI, CITY)] == ["2", "1", "3"]
    assert (found.told("filled_share", SIMING).text, found.told("filled_share", SIMING).of) == ("50.0%", "1 / 2")
    assert (found.told("filled_share", CITY).text, found.told("filled_share", CITY).of) == ("33.3%", "1 / 3")
    assert [found.told("certified", area).text for area in (SIMING, HULI, CITY)] == ["1", "0", "1"]
    assert found.told("social_workers", CITY).text == "1"
    assert found.told("seniors", CITY).text == "0"


def test_a_person_at_two_employers_counts_once():
    one, other = make.make_employer("A01"), make.make_employer("A01")
    worker = make.make_staff(one, level=1)
    make.make_employment(worker, other)
    assert told("workers").text == "1"
    assert told("certified_share").text == "100.0%"


def test_a_past_day_is_told_as_it_was():
    employer = make.make_employer("A01")
    make.make_post(employer, start=TODAY)
    frozen = make.make_post(employer)
    frozen.freezes.create(start=TODAY - DAY, reason="停用")
    make.make_staff(employer, level=0)
    assert told("posts").text == "1", "the frozen one does not count"
    assert told("posts", on=TODAY - 3 * DAY).text == "1", "the new one did not exist, the frozen one did"
    assert read(TODAY - 3 * DAY, CITY).told("posts", SIMING, "institution").text == "1"


def test_pay_is_what_the_structure_page_shows():
    # Full time 5,000, 5,000, 6,000, 7,000, 7,000, 8,000, 9,000 and 4,500 at half time, which is 9,000.
    half = Decimal("0.5")
    for pays in ([(5000, 1), (6000, 1)], [(7000, 1), (8000, 1), (4500, half)], [(5000, 1), (9000, 1), (7000, 1)]):
        employer = make.make_employer("E01")
        for base, share in pays:
            make.make_pay(make.make_staff(employer).employments.get(), base=Decimal(base), time_share=share)
    established = make.make_worker()
    held = make.make_employment(established, employer, form="established")
    make.make_pay(held, base=Decimal(99000), rung="")
    assert told("paid").text == "8", "在编 is left out"
    assert (told("pay_mean").text, told("pay_median").text) == ("¥7,000.00", "¥7,000.00")
    shown = structure(make.make_user("district_officer"), TODAY)[-1]
    assert (shown["sum_n"], round(shown["sum_mean"], 2)) == (8, told("pay_mean").part)


def paid(*sizes: int, region: str = SIMING, kind: str = "E01") -> list[Employer]:
    """An employer for each size, with so many people paid 6,000.00."""
    employers = [make.make_employer(kind, region=region) for _ in sizes]
    for employer, size in zip(employers, sizes, strict=True):
        for _ in range(size):
            make.make_pay(make.make_staff(employer).employments.get())
    return employers


def means(*areas: str, sector: str = "") -> list[str]:
    found = read(TODAY, CITY)
    return [found.told("pay_mean", area, sector).text for area in areas]


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ((1, 1, 2), "—"),  # four people
        ((4, 4), "—"),  # two employers
        ((9, 2, 2), "—"),  # four people without the largest employer
        ((3, 3, 2), "¥6,000.00"),
    ],
)
def test_pay_is_kept_back_as_benchmarks_are(sizes, shown):
    paid(*sizes)
    found = read(TODAY, CITY)
    assert found.told("paid", SIMING).text == str(sum(sizes)), "how many they are is no secret"
    assert [found.told(key, SIMING).text for key in ("pay_mean", "pay_median")] == [shown, shown]
    set_parameter(make.make_user("city_officer"), "benchmark_min_cell", "6", TODAY, "更严")
    assert means(SIMING) == ["—"]


def test_somebody_paid_by_two_employers_is_one_person():
    for employer in paid(3, 2, 2)[1:]:
        membership = make.make_employment(employer.employments.first().worker, make.make_employer("E01"))
        make.make_pay(membership)
    found = read(TODAY, CITY)
    assert (found.told("paid", SIMING).text, found.told("pay_mean", SIMING).text) == ("7", "—"), "7 - 3 is 4"


def test_no_district_is_worked_out_from_the_city_and_the_others():
    paid(3, 3, 3)
    assert means(SIMING, CITY) == ["¥6,000.00", "¥6,000.00"]
    paid(1, region=HULI)
    assert means(SIMING, HULI, CITY) == ["—", "—", "¥6,000.00"], "the next smallest goes along"
    assert read(TODAY, SIMING).told("pay_mean", SIMING).text == "—", "whoever reads the district alone is told no more"
    paid(4, 4, 4, region="350211")
    assert means(SIMING, HULI, "350211", CITY) == ["—", "—", "¥6,000.00", "¥6,000.00"]


def test_nobody_right_under_the_city_is_worked_out():
    paid(3, 3, 3)
    paid(1, region=CITY)
    assert means(SIMING, CITY) == ["—", "¥6,000.00"]


def test_no_sector_is_worked_out_from_all_and_the_others():
    paid(3, 3, 3)
    paid(1, kind="A01")
    assert means(SIMING) == ["¥6,000.00"]
    assert (means(SIMING, sector="social"), means(SIMING, sector="institution")) == (["—"], ["—"])
    assert (means(CITY, sector="social"), means(CITY, sector="institution")) == (["—"], ["—"])


def test_judged_shares_are_those_of_the_findings():
    good, bad = make.make_employer("C02", region=SIMING), make.make_employer("C02", region=HULI)
    make.make_post(good)
    recalculate()
    share = told("posted", HULI)
    assert share.part == 0 and share.whole > 0
    assert told("posted", SIMING).part == 1
    assert told("posted", CITY).part == 1
    assert told("posted", CITY).whole == sum(
        told("posted", area).whole or 0 for area in (SIMING, HULI, "350205", "350211", "350212", "350213")
    )
    assert told("posted", CITY, sector="community").whole == told("posted", CITY).whole
    assert bad.posts.count() == 0


def test_words_round_a_share_as_the_figure_does():
    """Two of three: 66.6%, rounded down in both."""
    make.make_standard("social")
    agency = make.make_employer("E01", region=SIMING)
    for base in (3000, 99000, 99000):
        make.make_pay(make.make_staff(agency, level=1).employments.get(), base=Decimal(base))
    recalculate()
    share = told("guided", CITY)
    assert (share.text, share.of) == ("66.6%", "2 / 3")
    words = measures(make.make_user("city_officer"), TODAY)["四(三)-4"]
    assert words.endswith(f"{share.of} 人（{share.text}）")


def test_a_past_day_that_was_not_judged_tells_nothing():
    make.make_post(make.make_employer("C02", region=SIMING))
    recalculate()
    assert told("posted", on=TODAY - DAY).text == "—"
    recalculate(TODAY - DAY)
    assert told("posted", on=TODAY - DAY).part == 1


def test_money_of_the_year_counts_what_was_spent_by_the_day():
    item = rows_of.make_budget(amount=Decimal(1000))
    rows_of.make_line(item, "appropriation", 800, on=TODAY - 9 * DAY if TODAY.timetuple().tm_yday > 9 else TODAY)
    rows_of.make_line(item, "spending", 250, on=TODAY)
    rows_of.make_budget("3502", amount=Decimal(500))
    assert (told("budget_total").text, told("budget_spent").text) == ("¥1,000.00", "¥250.00")
    assert told("budget_total", CITY).text == "¥1,500.00", "the city's own and its districts'"
    assert told("executed").text == "25.0%"
    if TODAY.timetuple().tm_yday > 1:
        assert told("budget_spent", on=TODAY - DAY).part in (None, Decimal(0))


def test_what_was_published_of_standing_is_told_in_words_and_figures_alike():
    """On 31 December the year ends: its own count is the last one. A district's are its own, withheld ones stay so."""
    city, district = make.make_user("city_officer"), make.make_user("district_officer")
    for year, area, n in ((2021, CITY, 10), (2022, CITY, 20), (2021, SIMING, 4), (2022, SIMING, None)):
        StandingCount.objects.create(year=year, region_id=area, kind="congress", n=n, published_by=city)
    for on, of_city, of_siming, year in (
        (date(2022, 12, 30), "10", "4", 2021),
        (date(2022, 12, 31), "20", "—", 2022),
        (date(2023, 1, 1), "20", "—", 2022),
    ):
        found = read(on, CITY)
        assert [found.told("congress", area).text for area in (CITY, SIMING)] == [of_city, of_siming], on
        for user, n in ((city, of_city), (district, of_siming)):
            words = f"{year} 年末：人大代表 {'不公布' if n == '—' else f'{n} 人'}"
            assert measures(user, on)["三(三)-2"].startswith(words), (user, on)


def test_every_area_has_zeros_where_nothing_counts_and_dashes_where_nothing_is_told():
    found = read(TODAY, SIMING)
    assert [each.code for each in found.areas] == [SIMING]
    assert found.told("orders", SIMING).text == "0"
    assert found.told("congress", SIMING).text == "—"
    assert found.told("filled_share", SIMING).text == "—", "a share of nothing"


def test_reading_asks_the_same_number_of_queries_for_any_area(django_assert_num_queries):
    with django_assert_num_queries(24):
        read(TODAY, CITY)
    with django_assert_num_queries(24):
        read(TODAY, SIMING)


@pytest.mark.parametrize(
    ("key", "now", "before", "change", "better"),
    [
        ("posts", 12, 10, "+2", True),
        ("posts", 10, 12, "-2", False),
        ("posts", 10, 10, "不变", None),
        ("overdue_orders", 3, 1, "+2", False),
        ("pay_mean", Decimal("6300"), Decimal("6000"), "+300.00（+5.0%）", True),
        ("paid", 5, 4, "+1", None),
    ],
)
def test_changes_are_told_with_the_way_that_is_wished(key, now, before, change, better):
    figure = BY_KEY[key]
    earlier, later = Told(figure, Decimal(before)), Told(figure, Decimal(now))
    assert (later.change(earlier), later.better(earlier)) == (change, better)


def test_a_share_is_rounded_down_and_compared_in_points():
    figure = BY_KEY["filled_share"]
    now, before = Told(figure, Decimal(1999), Decimal(2000)), Told(figure, Decimal(1), Decimal(2))
    assert now.text == "99.9%", "100% means all"
    assert now.change(before) == "+49.9 个百分点", "what one finds who subtracts 50.0% from 99.9%"
    alike = Told(figure, Decimal(83390), Decimal(100000)), Told(figure, Decimal(83310), Decimal(100000))
    assert ({each.text for each in alike}, alike[0].change(alike[1])) == ({"83.3%"}, "不变")


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [("1", "0.5", "1 / 0.5"), ("3", "12.5", "3 / 12.5"), ("1000", "2000.0000", "1,000 / 2,000")],
)
def test_a_mean_of_two_counts_is_told_with_its_half(part, whole, told):
    assert Told(BY_KEY["turnover"], Decimal(part), Decimal(whole)).of == told


def test_what_adds_up_over_a_year_is_not_compared_before_it_is_over():
    figure = BY_KEY["meetings"]
    before = Told(figure, Decimal(4))
    assert Told(figure, Decimal(1), running=True).change(before) == "—"
    assert Told(figure, Decimal(5)).change(before) == "+1"


def test_no_figure_is_declared_twice_and_each_names_a_clause():
    assert len({each.key for each in FIGURES}) == len(FIGURES)
    assert all("-" in each.clause for each in FIGURES)
