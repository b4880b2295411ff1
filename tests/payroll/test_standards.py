"""Guidance standards: drafted and published by two people, replaced without rewriting, floats, bands to the cent."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client

from payroll import guidance, issuing
from payroll.flows.standards import STANDARD
from payroll.models import DistrictFloat, EconomicIndicator, GuidanceRung, GuidanceStandard, StandardReview
from tests import builders as make
from xmsw.policy.recheck import RecheckRequest
from xmsw.workflow.actions import move
from xmsw.workflow.refusals import Overtaken, Refused

pytestmark = pytest.mark.django_db
TODAY = date.today()
SIX = dict(
    zip(
        ("uncertified", "assistant_2", "assistant_1", "social_worker_3", "social_worker_2", "social_worker_1"),
        ("0.7", "0.84", "0.94", "1.1", "1.24", "1.4"),
        strict=True,
    )
)


@pytest.fixture
def city():
    return make.make_user("city_officer")


@pytest.fixture
def hr():
    return make.make_user("bureau_officer", bureau="human_resources", region="3502")


def draft_form(**changed):
    rungs = {f"rung_{code}": f"{Decimal(share) * 100:f}" for code, share in SIX.items()}
    return {
        "sector": "social",
        "document": "厦民〔2026〕5号",
        "base_year": "2025",
        "base_wage": "118000",
        "float_down": "10",
        "float_up": "10",
        "start": f"{TODAY:%Y-%m-%d}",
        "note": "",
        "basis": "share",
        **rungs,
    } | changed


def signed(user):
    client = Client()
    client.force_login(user)
    return client


def test_two_people_make_a_standard_and_the_one_before_it_ends_the_day_before(city, hr):
    old = make.make_standard("social", SIX, start=date(2023, 1, 1))
    answer = signed(city).post("/payroll/standards/new/", draft_form())
    made = GuidanceStandard.objects.get(document="厦民〔2026〕5号")
    assert answer.url == f"/payroll/standards/{made.pk}/"
    assert (made.state, made.city_id, made.float_down) == ("draft", "3502", Decimal("0.1"))
    assert {each.rung: each.share for each in made.rungs.all()}["assistant_2"] == Decimal("0.84")
    move(city, STANDARD, made.pk, "submit")
    with pytest.raises(Refused, match="另一个人"):
        move(city, STANDARD, made.pk, "publish")
    move(hr, STANDARD, made.pk, "publish")
    old.refresh_from_db()
    assert (old.state, old.end) == ("superseded", TODAY - timedelta(days=1))
    assert guidance.standard_on("social", "3502", TODAY).pk == made.pk
    assert guidance.standard_on("social", "3502", TODAY - timedelta(days=1)).pk == old.pk, "last year stays explained"
    assert RecheckRequest.objects.filter(employer_id=None).exists()


def test_a_draft_asks_nobody_for_a_recheck_and_is_seen_only_by_those_who_make_it(city, hr):
    RecheckRequest.objects.all().delete()
    made = make.make_standard("social", SIX, state="draft", document="机密草稿")
    assert not RecheckRequest.objects.exists()
    district = make.make_user("district_officer")
    for user, status in ((city, 200), (hr, 200), (district, 404)):
        assert signed(user).get(f"/payroll/standards/{made.pk}/").status_code == status
    assert "机密草稿" not in signed(district).get("/payroll/standards/").content.decode()
    assert signed(district).post("/payroll/standards/new/", draft_form()).status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        lambda made: GuidanceStandard.objects.filter(pk=made.pk).update(base_wage=1),
        lambda made: made.rungs.update(share=1),
        lambda made: made.rungs.all().delete(),
        lambda made: GuidanceRung.objects.create(standard=made, rung="senior", amount=1),
    ],
    ids=["wage", "a rung", "rungs deleted", "a rung more"],
)
def test_nobody_rewrites_an_issued_standard(change):
    made = make.make_standard("social", SIX)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        change(made)
    made.refresh_from_db()
    assert (made.base_wage, made.rungs.count()) == (120000, 6)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"rung_assistant_1": ""}, "请填这一档"),
        ({"rung_social_worker_1": "50000"}, "请选「按年薪金额」"),
        ({"base_wage": "0"}, "0.01"),
        ({"float_down": "120"}, "99"),
        ({"start": "昨天"}, "2026-01-31"),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_is_stored(city, changed, sentence):
    answer = signed(city).post("/payroll/standards/new/", draft_form(**changed))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not GuidanceStandard.objects.exists()


def test_a_version_that_falls_within_another_or_descends_is_not_handed_in(city):
    make.make_standard("social", SIX, start=TODAY)
    same_day = make.make_standard("social", SIX, state="draft", start=TODAY)
    with pytest.raises(Refused, match="必须在它之后"):
        move(city, STANDARD, same_day.pk, "submit")
    falling = make.make_standard("social", SIX | {"assistant_1": "0.5"}, state="draft", start=TODAY + timedelta(days=9))
    with pytest.raises(Refused, match="高一档"):
        move(city, STANDARD, falling.pk, "submit")
    short = make.make_standard("social", {"assistant_2": "0.8"}, state="draft", start=TODAY + timedelta(days=9))
    with pytest.raises(Refused, match="补齐六档"):
        move(city, STANDARD, short.pk, "submit")


def test_a_district_sets_its_rate_within_the_standard_and_one_replaces_the_other(client):
    made = make.make_standard("community", SIX, float_down=Decimal("0.1"), float_up=Decimal("0.1"))
    officer = make.make_user("district_officer", region="350203")
    client.force_login(officer)
    form = {"standard": made.pk, "district": "350203", "rate": "5", "document": "思民〔2026〕1号"}
    form |= {"start": "2026-01-01"}
    assert client.post("/payroll/floats/new/", form).status_code == 302
    beyond = client.post("/payroll/floats/new/", form | {"rate": "12", "start": "2026-02-01"})
    assert "上浮 10.00%" in beyond.content.decode()
    elsewhere = client.post("/payroll/floats/new/", form | {"district": "350206", "start": "2026-02-01"})
    assert elsewhere.status_code == 422
    assert client.post("/payroll/floats/new/", form | {"rate": "-3", "start": "2026-03-01"}).status_code == 302
    first, second = DistrictFloat.objects.order_by("start")
    assert (first.rate, first.end, second.rate) == (Decimal("0.05"), date(2026, 2, 28), Decimal("-0.03"))
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        DistrictFloat.objects.filter(pk=second.pk).update(rate=Decimal("0.2"))


def test_bands_by_hand():
    """Base wage 108,554.00 (2020). 助理二级 84 %: 108554 × 0.84 = 91,185.36 a year, ÷ 12 = 7,598.78 a month.

    Floor where the district has set nothing: 91,185.36 × 0.9 ÷ 12 = 6,838.902 → 6,838.90; the most: × 1.1 ÷ 12 =
    8,358.658 → 8,358.66. With −3 %: 91,185.36 × 0.97 ÷ 12 = 7,370.8166 → 7,370.82. A half-time month of 3,400 is
    6,800.00 full-time: 38.90 below the floor.
    """
    made = make.make_standard(
        "community", SIX, base_wage=Decimal("108554"), float_down=Decimal("0.1"), float_up=Decimal("0.1")
    )
    (band,) = guidance.bands("community", "350203001", TODAY, ["assistant_2"])
    assert (band.annual, band.guidance) == (Decimal("91185.36"), Decimal("7598.78"))
    assert (band.low, band.high) == (Decimal("6838.90"), Decimal("8358.66"))
    assert band.missing(Decimal("6800.00")) == Decimal("38.90")
    DistrictFloat.objects.create(
        standard=made, district_id="350203", rate=Decimal("-0.03"), document="x", start=date(2021, 1, 1)
    )
    (own,) = guidance.bands("community", "350203001", TODAY, ["assistant_2"])
    assert (own.low, own.high) == (Decimal("7370.82"), Decimal("7370.82"))
    assert guidance.bands("community", "350203001", date(2019, 1, 1)) == []
    assert guidance.bands("institution", "350203001", TODAY) == []


def test_everybody_reads_the_standards_and_asks_for_a_band(client):
    make.make_standard("community", SIX, document="厦民〔2024〕8号", float_down=Decimal("0.1"), float_up=Decimal("0.1"))
    make.make_standard("social", SIX, state="draft", document="还没有发布的")
    page = client.get("/standards/").content.decode()
    assert "厦民〔2024〕8号" in page
    assert "还没有发布的" not in page
    asked = {"sector": "community", "district": "350203", "rung": "assistant_2", "pay": "3500", "time_share": "0.5"}
    answer = client.get("/standards/calculator/", asked).content.decode()
    # 120,000 × 0.84 = 100,800 a year, 8,400 a month, floor 7,560; 3,500 at half time is 7,000: 560 below.
    for figure in ("¥100,800.00", "¥8,400.00", "¥7,560.00", "¥560.00", "厦民〔2024〕8号"):
        assert figure in answer
    assert "没有执行中的" in client.get("/standards/calculator/", asked | {"on": "2019-01-01"}).content.decode()
    assert client.get("/standards/calculator/", asked | {"pay": "x"}).status_code == 200


def test_two_versions_are_compared_rung_by_rung(city):
    old = make.make_standard("community", SIX, start=date(2020, 1, 1), end=date(2022, 12, 31))
    new = make.make_standard("community", SIX, start=date(2023, 1, 1), base_wage=Decimal(132000))
    page = signed(city).get("/payroll/standards/compare/", {"a": old.pk, "b": new.pk}).content.decode()
    for figure in ("¥100,800.00", "¥110,880.00", "¥10,080.00", "+10%"):
        assert figure in page


def test_a_years_figures_are_reviewed_once_a_sector(city):
    client = signed(city)
    form = {
        "year": "2025",
        "average_wage": "118000",
        "gdp_growth": "5.5",
        "cpi_growth": "",
        "source": "统计公报",
        "published_on": f"{TODAY:%Y-%m-%d}",
    }
    assert client.post("/payroll/indicators/new/", form).status_code == 302
    indicator = EconomicIndicator.objects.get()
    assert (indicator.gdp_growth, indicator.cpi_growth) == (Decimal("0.055"), None)
    assert "还没有审议的领域：城乡社区、社会组织、企业" in client.get("/payroll/standards/").content.decode()
    kept = {"sector": "social", "reason": "增幅小"}
    assert client.post(f"/payroll/indicators/{indicator.pk}/keep/", kept).status_code == 302
    assert "已经审议过" in client.post(f"/payroll/indicators/{indicator.pk}/keep/", kept).content.decode()
    client.post(f"/payroll/standards/new/?indicator={indicator.pk}", draft_form(sector="community"))
    review = StandardReview.objects.get(sector="community")
    assert (review.outcome, review.standard.document) == ("adjust", "厦民〔2026〕5号")
    assert [sector for _, sector in issuing.unreviewed("3502", TODAY)] == ["enterprise"]
    assert "已经登记" in client.post("/payroll/indicators/new/", form).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_versions_published_at_once_leave_one(city, hr):
    drafts = [make.make_standard("social", SIX, state="draft", document=f"第{n}份", start=TODAY) for n in (1, 2)]
    for each in drafts:
        move(city, STANDARD, each.pk, "submit")
    gate, told = threading.Barrier(2), []

    def publish(pk):
        try:
            gate.wait(timeout=20)
            move(hr, STANDARD, pk, "publish")
        except (Refused, Overtaken) as refusal:
            told.append(refusal.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=[each.pk]) for each in drafts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert GuidanceStandard.objects.filter(state="published").count() == 1
    assert len(told) == 1
    assert "不能重叠" in told[0] or "必须在它之后" in told[0]
