"""The page shows each account its own areas, never a withheld figure, with a fixed number of queries."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from payroll.actions import last_closed
from payroll.models import Benchmark, Publication
from payroll.publishing import publish
from tests import builders as make

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
URL = "/payroll/benchmarks/"


WITHHELD = "—（少于 5 人或须保护）"


def people(amounts, rung, period=OCTOBER, kind="E01", region="350203001"):
    """Each of an employer of one's own; the last employer is returned."""
    for amount in amounts:
        employer = make.make_employer(kind, region=region)
        employment = make.make_employment(make.make_worker(), employer)
        make.make_pay(employment, period=period, base=Decimal(amount), rung=rung)
    return employer


@pytest.fixture
def agency():
    """思明: rungs of 8, 7 and 3; 湖里: 9. The three are small, so the seven go with them."""
    agency = people(range(5000, 5800, 100), "assistant_2")
    people(range(7100, 7800, 100), "social_worker_3")
    people([9111, 9222, 9333], "senior")
    people(range(6000, 6900, 100), "assistant_2", kind="E03", region="350206001")
    people([4321] * 6, "assistant_2", SEPTEMBER)
    for period in (SEPTEMBER, OCTOBER):
        publish(period, date(2026, 11, 21), reason="按月发布")
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
    assert "按 2026-10 各单位报送的薪酬，折合全职" in text
    assert f"{date.today():%Y-%m-%d} 第 1 版发布" in text
    assert page.context["group"].area.code == "350203"
    assert "¥5,350.00" in text
    assert 'data-chart="peer-pay"' in text
    assert "style=" not in text.split("<main")[1]
    assert options(page, "month") == ["2026-10", "2026-09"]
    assert options(page, "area") == ["3502", "350203"]


def test_withheld_rows_say_so_and_leave_no_figure(agency, officer, signed_in):
    page = signed_in(officer).get(URL)
    text = page.content.decode()
    assert text.count(WITHHELD) == 2
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
    assert "没有可以计入的薪酬" in empty


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
    assert "到这一天为止还没有发布薪酬参照" in nothing


def test_before_any_pay_the_page_says_what_to_do(officer, signed_in):
    assert "看实时数字" in signed_in(officer).get(URL).content.decode()
    told = signed_in(make.make_user("employer_staff")).get(URL).content.decode()
    assert "还没有发布过薪酬参照" in told
    assert "实时" not in told


def test_the_export_holds_what_is_shown(agency, officer, signed_in):
    answer = signed_in(officer).get(URL, {"export": "xlsx"})
    rows = list(load_workbook(BytesIO(answer.getvalue())).active.values)
    group, released = ("思明区", "全部领域", "2026-10"), f"{date.today():%Y-%m-%d} 第 1 版"
    assert rows[0] == ("地区", "领域", "月份", "薪酬档级", "人数", "平均数", "P10", "P25", "P50", "P75", "P90", "发布")
    assert rows[1][:5] == (*group, "助理社会工作师二级", 8)
    assert rows[2] == (*group, "社会工作师三级", WITHHELD, *(None,) * 6, released)
    assert rows[-1][:5] == (*group, "全部档级", 18)
    assert {row[-1] for row in rows[1:]} == {released}


@pytest.fixture
def mixed():
    """思明 over two years: people of two kinds, both sexes, all certificates and bands of years; women earn less."""
    for period, raise_ in ((OCTOBER, 500), (OCTOBER.replace(year=2025), 0)):
        for at in range(24):
            employer = make.make_employer(("E01", "E02")[at % 2], region="350203001")
            person = make.make_worker(sex="12"[at // 2 % 2])
            make.make_pay(
                make.make_employment(person, employer),
                period=period,
                base=Decimal(5000 + raise_ + 10 * at + (300 if person.sex == "1" else 0)),
                rung=("uncertified", "assistant_2")[at // 4 % 2],
                factor_seniority=Decimal(1 + at // 12 * 4),
                factor_post=1 + at // 12,
            )
        publish(period, date(2026, 11, 21), reason="按月发布")


GROUPS = {
    "level": [("无证书", 12), ("助理社会工作师", 12), ("全部证书等级", 24)],
    "kind": [("社会组织", "民办社会工作服务机构", 12), ("社会组织", "其他社会组织", 12), ("全部领域", "全部类别", 24)],
    "grade": [("初级", 12), ("中级", 12), ("全部岗位等级", 24)],
    "years": [("0–2 年", 12), ("3–5 年", 12), ("全部年限", 24)],
    "sex": [("女", 12), ("男", 12), ("全部性别", 24)],
    "level-years": [
        ("无证书", "0–2 年", None),
        ("无证书", "3–5 年", None),
        ("助理社会工作师", "0–2 年", None),
        ("助理社会工作师", "3–5 年", None),
        ("全部证书等级", "全部年限", 24),
    ],
}


@pytest.mark.parametrize("by", GROUPS)
@pytest.mark.parametrize("figures", ["", "live"])
def test_people_are_divided_by_what_is_asked(mixed, officer, signed_in, by, figures):
    asked = {"by": by, "figures": figures, "month": "2026-10"}
    group = signed_in(officer).get(URL, asked).context["group"]
    rows = [(*row.labels, row.n) for row in group.rows]
    expected = GROUPS[by]
    if by == "level-years":
        assert [row[:2] for row in rows] == [row[:2] for row in expected]
        assert rows[-1][-1] == 24
        assert sum(row.n or 0 for row in group.parts) in (0, 24)
    else:
        assert rows == expected
    assert all(row.mean is not None for row in group.rows if not row.suppression)


def test_two_dimensions_and_a_sector(mixed, officer, signed_in):
    client = signed_in(officer)
    page = client.get(URL, {"by": "kind-level", "sector": "social", "figures": "live", "month": "2026-10"})
    assert page.context["headings"] == ["单位类别", "证书等级"]
    assert [row.n for row in page.context["group"].rows] == [6, 6, 6, 6, 24]
    assert client.get(URL, {"by": "x"}).status_code == 404


def test_the_gap_between_the_sexes_is_told_with_its_group(mixed, officer, signed_in):
    page = signed_in(officer).get(URL, {"by": "sex"})
    gap = page.context["gap"]
    assert gap.median == gap.women.p50 / gap.men.p50 < 1
    text = page.content.decode()
    assert "女性的月薪中位数是男性的 95." in text
    assert "女 12 人，男 12 人" in text
    assert signed_in(officer).get(URL, {"by": "level"}).context["gap"] is None


def test_years_stand_beside_each_other(mixed, officer, signed_in):
    page = signed_in(officer).get(URL, {"by": "level", "view": "trend"})
    trend = page.context["trend"]
    assert [f"{year:%Y-%m}" for year in trend.years] == ["2026-10", "2025-10"]
    whole = trend.rows[-1]
    assert whole.cells[0].p50 - whole.cells[1].p50 == 500
    assert whole.change == whole.cells[0].p50 / whole.cells[1].p50 - 1
    assert trend.chart["labels"] == ["2025-10", "2026-10"]
    assert trend.chart["series"][0]["name"] == "全部证书等级"
    assert "比上年" in page.content.decode()


def test_a_month_of_before_the_other_groups_says_so_and_keeps_its_rungs(officer, signed_in):
    """Rows of old: rung without level, no mean."""
    figures = dict.fromkeys(("p10", "p25", "p50", "p75", "p90"), Decimal(6000))
    for rung in (None, "assistant_2", ""):
        Benchmark.objects.create(period=OCTOBER, area_id="350203", rung=rung, n=9, **figures)
    Publication.objects.create(period=OCTOBER, city_id="3502", version=1, reason="x")
    client = signed_in(officer)
    assert [row.labels for row in client.get(URL).context["group"].rows] == [
        ["助理社会工作师二级"],
        ["未填档级"],
        ["全部档级"],
    ]
    assert "发布时还没有按性别分组" in client.get(URL, {"by": "sex"}).content.decode()
    assert client.get(URL, {"export": "xlsx"}).status_code == 200


def test_the_export_as_csv_names_its_dimensions(mixed, officer, signed_in):
    text = signed_in(officer).get(URL, {"by": "kind", "export": "csv"}).getvalue().decode("utf-8-sig")
    header, first, *_ = text.splitlines()
    assert header.startswith("地区,领域,月份,所属领域,单位类别,人数,平均数,P10")
    assert first.startswith("思明区,全部领域,2026-10,社会组织,民办社会工作服务机构,12,")


def test_queries_stay_the_same_with_many_months(agency, officer, signed_in, django_assert_max_num_queries):
    client = signed_in(officer)
    client.get(URL)
    for back in range(1, 25):
        month = (SEPTEMBER - timedelta(days=31 * back)).replace(day=1)
        Publication.objects.create(period=month, city_id="3502", version=1, reason="x")
    with django_assert_max_num_queries(15):
        page = client.get(URL)
    assert len(options(page, "month")) > 20


@pytest.fixture
def unpublished():
    """Three people of 思明 and one of 湖里 in a month that has not closed, of one employer each district."""
    month = date.today().replace(day=1)
    people([5001, 5002, 5003], "senior", month)
    people([8765], "senior", month, region="350206001")
    return f"{month:%Y-%m}"


def test_officers_who_see_pay_see_the_live_figures_of_their_area(unpublished, officer, signed_in):
    page = signed_in(officer).get(URL, {"figures": "live"})
    text = page.content.decode()
    assert [row.n for row in page.context["group"].rows] == [3, 3]
    assert "¥5,002.00" in text
    assert "实时，未发布" in text
    assert options(page, "area") == ["350203"], "the city's figures would tell the other districts' pay"
    assert signed_in(officer).get(URL, {"figures": "live", "area": "3502"}).status_code == 404
    rows = list(
        load_workbook(BytesIO(signed_in(officer).get(URL, {"figures": "live", "export": "xlsx"}).getvalue())).active
    )
    assert rows[1][-1].value == "实时，未发布"


def test_the_city_sees_the_live_figures_of_all_its_districts(unpublished, signed_in):
    client = signed_in(make.make_user("city_officer"))
    page = client.get(URL, {"figures": "live", "month": unpublished})
    assert page.context["group"].rows[-1].n == 4
    assert client.get(URL, {"figures": "live", "area": "350206"}).context["group"].rows[-1].n == 1
    assert client.get(URL, {"figures": "live", "on": "2026-10-31"}).context["group"] is None


@pytest.mark.parametrize("role", ["employer_staff", "bureau_officer"])
def test_nobody_else_sees_live_figures(agency, unpublished, role, signed_in):
    user = make.make_member(agency) if role == "employer_staff" else make.make_user(role, "education", "350203")
    page = signed_in(user).get(URL, {"figures": "live"})
    assert "figures" not in page.context["form"].fields
    assert page.context["group"].period == OCTOBER
    assert page.context["group"].publication is not None
    assert signed_in(user).get(URL, {"figures": "live", "month": unpublished}).status_code == 404


def test_live_figures_count_who_counts_in_the_publication(agency, signed_in):
    user = make.make_user("city_officer")
    period = last_closed(date.today())
    people([5000] * 7, "senior", period)
    publish(period, date.today(), reason="测试")
    live = signed_in(user).get(URL, {"figures": "live", "month": f"{period:%Y-%m}", "area": "3502"}).context["group"]
    stored = signed_in(user).get(URL, {"month": f"{period:%Y-%m}", "area": "3502"}).context["group"]
    assert live.rows[-1].n == stored.rows[-1].n
    assert live.rows[-1].p90 == stored.rows[-1].p90


def test_a_city_officer_publishes_anew_with_a_reason(agency, signed_in):
    period = last_closed(date.today())
    people([5000] * 7, "senior", period, region="350205001")
    client = signed_in(make.make_user("city_officer"))
    before = Publication.objects.filter(period=period).count()
    form = {"month": f"{period:%Y-%m}", "reason": ""}
    assert client.get(f"{URL}publish/", {"month": form["month"]}).context["form"].initial["month"] == form["month"]
    assert client.post(f"{URL}publish/", form).status_code == 422, "a reason is needed"
    assert Publication.objects.filter(period=period).count() == before
    told = client.post(f"{URL}publish/", form | {"reason": "海沧漏报"}, follow=True).content.decode()
    assert f"第 {before + 1} 版" in told
    assert "海沧漏报" in client.get(f"{URL}publish/").content.decode()
    again = client.post(f"{URL}publish/", form | {"reason": "海沧漏报"}, follow=True).content.decode()
    assert "没有发布新版本" in again
    assert Publication.objects.filter(period=period).count() == before + 1


def test_a_month_that_has_not_closed_is_not_offered_for_publication(agency, unpublished, signed_in):
    client = signed_in(make.make_user("city_officer"))
    assert unpublished not in options(client.get(f"{URL}publish/"), "month")
    assert client.post(f"{URL}publish/", {"month": unpublished, "reason": "x"}).status_code == 422
    assert not Benchmark.objects.filter(period=date.fromisoformat(f"{unpublished}-01")).exists()


@pytest.mark.parametrize("role", ["district_officer", "employer_staff", "system_admin"])
def test_only_the_city_publishes(agency, role, signed_in):
    client = signed_in(make.make_user(role))
    assert client.get(f"{URL}publish/").status_code == 403
    assert client.post(f"{URL}publish/", {"month": "2026-10", "reason": "x"}).status_code == 403
    assert "发布新版本" not in client.get(URL).content.decode()


def test_the_menu_leads_here(agency, officer, signed_in):
    page = signed_in(officer).get(reverse("payroll:benchmarks")).content.decode()
    assert '<a href="/payroll/benchmarks/" aria-current="page">' in page


def test_the_chart_is_drawn_from_its_figures(agency, officer, page_as):
    page = page_as(officer)
    page.goto(URL)
    page.locator('[data-chart="peer-pay"] svg').wait_for()
    page.get_by_label("地区").select_option("3502")
    page.wait_for_url("**area=3502**")
    page.get_by_text("社会工作师三级").first.wait_for()
    page.locator('[data-chart="peer-pay"] svg').wait_for()
