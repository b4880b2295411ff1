"""Purchase projects: recorded by officers inside their area, listed for any day, measured on the clause board."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from payroll.models import PurchaseProject
from supervision.selectors.measures import measures
from tests import builders as make

pytestmark = pytest.mark.django_db
TODAY = date.today()


@pytest.fixture
def agency():
    return make.make_employer("E01", region="350203001")


@pytest.fixture
def officer():
    return make.make_user("district_officer", region="350203")


def form(agency, **changed):
    start, end = TODAY - timedelta(days=30), TODAY + timedelta(days=300)
    return {
        "title": "社区社工服务项目",
        "buyer": "某街道办事处",
        "region": "350203001",
        "street": "350203001",
        "provider_code": agency.credit_code,
        "amount": "120000.50",
        "onsite_workers": "2",
        "start": f"{start:%Y-%m-%d}",
        "end": f"{end:%Y-%m-%d}",
    } | changed


def test_an_officer_records_a_project_and_the_board_counts_it(signed_in, officer, agency):
    answer = signed_in(officer).post("/payroll/projects/new/", form(agency, replaces_staff="on"))
    made = PurchaseProject.objects.get()
    assert answer.url == f"/payroll/projects/{made.pk}/"
    assert (made.provider, str(made.amount)) == (agency, "120000.50")
    counted = measures(officer, TODAY)
    assert "代替养人的 1 个" in counted["二(一)-6"]
    assert counted["二(二)-9"].endswith("1 个")
    assert "0 个" in measures(officer, TODAY - timedelta(days=31))["二(二)-9"]
    assert "0 个" in measures(make.make_user("district_officer", region="350206"), TODAY)["二(二)-9"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"provider_code": "91350200000000000X"}, "没有用这个统一社会信用代码登记"),
        ({"end": "2001-01-01"}, "结束日期不能早于开始日期"),
        ({"amount": "-1"}, "0"),
        ({"region": "350206001"}, "选择"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(signed_in, officer, agency, changed, sentence):
    answer = signed_in(officer).post("/payroll/projects/new/", form(agency, **changed))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not PurchaseProject.objects.exists()


def test_the_same_project_is_recorded_once(signed_in, officer, agency):
    client = signed_in(officer)
    client.post("/payroll/projects/new/", form(agency))
    again = client.post("/payroll/projects/new/", form(agency))
    assert again.status_code == 422
    assert "已经登记过" in again.content.decode() or "已存在" in again.content.decode()
    assert PurchaseProject.objects.count() == 1


def test_the_list_is_of_a_day_and_filtered(signed_in, officer, agency):
    client = signed_in(officer)
    client.post("/payroll/projects/new/", form(agency))
    client.post("/payroll/projects/new/", form(agency, title="代替养人项目", replaces_staff="on"))
    listed = client.get("/payroll/projects/?replaces=yes").context["page"].rows
    assert [each.title for each in listed] == ["代替养人项目"]
    before = TODAY - timedelta(days=31)
    assert "代替养人项目" not in client.get(f"/payroll/projects/?on={before:%Y-%m-%d}").content.decode()


def test_employers_people_read_their_own_and_record_nothing(signed_in, officer, agency):
    signed_in(officer).post("/payroll/projects/new/", form(agency))
    made = PurchaseProject.objects.get()
    member = signed_in(make.make_member(agency))
    assert member.get(f"/payroll/projects/{made.pk}/").status_code == 200
    assert member.post(f"/payroll/projects/{made.pk}/edit/", form(agency)).status_code == 403


def test_a_project_serves_what_it_says_else_what_its_provider_serves(signed_in, officer, agency):
    client = signed_in(officer)
    client.post("/payroll/projects/new/", form(agency))
    made = PurchaseProject.objects.get()
    assert made.field.label == "其他", "an agency names no field"
    client.post(f"/payroll/projects/{made.pk}/edit/", form(agency, service_field="elderly"))
    made.refresh_from_db()
    assert made.field.label == "老年人"
    assert client.get("/payroll/projects/?field=elderly&area=350203").context["count"] == "1"
    assert client.get("/payroll/projects/?field=other").context["count"] == "0"
    assert client.get("/payroll/projects/?area=350203-").context["count"] == "0", (
        "bought by a street, not by the district"
    )
