"""Honours outside a cycle: who records, corrects and revokes what; the registers; the person's tab, timeline, paper."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pypdf
import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from awards import funds, honouring
from awards.models import Honour, PoolMember
from tests import builders as make
from tests.awards.rounds import TODAY, client_of, make_cycle
from tests.awards.test_funds import line, make_fund
from xmsw.workflow.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make.make_user("city_officer")


@pytest.fixture
def district():
    return make.make_user("district_officer")


@pytest.fixture
def agency():
    return make.make_employer("E01", region="350203001")


@pytest.fixture
def clerk(agency):
    return make.make_member(agency)


def honour_of(worker, level: str = "province", **fields: Any) -> Honour:
    """As it comes from the form."""
    defaults = {
        "employer": worker.employments.get().employer, "level": level, "series": "优秀社工", "title": "优秀社会工作者",
        "awarded_by": "颁奖单位", "awarded_on": date(2024, 3, 20), "document": "文号1", "form": "证书",
    }  # fmt: skip
    return Honour(worker=worker, **(defaults | fields))


def test_each_records_its_own_levels(city, district, clerk, agency):
    may = {
        city: {"nation", "province", "city", "district"},
        district: {"nation", "province", "district"},
        clerk: {"employer"},
        make.make_user("bureau_officer", bureau="education"): set(),
        make.make_account(make.make_staff(agency)): set(),
    }
    for user, levels in may.items():
        for level in ("nation", "province", "city", "district", "employer"):
            made = honour_of(make.make_staff(agency), level)
            if level in levels:
                assert honouring.record(user, made).recorded_by == user
            else:
                with pytest.raises((PermissionDenied, Refused)):
                    honouring.record(user, made)
    assert Honour.objects.higher().count() == 4
    assert Honour.objects.of_districts().count() == 2 and Honour.objects.of_employers().count() == 1


def test_who_wins_a_national_or_provincial_honour_is_proposed_for_the_city_s_pool(city, district, clerk, agency):
    made = {
        level: honouring.record(user, honour_of(make.make_staff(agency), level, title=f"{level}奖", form="奖金"))
        for level, user in (
            ("nation", city), ("province", district), ("city", city), ("district", district), ("employer", clerk),
        )
    }  # fmt: skip
    rows = PoolMember.objects.proposed().order_by("pk")
    assert [(each.honour, each.worker, each.pool, each.region_id, each.start) for each in rows] == [
        (made[level], made[level].worker, "practice", "3502", made[level].awarded_on)
        for level in ("nation", "province")
    ]
    assert [each.changes.get().note for each in rows] == ["nation奖", "province奖"]
    honouring.record(city, honour_of(made["nation"].worker, "province", title="再得一项"))
    assert PoolMember.objects.count() == 2, "nobody is proposed twice"


def test_what_stands_against_an_honour_comes_together(city, clerk, agency):
    worker = make.make_staff(agency)
    ahead = TODAY + timedelta(days=1)
    with pytest.raises(Refused) as told:
        honouring.record(city, honour_of(worker, awarded_on=ahead, document=" "))
    assert len(told.value.messages) == 2
    other = make.make_employer("E01", region="350203001")
    with pytest.raises(Refused, match="没有在这个单位任职"):
        honouring.record(city, honour_of(worker, employer=other))
    with pytest.raises(Refused, match="不在本单位任职"):
        honouring.record(clerk, honour_of(worker, "employer", awarded_on=date(2015, 1, 1)))
    with pytest.raises(Refused, match="表彰形式"):
        honouring.record(clerk, honour_of(worker, "employer", form=""))
    honouring.record(city, honour_of(worker))
    with pytest.raises(Refused, match="已经登记"):
        honouring.record(city, honour_of(worker))


def test_who_recorded_and_the_place_of_the_award_correct_and_revoke(city, district, clerk, agency):
    elsewhere = make.make_user("district_officer", region="350206")
    by_district = honouring.record(district, honour_of(make.make_staff(agency)))
    by_city = honouring.record(city, honour_of(make.make_staff(agency)))
    of_district = honouring.record(city, honour_of(make.make_staff(agency), "district"))
    of_employer = honouring.record(clerk, honour_of(make.make_staff(agency), "employer"))
    for made, keepers in (
        (by_district, {city, district}),
        (by_city, {city}),
        (of_district, {city, district}),
        (of_employer, {clerk}),
    ):
        assert {user for user in (city, district, clerk, elsewhere) if honouring.keeps(user, made)} == keepers
    by_city.title = "改过的称号"
    with pytest.raises(PermissionDenied):
        honouring.correct(district, by_city)
    with pytest.raises(PermissionDenied):
        honouring.revoke(clerk, by_city, TODAY, "不实")
    assert honouring.correct(city, by_city).title == "改过的称号"


def test_an_honour_is_revoked_once_with_day_and_reason(city, agency):
    made = honouring.record(city, honour_of(make.make_staff(agency)))
    for on, reason, told in (
        (TODAY, " ", "原因"),
        (made.awarded_on - timedelta(days=1), "不实", "撤销日期"),
        (TODAY + timedelta(days=1), "不实", "撤销日期"),
    ):
        with pytest.raises(Refused, match=told):
            honouring.revoke(city, made, on, reason)
    honouring.revoke(city, made, date(2025, 1, 2), "材料不实")
    with pytest.raises(Refused, match="已于 2025-01-02 撤销"):
        honouring.revoke(city, made, TODAY, "再撤")
    with pytest.raises(Refused, match="不能再改"):
        honouring.correct(city, made)
    assert list(Honour.objects.valid(date(2025, 1, 1))) == [made]
    assert not Honour.objects.valid(date(2025, 1, 2)).exists()
    assert not Honour.objects.valid(date(2024, 3, 19)).exists()


def test_an_honour_of_a_cycle_is_revoked_by_its_organiser_alone_and_never_corrected(city, district, agency):
    cycle = make_cycle("commended")
    made = honour_of(make.make_staff(agency), "city", cycle=cycle, number="2026-1", code="ABCDEFGH2345")
    made.save()
    with pytest.raises(Refused, match="表彰周期"):
        honouring.correct(city, made)
    assert client_of(district).post(f"/awards/honours/{made.pk}/revoke/").status_code == 403
    sent = {"on": f"{TODAY:%Y-%m-%d}", "reason": "材料不实"}
    assert client_of(city).post(f"/awards/honours/{made.pk}/revoke/", sent).status_code == 302
    page = Client().get("/honours/verify/?number=2026-1&code=ABCDEFGH2345").content.decode()
    assert "撤销" in page and "证书属实" not in page


def test_an_officer_records_and_corrects_in_the_browser(district, agency):
    client, worker = client_of(district), make.make_staff(agency)
    stranger = make.make_staff(make.make_employer("E01", region="350206001"))
    for wrong in ({"name": worker.name, "number": "x"}, {"name": stranger.name, "number": stranger.identity}):
        assert client.post("/awards/honours/new/", wrong).status_code == 422
    chosen = client.post("/awards/honours/new/", {"name": worker.name, "number": worker.identity})
    assert chosen.url == f"/awards/honours/new/{worker.pk}/"
    assert client.get(f"/awards/honours/new/{stranger.pk}/").status_code == 404
    sent = {
        "employer": agency.pk, "level": "province", "series": "优秀社工", "title": "省优秀社工",
        "awarded_by": "省民政厅", "awarded_on": "2024-03-20", "document": "闽民〔2024〕1号", "form": "", "prize": "0",
    }  # fmt: skip
    for wrong in ({"level": "city"}, {"document": ""}, {"awarded_by": ""}, {"awarded_on": "x"}, {"prize": "-1"}):
        assert client.post(chosen.url, sent | wrong).status_code == 422, wrong
    made = client.post(chosen.url, sent)
    found = Honour.objects.get()
    assert made.url == f"/awards/honours/{found.pk}/" and found.recorded_by == district
    assert client.post(f"{made.url}edit/", sent | {"title": "福建省优秀社工"}).status_code == 302
    assert "福建省优秀社工" in client.get(made.url).content.decode()


def test_an_employer_reports_its_own_awards_of_its_own_staff(clerk, agency):
    client, worker = client_of(clerk), make.make_staff(agency)
    stranger = make.make_staff(make.make_employer("E01", region="350203001"))
    assert client.post("/awards/honours/new/", {"worker": stranger.pk}).status_code == 422
    assert client.post("/awards/honours/new/", {"worker": worker.pk}).status_code == 302
    sent = {
        "employer": agency.pk, "level": "employer", "series": "年度之星", "title": "年度之星", "awarded_by": "",
        "awarded_on": "2024-12-31", "document": "", "form": "奖金", "prize": "800",
    }  # fmt: skip
    address = f"/awards/honours/new/{worker.pk}/"
    assert client.post(address, sent | {"form": ""}).status_code == 422
    assert client.post(address, sent | {"level": "province"}).status_code == 422
    assert client.post(address, sent).status_code == 302
    found = Honour.objects.get()
    assert (found.awarded_by, found.prize, found.level) == (agency.name, D(800), "employer")
    assert worker.name in client.get("/awards/honours/employers/").content.decode()


def test_registers_filter_and_the_districts_add_up(city, district, agency, django_assert_max_num_queries):
    huli = make.make_employer("E01", region="350206001")
    for employer, year in ((agency, 2023), (agency, 2023), (agency, 2024), (huli, 2024)):
        worker = make.make_staff(employer)
        honouring.record(city, honour_of(worker, "district", awarded_on=date(year, 5, 1), prize=D(100)))
    revoked = honouring.record(city, honour_of(make.make_staff(agency), "district", prize=D(5000)))
    honouring.revoke(city, revoked, TODAY, "不实")
    national = honouring.record(city, honour_of(make.make_staff(agency), "nation", series="全国奖"))
    client = client_of(city)
    with django_assert_max_num_queries(20):
        page = client.get("/awards/honours/districts/").content.decode()
    assert "¥200.00" in page and "¥5,000.00" not in page.split('id="listing"')[0]
    assert national.worker.name not in page
    for query, found in (
        ("level=nation", {national.worker.name}),
        ("series=全国奖", {national.worker.name}),
        (f"person={national.worker.name}", {national.worker.name}),
        ("state=revoked", {revoked.worker.name}),
    ):
        page = client.get(f"/awards/honours/?{query}").content.decode()
        assert {each.name for each in [national.worker, revoked.worker] if f">{each.name}<" in page} == found, query
    assert huli.name in client.get("/awards/honours/?year=2024&area=350206").content.decode()
    page = client_of(district).get("/awards/honours/").content.decode()
    assert huli.name not in page and agency.name in page
    assert client.get("/awards/honours/?export=xlsx").status_code == 200


def test_the_record_of_a_person_shows_honours_and_grants_to_whom_may_see_them(city, district, clerk, agency):
    worker = make.make_staff(agency)
    account = make.make_account(worker)
    stands = honouring.record(city, honour_of(worker, title="省优秀社工", number="C-1", code="ABCDEFGH2345"))
    gone = honouring.record(city, honour_of(worker, "city", series="另一项", title="撤了的"))
    honouring.revoke(city, gone, TODAY, "材料不实")
    fund = make_fund("3502", name="鹭岛基金")
    funds.enter(city, fund, line("donation", "900", party="某企业"))
    funds.enter(city, fund, line("grant", "500", worker=worker, reason="突出贡献"))
    wrong = funds.enter(city, fund, line("grant", "400", worker=worker, reason="发重了"))
    funds.reverse(city, wrong, TODAY, "重复")
    for user, sees_grants in ((city, True), (account, True), (district, False), (clerk, False)):
        client = client_of(user)
        page = client.get(f"/awards/people/{worker.pk}/").content.decode()
        assert "省优秀社工" in page and "已撤销" in page
        assert ("鹭岛基金" in page) == sees_grants
        line_of_life = client.get(f"/people/{worker.pk}/").content.decode()
        assert "省优秀社工" in line_of_life and "撤销荣誉" in line_of_life
        assert ("鹭岛基金" in line_of_life) == sees_grants
        paper = client.get(f"/people/{worker.pk}/record/").getvalue()
        text = "".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(paper)).pages)
        assert "省优秀社工" in text and "撤了的" not in text
        assert ("突出贡献" in text) == sees_grants and "发重了" not in text
    page = client_of(account).get(f"/awards/people/{worker.pk}/").content.decode()
    assert f"/awards/honours/{stands.pk}/certificate/" in page and "登记荣誉" not in page
    assert client_of(account).get(f"/awards/honours/{stands.pk}/certificate/").status_code == 200
    other = make.make_account(make.make_staff(agency))
    assert client_of(other).get(f"/awards/people/{worker.pk}/").status_code == 404
    assert client_of(other).get(f"/awards/honours/{stands.pk}/").status_code == 404
