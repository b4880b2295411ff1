"""The page shows each account its own areas, never a withheld figure, with a fixed number of queries."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from payroll.benchmarking import recompute
from payroll.models import Benchmark
from tests import builders as make

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
URL = "/payroll/benchmarks/"


def people(employer, amounts, rung, period=OCTOBER):
    for amount in amounts:
        employment = make.make_employment(make.make_worker(), employer)
        make.make_pay(employment, period=period, base=Decimal(amount), rung=rung)


@pytest.fixture
def agency():
    """思明: rungs of 8, 7 and 3; 湖里: 9. The three are small, so the seven go with them."""
    agency = make.make_employer("E01", region="350203001")
    people(agency, range(5000, 5800, 100), "assistant_2")
    people(agency, range(7100, 7800, 100), "assistant_1")
    people(agency, [9111, 9222, 9333], "senior")
    people(make.make_employer("E03", region="350206001"), range(6000, 6900, 100), "assistant_2")
    people(agency, [4321] * 5, "assistant_2", SEPTEMBER)
    recompute(SEPTEMBER)
    recompute(OCTOBER)
    return agency


@pytest.fixture
def officer():
    return make.make_user("district_officer")


def options(page, name) -> list[str]:
    return [code for code, _ in page.context["form"].fields[name].choices]


def test_an_officer_begins_in_the_own_district_and_the_newest_month(agency, officer, signed_in):
    page = signed_in(officer).get(URL)
    text = page.content.decode()
    assert page.status_code == 200
    assert "按 2026-10 各单位上报的薪酬，折合全职" in text
    assert page.context["group"].area.code == "350203"
    assert "¥5,350.00" in text
    assert 'data-chart="peer-pay"' in text
    assert "style=" not in text.split("<main")[1]
    assert options(page, "month") == ["2026-10", "2026-09"]
    assert options(page, "area") == ["3502", "350203"]


def test_withheld_rows_say_so_and_leave_no_figure(agency, officer, signed_in):
    page = signed_in(officer).get(URL)
    text = page.content.decode()
    assert text.count("—（人数过少）") == 2
    for figure in ("9,222", "9222", "7,400", "7400"):
        assert figure not in text
    assert page.context["chart"]["labels"] == ["助理社会工作师二级"]
    assert page.context["chart"]["series"][2] == {"name": "P50", "values": [5350.0]}


def test_month_area_and_sector_are_chosen_in_the_address(agency, officer, signed_in):
    client = signed_in(officer)
    assert "¥4,321.00" in client.get(URL, {"month": "2026-09"}).content.decode()
    city = client.get(URL, {"area": "3502", "sector": "enterprise"})
    assert [row.n for row in city.context["group"].rows] == [9, 9]
    empty = client.get(URL, {"sector": "mass"}).content.decode()
    assert "没有上报薪酬" in empty


@pytest.mark.parametrize("asked", [{"area": "350206"}, {"month": "2020-01"}, {"sector": "x"}, {"area": "350203001"}])
def test_what_lies_outside_is_not_found(agency, officer, signed_in, asked):
    assert signed_in(officer).get(URL, asked).status_code == 404


AREAS = [
    ("city_officer", "civil_affairs", "3502", {"3502", "350203", "350206"}),
    ("district_officer", "civil_affairs", "350206", {"3502", "350206"}),
    ("bureau_officer", "education", "350203", {"3502", "350203"}),
    ("bureau_officer", "education", "3502", {"3502", "350203", "350206"}),
    ("system_admin", "", "", set()),
]


@pytest.mark.parametrize(("role", "bureau", "region", "sees"), AREAS, ids=str)
def test_cells_seen_by_each_account(agency, role, bureau, region, sees):
    user = make.make_user(role, bureau, region)
    assert set(Benchmark.objects.visible_to(user).values_list("area_id", flat=True)) == sees


def test_staff_of_an_employer_see_their_district_and_the_city(agency, signed_in):
    member = make.make_member(agency)
    page = signed_in(member).get(URL)
    assert page.context["group"].area.code == "3502"
    assert options(page, "area") == ["3502", "350203"]
    assert signed_in(member).get(URL, {"area": "350206"}).status_code == 404


def test_accounts_without_the_right_and_strangers_are_turned_away(agency, client, signed_in):
    assert client.get(URL).status_code == 302
    assert signed_in(make.make_user("system_admin")).get(URL).status_code == 403
    assert signed_in(make.make_user("employer_staff")).get(URL).status_code == 200
    assert client.post(URL).status_code == 405


def test_a_past_day_shows_the_months_up_to_it(agency, officer, signed_in):
    page = signed_in(officer).get(URL, {"on": "2026-09-30"})
    assert options(page, "month") == ["2026-09"]
    nothing = signed_in(officer).get(URL, {"on": "2026-08-31"}).content.decode()
    assert "到这一天为止还没有薪酬参照" in nothing


def test_before_any_pay_the_page_says_what_to_do(officer, signed_in):
    assert "导入各单位上一个月的薪酬" in signed_in(officer).get(URL).content.decode()
    finance = make.make_user("employer_staff")
    assert "还没有薪酬参照" in signed_in(finance).get(URL).content.decode()


def test_the_export_holds_what_is_shown(agency, officer, signed_in):
    answer = signed_in(officer).get(URL, {"export": "xlsx"})
    rows = list(load_workbook(BytesIO(answer.getvalue())).active.values)
    assert rows[0] == ("薪酬档级", "人数", "P10", "P25", "P50", "P75", "P90")
    assert rows[1][:2] == ("助理社会工作师二级", 8)
    assert rows[2] == ("助理社会工作师一级", "—（人数过少）", None, None, None, None, None)
    assert rows[-1][:2] == ("全部档级", 18)


def test_queries_stay_the_same_with_many_months(agency, officer, signed_in, django_assert_max_num_queries):
    client = signed_in(officer)
    client.get(URL)
    for back in range(1, 25):
        month = (SEPTEMBER - timedelta(days=31 * back)).replace(day=1)
        Benchmark.objects.get_or_create(period=month, area_id="3502", sector=None, rung=None, defaults={"n": 9})
    with django_assert_max_num_queries(15):
        page = client.get(URL)
    assert len(options(page, "month")) > 20


def test_the_menu_leads_here(agency, officer, signed_in):
    page = signed_in(officer).get(reverse("payroll:benchmarks")).content.decode()
    assert '<a href="/payroll/benchmarks/" aria-current="page">' in page


def test_the_chart_is_drawn_from_its_figures(agency, officer, page_as):
    page = page_as(officer)
    page.goto(URL)
    page.locator('[data-chart="peer-pay"] svg').wait_for()
    page.get_by_label("地区").select_option("3502")
    page.wait_for_url("**area=3502**")
    page.get_by_text("助理社会工作师一级").first.wait_for()
    page.locator('[data-chart="peer-pay"] svg').wait_for()
