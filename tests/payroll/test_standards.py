"""Guidance standards: drafted and published by two people, replaced without rewriting, floats, bands to the cent."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client

from payroll import guidance, issuing
from payroll.announcing import announce
from payroll.flows.standards import STANDARD
from payroll.models import DistrictFloat, EconomicIndicator, GuidanceRung, GuidanceStandard, StandardReview
from tests import builders as make
from xmsw.notices.models import Notice
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


def test_a_withdrawn_draft_gives_its_review_back(city):
    indicator = EconomicIndicator.objects.create(
        city_id="3502", year=2025, average_wage=118000, source="统计公报", published_on=TODAY
    )
    answer = signed(city).post(f"/payroll/standards/new/?indicator={indicator.pk}", draft_form())
    made = GuidanceStandard.objects.get()
    assert answer.url == f"/payroll/standards/{made.pk}/"
    assert "social" not in [sector for _, sector in issuing.unreviewed("3502", TODAY)]
    move(city, STANDARD, made.pk, "abandon")
    assert "social" in [sector for _, sector in issuing.unreviewed("3502", TODAY)], "nobody has reviewed it"
    assert not StandardReview.objects.exists()


def test_publishing_asks_once_and_says_what_it_brings(city, hr):
    start = TODAY - timedelta(days=40)
    old = make.make_standard("social", SIX, start=date(2023, 1, 1), float_down=Decimal("0.1"), state="draft")
    DistrictFloat.objects.create(
        standard=old, district_id="350206", rate=Decimal("-0.05"), document="-", start=date(2023, 1, 1)
    )
    GuidanceStandard.objects.update(state="published")
    make.make_pay(make.make_employment(make.make_worker(), make.make_employer("E01", region="350206001")))
    doubled = {code: str(Decimal(each) * 2) for code, each in SIX.items()}
    new = make.make_standard("social", doubled, state="draft", start=start)
    move(city, STANDARD, new.pk, "submit")
    client, address = signed(hr), f"/desk/standard/{new.pk}/"
    assert next(each.name for each in client.get(address).context["moves"]) == "publish"
    asked = client.post(address, {"move": "publish", "opinion": "同意"})
    page = asked.content.decode()
    assert asked.status_code == 200
    assert "1 人会低于新标准的下限" in page
    assert "40 天" in page
    assert "湖里区 -5.00%" in page
    assert 'value="同意"' in page
    assert client.post(f"{address}move/", {"move": "publish"}).url == address, "nor past the check page"
    new.refresh_from_db()
    assert new.state == "review", "nothing is done before it is confirmed"
    done = client.post(address, {"move": "publish", "opinion": "同意", "confirmed": "1"})
    assert done.url == f"/payroll/standards/{new.pk}/"
    assert "/supervision/runs/" in client.get(done.url).content.decode()
    new.refresh_from_db()
    assert new.state == "published"


@pytest.fixture
def raised(city):
    """A version in review that doubles the one before: one agency falls below, one lay below already."""
    make.make_standard("social", SIX, start=date(2023, 1, 1))
    fallen, low = (make.make_employer("E01", region="350206001") for _ in range(2))
    # 120,000 × 0.84 / 12 = 8,400.00 before, 16,800.00 after.
    make.make_pay(make.make_employment(make.make_worker(), fallen), base=Decimal(9000))
    make.make_pay(make.make_employment(make.make_worker(), low), base=Decimal(8000))
    doubled = {code: str(Decimal(each) * 2) for code, each in SIX.items()}
    new = make.make_standard("social", doubled, state="draft", start=TODAY, document="厦民〔2026〕7号")
    move(city, STANDARD, new.pk, "submit")
    return new, make.make_member(fallen), make.make_member(low)


def test_districts_and_employers_newly_below_are_told_once(city, hr, raised):
    new, fallen, low = raised
    huli = make.make_user("district_officer", region="350206")
    school = make.make_user("bureau_officer", bureau="education", region="350206")
    move(hr, STANDARD, new.pk, "publish")
    told = {each.user_id: each for each in Notice.objects.all()}
    assert "要重新确定" in told[huli.pk].text
    assert "1 人" in told[fallen.pk].title
    assert "厦民〔2026〕7号" in told[fallen.pk].text
    assert not told.keys() & {low.pk, school.pk, city.pk}
    announce(new)
    assert Notice.objects.count() == len(told), "nothing is told twice"


def test_districts_without_a_rate_for_the_version_in_force_are_named(city):
    standard = make.make_standard("social", SIX, state="draft", float_up=Decimal("0.1"))
    DistrictFloat.objects.create(
        standard=standard, district_id="350206", rate=Decimal("0.05"), document="-", start=date(2023, 1, 1)
    )
    GuidanceStandard.objects.update(state="published")
    missing = (
        signed(city).get("/payroll/floats/").content.decode().split("还没有确定比例的区", 1)[1].split("</ul>", 1)[0]
    )
    assert "思明区" in missing
    assert "湖里区" not in missing


def test_only_makers_are_led_to_correct_a_years_figures(city):
    figures = {"city_id": "3502", "year": 2025, "average_wage": 118000, "source": "-", "published_on": TODAY}
    address = f'href="/payroll/indicators/{EconomicIndicator.objects.create(**figures).pk}/edit/"'
    assert address in signed(city).get("/payroll/indicators/").content.decode()
    assert address not in signed(make.make_user("district_officer")).get("/payroll/indicators/").content.decode()
