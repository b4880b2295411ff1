"""Own pay beside published groups: nothing else of others, and only for who may see the pay."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from payroll.models import Benchmark
from payroll.place import BANDS, ESTABLISHED, band
from payroll.publishing import publish
from tests import builders as make

pytestmark = pytest.mark.django_db
MONTH, CLOSED = date(2026, 10, 1), date(2026, 11, 21)
URL = "/payroll/place/"


def pay(employer, amount, rung="assistant_2", form="contract", **fields):
    employment = make.make_employment(make.make_worker(), employer, form=form)
    return make.make_pay(employment, period=MONTH, base=Decimal(amount), rung=rung, **fields)


@pytest.fixture
def town():
    """思明: ten agencies with a person each, 5,000 to 5,900; 湖里: eight with 社会工作师三级; one of 思明 has more."""
    for amount in range(5000, 6000, 100):
        pay(make.make_employer("E01", region="350203001"), amount)
    for amount in range(8000, 8800, 100):
        pay(make.make_employer("E01", region="350206001"), amount, "social_worker_3")
    own = make.make_employer("E01", region="350203001", name="本机构")
    records = {
        "low": pay(own, 4000),
        "half": pay(own, 2900, time_share=Decimal("0.5")),
        "alone": pay(own, 9000, "social_worker_3"),
        "established": pay(own, 7000, form="established"),
        "unpaid": pay(own, 0),
    }
    publish(MONTH, CLOSED, reason="按月发布")
    return SimpleNamespace(own=own, records=records, member=make.make_member(own))


def compared(page) -> dict[int, dict]:
    return {each["record"].pk: each for each in page.context["people"]}


def test_a_clerk_comes_to_the_own_employer(town, signed_in):
    answer = signed_in(town.member).get(URL)
    assert answer.url == f"{URL}{town.own.pk}/"
    page = signed_in(town.member).get(answer.url)
    people = compared(page)
    low = people[town.records["low"].pk]["standing"]
    assert low.band == "低于 P10"
    assert low.peers.row == Benchmark.objects.get(
        area_id="350203", sector="social", rung="assistant_2", level=1, suppression=""
    )
    assert low.peers.label == "思明区 · 社会组织 · 助理社会工作师二级"
    assert people[town.records["half"].pk]["standing"].amount == 5800
    assert people[town.records["established"].pk]["why"] == ESTABLISHED
    assert people[town.records["unpaid"].pk]["why"].startswith("不计入")
    text = page.content.decode()
    assert "按国家规定，不与指导标准和同类人员比较" in text
    assert "¥4,000.00" in text


def test_the_district_withholds_so_the_city_is_used(town, signed_in):
    page = signed_in(town.member).get(f"{URL}{town.own.pk}/")
    alone = compared(page)[town.records["alone"].pk]["standing"]
    assert not Benchmark.objects.filter(area_id="350203", rung="social_worker_3", suppression="").exists()
    assert alone.peers.label == "厦门市 · 社会组织 · 社会工作师三级"
    assert alone.band == "高于 P90"


def test_own_groups_have_their_number_and_median(town, signed_in):
    page = signed_in(town.member).get(f"{URL}{town.own.pk}/")
    rungs = {each.labels[0]: (each.n, each.amount) for each in page.context["rungs"]}
    assert rungs == {"助理社会工作师二级": (2, Decimal(4900)), "社会工作师三级": (1, Decimal(9000))}
    assert [each.labels for each in page.context["years"]] == [
        ["助理社会工作师", "3–5 年"],
        ["社会工作师", "3–5 年"],
    ]


def test_only_published_and_shown_groups_stand_beside_the_own(town, signed_in):
    """Nothing that is withheld or of another area: what the page adds to the benchmark page is the own pay."""
    page = signed_in(town.member).get(f"{URL}{town.own.pk}/")
    open_to = Benchmark.objects.visible_to(town.member).filter(suppression="", period=MONTH)
    standings = [*page.context["rungs"], *page.context["years"]]
    standings += [each["standing"] for each in page.context["people"] if each["standing"]]
    used = {each.peers.row.pk for each in standings if each.peers}
    assert used
    assert used <= set(open_to.values_list("pk", flat=True))


def test_where_nothing_is_shown_no_figure_stands(town, signed_in):
    Benchmark.objects.filter(period=MONTH).delete()
    page = signed_in(town.member).get(f"{URL}{town.own.pk}/")
    assert compared(page)[town.records["low"].pk]["why"] == "没有可以显示的同类人员"
    assert page.status_code == 200


def test_other_employers_and_accounts_are_turned_away(town, signed_in):
    stranger = make.make_member(make.make_employer("E01", region="350203001"))
    assert signed_in(stranger).get(f"{URL}{town.own.pk}/").status_code == 404
    assert signed_in(make.make_user("bureau_officer", "education")).get(f"{URL}{town.own.pk}/").status_code == 403
    assert signed_in(make.make_user("district_officer", region="350206")).get(f"{URL}{town.own.pk}/").status_code == 404
    officer = make.make_user("district_officer", region="350203")
    assert signed_in(officer).get(f"{URL}{town.own.pk}/").status_code == 200
    assert signed_in(officer).get(URL).status_code == 403
    record = signed_in(officer).get(reverse("posts:employer", args=[town.own.pk])).content.decode()
    assert f"{URL}{town.own.pk}/" in record


def test_the_export_and_the_months(town, signed_in):
    client = signed_in(town.member)
    answer = client.get(f"{URL}{town.own.pk}/", {"month": "2026-10", "export": "xlsx"})
    rows = list(load_workbook(BytesIO(answer.getvalue())).active.values)
    assert rows[0][0] == "姓名"
    assert len(rows) == 6
    assert {row[-1] for row in rows[1:]} >= {"低于 P10", "高于 P90"}
    assert client.get(f"{URL}{town.own.pk}/", {"month": "2020-01"}).status_code == 404
    assert "还没有发布过薪酬参照" in client.get(f"{URL}{town.own.pk}/", {"on": "2026-09-30"}).content.decode()


def test_queries_do_not_grow_with_the_people(town, signed_in, django_assert_max_num_queries):
    for _ in range(15):
        pay(town.own, 5000)
    client = signed_in(town.member)
    client.get(f"{URL}{town.own.pk}/")
    with django_assert_max_num_queries(16):
        assert len(client.get(f"{URL}{town.own.pk}/").context["people"]) == 20


def tab_of(record) -> str:
    return f"/payroll/people/{record.employment.worker_id}/"


def test_a_person_sees_the_own_pay_and_its_place(town, signed_in):
    record = town.records["low"]
    client = signed_in(make.make_account(record.employment.worker))
    text = client.get(tab_of(record)).content.decode()
    assert "¥4,000.00" in text
    assert "低于 P10" in text
    assert "思明区 · 社会组织 · 助理社会工作师二级" in text
    assert tab_of(record) in client.get(f"/people/{record.employment.worker_id}/").content.decode()
    assert client.get(tab_of(town.records["half"])).status_code == 404
    assert client.get(f"{URL}{town.own.pk}/").status_code == 403


def test_established_staff_are_not_compared(town, signed_in):
    record = town.records["established"]
    text = signed_in(make.make_account(record.employment.worker)).get(tab_of(record)).content.decode()
    assert "在编人员：按国家规定，不与指导标准和同类人员比较" in text
    assert "P25" not in text


ROLES = [
    ("city_officer", "civil_affairs", "3502", 200),
    ("district_officer", "civil_affairs", "350203", 200),
    ("district_officer", "civil_affairs", "350206", 404),
    ("bureau_officer", "human_resources", "350203", 403),
    ("standing_officer", "civil_affairs", "350203", 403),
    ("system_admin", "", "", 403),
]


@pytest.mark.parametrize(("role", "bureau", "region", "status"), ROLES, ids=str)
def test_who_opens_the_tab_of_pay(town, role, bureau, region, status, signed_in):
    user = make.make_user(role, bureau, region)
    assert signed_in(user).get(tab_of(town.records["low"])).status_code == status


def test_another_employer_of_the_person_does_not_see_its_pay_here(town, signed_in):
    record = town.records["low"]
    other = make.make_employer("E01", region="350203001")
    make.make_employment(record.employment.worker, other)
    page = signed_in(make.make_member(other)).get(tab_of(record))
    assert page.status_code == 200
    assert "¥4,000.00" not in page.content.decode()


@pytest.mark.parametrize(
    ("amount", "said"),
    [(99, 0), (100, 1), (199, 1), (200, 2), (300, 3), (400, 4), (500, 4), (501, 5)],
    ids=str,
)
def test_bands_of_an_amount(amount, said):
    row = SimpleNamespace(p10=100, p25=200, p50=300, p75=400, p90=500)
    assert band(amount, row) == BANDS[said]
