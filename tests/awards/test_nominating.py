"""Cycles by date and nominations: who may, what is checked, what each state refuses."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.core.exceptions import PermissionDenied

from awards import cycles, nominations
from awards.eligibility import against, certificate_levels, checks, seniority
from awards.flows.nomination import NOMINATION
from awards.models import AwardCycle, Criterion, Honour, Nomination
from tests import builders as make
from tests.awards.rounds import STORY, TODAY, WEIGHTS, client_of, make_cycle, make_nominee
from xmsw.workflow import actions as workflow
from xmsw.workflow.models import Waiting
from xmsw.workflow.refusals import Refused
from xmsw.workflow.registry import Decision

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make.make_user("city_officer")


@pytest.fixture
def agency():
    return make.make_employer("E01", region="350203001")


@pytest.fixture
def clerk(agency):
    return make.make_member(agency)


def move(user, nomination, name, said=""):
    return workflow.move(user, NOMINATION, nomination.pk, name, Decision(said))


def sentences(cycle, nomination):
    return against(checks(cycle, nomination.worker, nomination.employer, nomination.pk))


def draft(user, cycle, worker, employer):
    return nominations.nominate(
        user, Nomination(cycle=cycle, worker=worker, employer=employer, achievements=STORY, declared=True)
    )


def test_phases_open_and_close_by_date(city):
    cycle = make_cycle("announced", call_start=TODAY)
    boundaries = [
        (cycle.call_start - timedelta(days=1), "announced"),
        (cycle.call_start, "call"),
        (cycle.call_end, "call"),
        (cycle.call_end + timedelta(days=1), "recommendation"),
        (cycle.recommend_end, "recommendation"),
        (cycle.recommend_end + timedelta(days=1), "preliminary"),
        (cycle.panel_end + timedelta(days=99), "preliminary"),
    ]
    for day, state in boundaries:
        cycles.advance(day)
        cycles.advance(day)
        cycle.refresh_from_db()
        assert cycle.state == state, day


def test_what_was_not_recommended_in_time_ends_with_its_reason():
    cycle = make_cycle("recommendation", recommend_end=TODAY - timedelta(days=1))
    late, done = make_nominee(cycle, "submitted"), make_nominee(cycle, "recommended")
    cycles.advance(TODAY)
    late.refresh_from_db()
    done.refresh_from_db()
    assert (late.state, late.result) == ("not_awarded", "推荐截止前没有得到推荐")
    assert done.state == "recommended"
    assert not Waiting.objects.filter(flow="nomination", subject_id=late.pk).exists()


def test_a_draft_is_announced_only_with_weights_of_one_hundred(city):
    cycle = make_cycle("draft", call_start=TODAY, call_end=TODAY)
    Criterion.objects.filter(cycle=cycle, place=3).update(weight=10)
    with pytest.raises(Refused, match="合计是 90%"):
        cycles.announce(city, cycle)
    Criterion.objects.filter(cycle=cycle, place=3).update(weight=20)
    assert cycles.announce(city, cycle).state == "call"


def test_only_the_organiser_and_only_before_the_call(city):
    cycle = make_cycle("draft")
    district = make.make_user("district_officer")
    education = make.make_user("bureau_officer", bureau="education", region="3502")
    for user in (district, education):
        with pytest.raises(PermissionDenied):
            cycles.announce(user, cycle)
        assert not AwardCycle.objects.visible_to(user).filter(pk=cycle.pk).exists()
    AwardCycle.objects.update(state="call")
    with pytest.raises(Refused, match="规则不能再改"):
        cycles.save(city, cycle, [Criterion(name=name, weight=weight) for name, weight in WEIGHTS])
    with pytest.raises(Refused, match="不由你组织"):
        cycles.save(district, AwardCycle(level="city"), [])


def test_cancelling_says_why_and_ends_every_nomination(city):
    cycle = make_cycle()
    nominee = make_nominee(cycle, "submitted")
    with pytest.raises(Refused, match="写明取消"):
        cycles.cancel(city, cycle, " ")
    cycles.cancel(city, cycle, "预算没有批准")
    nominee.refresh_from_db()
    assert (nominee.state, nominee.result) == ("not_awarded", "本届已取消")


def test_a_draft_is_seen_only_by_the_side_that_writes_it(city, clerk, agency):
    cycle = make_cycle()
    worker = make.make_staff(agency, level=1, verified=True)
    account = make.make_account(worker)
    theirs = make_nominee(cycle, "draft", employer=agency)
    own = make_nominee(cycle, "draft", employer=agency, worker=worker, by_oneself=True)

    def seen(user):
        return set(Nomination.objects.visible_to(user).values_list("pk", flat=True))

    assert (seen(clerk), seen(account), seen(city)) == ({theirs.pk}, {own.pk}, set())
    assert client_of(clerk).get(f"/awards/nominations/{own.pk}/").status_code == 404
    AwardCycle.objects.update(recommend_end=TODAY - timedelta(days=1), state="recommendation",
                              call_end=TODAY - timedelta(days=2), call_start=TODAY - timedelta(days=3))  # fmt: skip
    cycles.advance(TODAY)
    assert (seen(clerk), seen(account), seen(city)) == ({theirs.pk}, {own.pk}, set()), "what was never handed in"
    Nomination.objects.update(state="submitted")
    assert seen(clerk) == seen(city) == {theirs.pk, own.pk}


def test_an_announced_round_stays_announced_and_whole_when_it_is_mended(city):
    cycle = make_cycle("draft", call_start=TODAY + timedelta(days=1))
    stale = AwardCycle.objects.get(pk=cycle.pk)
    cycles.announce(city, cycle)
    stale.quota = 7
    whole = [Criterion(name=name, weight=weight) for name, weight in WEIGHTS]
    cycles.save(city, stale, whole)
    stored = AwardCycle.objects.get(pk=cycle.pk)
    assert (stored.state, stored.quota) == ("announced", 7)
    with pytest.raises(Refused, match="合计是 50%"):
        cycles.save(city, stored, whole[:1])
    assert stored.criteria.count() == 3


def test_a_phase_is_given_more_days_and_the_later_ones_follow(city):
    cycle = make_cycle("call")
    until = cycle.preliminary_end + timedelta(days=5)
    with pytest.raises(Refused, match="以后"):
        cycles.prolong(city, cycle, cycle.call_end)
    with pytest.raises(PermissionDenied):
        cycles.prolong(make.make_user("district_officer"), cycle, until)
    made = cycles.prolong(city, cycle, until)
    assert (made.call_end, made.recommend_end, made.preliminary_end) == (until, until, until)
    assert made.panel_end == cycle.panel_end > until
    AwardCycle.objects.update(state="ranked")
    with pytest.raises(Refused, match="评审结束"):
        cycles.prolong(city, cycle, until + timedelta(days=99))


def test_years_are_counted_once_where_employments_overlap():
    worker, on = make.make_worker(), date(2026, 1, 1)
    first, second = make.make_employer("E01"), make.make_employer("E01")
    make.make_employment(worker, first, start=date(2020, 1, 1), end=date(2022, 12, 31))
    make.make_employment(worker, second, start=date(2022, 1, 1), end=date(2023, 12, 31))
    make.make_employment(worker, first, start=date(2025, 1, 1))
    # 2020-01-01 to 2023-12-31: 1,461 days; 2025: 365, and the day itself: 1,827 / 365.25 = 5.002 → 5.0
    assert seniority(worker, on) == D("5.0")
    assert seniority(worker, date(2019, 1, 1)) == D("0.0")


def test_each_condition_is_told_with_what_was_found(agency):
    cycle = make_cycle(certificate_min=3, years_min=D(30), per_employer=1)
    nominee = make_nominee(cycle, "draft", employer=agency)
    make_nominee(cycle, "submitted", employer=agency)
    Honour.objects.create(
        worker=nominee.worker, employer=agency, level="city", series=cycle.series, title="领军人才",
        awarded_by="-", awarded_on=date(2024, 10, 1),
    )  # fmt: skip
    Honour.objects.create(
        worker=nominee.worker, employer=agency, level="province", series="省优秀", title="省优秀社工",
        awarded_by="-", awarded_on=date(2023, 10, 1),
    )  # fmt: skip
    found = sentences(cycle, nominee)
    for part in (
        "要求高级社会工作师以上",
        "要求 30 年",
        "2024 年已获「领军人才」",
        "2023 年已获省级「省优秀社工」",
        "本单位已推荐 1 人",
    ):
        assert any(part in each for each in found), (part, found)
    assert len(found) == 5
    Honour.objects.update(revoked_on=TODAY, revoked_because="-")
    assert len(sentences(cycle, nominee)) == 3


def test_officials_on_the_establishment_are_left_out():
    cycle = make_cycle(certificate_min=0)
    office = make.make_employer("E04", region="350203001", sector="government")
    person = make.make_worker()
    make.make_employment(person, office, form="established")
    nominee = make_nominee(cycle, "draft", employer=office, worker=person)
    assert sentences(cycle, nominee) == ["是机关、群团在编人员，本届不在评选范围"]
    AwardCycle.objects.update(officials=True)
    assert sentences(AwardCycle.objects.get(), nominee) == []


def test_an_employer_with_open_violations_does_not_nominate():
    cycle = make_cycle(clean_employer=True, certificate_min=0)
    community = make.make_employer("C02", region="350203")
    person = make.make_worker()
    make.make_employment(person, community)
    nominee = make_nominee(cycle, "draft", employer=community, worker=person)
    assert any("违反项没有消除" in each for each in sentences(cycle, nominee))


def test_from_the_employer_to_the_organiser(city, clerk, agency):
    cycle = make_cycle()
    worker = make.make_staff(agency, level=1, verified=True)
    nominee = draft(clerk, cycle, worker, agency)
    with pytest.raises(Refused, match="不能由你推荐"):
        draft(clerk, cycle, worker, agency)
    move(clerk, nominee, "submit")
    district = make.make_user("district_officer", region="350203")
    waiting = Waiting.objects.get(flow="nomination", subject_id=nominee.pk)
    assert waiting.region_code.startswith("350203")
    move(district, nominee, "return", "写具体些")
    nominee.refresh_from_db()
    assert nominee.state == "returned"
    move(clerk, nominee, "submit")
    move(district, nominee, "recommend")
    waiting = Waiting.objects.get(flow="nomination", subject_id=nominee.pk)
    assert (waiting.region_code, waiting.bureau) == ("3502", "civil_affairs")
    with pytest.raises(Refused, match="「申报」阶段"):
        move(city, nominee, "pass")
    AwardCycle.objects.update(state="preliminary")
    with pytest.raises(Refused, match="组织单位"):
        move(make.make_user("district_officer", region="350203"), nominee, "pass")
    assert move(city, nominee, "pass", "符合条件").state == "eligible"
    with pytest.raises(Refused):
        move(clerk, nominee, "withdraw")


def test_after_the_last_day_nothing_is_handed_in_even_if_beat_is_late(clerk, agency):
    cycle = make_cycle(call_end=TODAY)
    nominee = draft(clerk, cycle, make.make_staff(agency, level=1, verified=True), agency)
    AwardCycle.objects.update(call_start=TODAY - timedelta(days=9), call_end=TODAY - timedelta(days=1))
    with pytest.raises(Refused, match="已于"):
        move(clerk, nominee, "submit")


def test_whoever_nominates_oneself_needs_the_rounds_leave(agency):
    worker = make.make_staff(agency, level=1, verified=True)
    account = make.make_account(worker)
    cycle = make_cycle(self_nomination=False)
    with pytest.raises(Refused, match="不能由你推荐"):
        draft(account, cycle, worker, agency)
    AwardCycle.objects.update(self_nomination=True)
    cycle.refresh_from_db()
    made = draft(account, cycle, worker, agency)
    assert made.by_oneself
    other = make.make_staff(agency, level=1, verified=True)
    with pytest.raises(Refused):
        draft(account, cycle, other, agency)


def test_on_screen_from_setting_up_to_the_nomination(city, clerk, agency):
    client = client_of(city)
    days = {
        "call_start": TODAY, "call_end": TODAY + timedelta(days=9), "recommend_end": TODAY + timedelta(days=19),
        "preliminary_end": TODAY + timedelta(days=29), "panel_end": TODAY + timedelta(days=39),
    }  # fmt: skip
    sent = {
        "title": "第六届领军人才", "series": "社会工作领军人才", "level": "city", "year": str(TODAY.year),
        "document": "厦民〔2026〕9号", "quota": "10", "prize": "50000", "certificate_min": "1", "years_min": "0",
        "self_nomination": "on", "notice_days": "5", "quorum": "5", "trim": "on", "tie": "criterion", "pass_mark": "60",
        "declarations": "不是高等院校、科研机构的专职研究人员\n\n", "text": "", "per_employer": "",
        "c-TOTAL_FORMS": "8", "c-INITIAL_FORMS": "0",
        **{name: f"{day:%Y-%m-%d}" for name, day in days.items()},
    }  # fmt: skip
    for place, (name, weight) in enumerate(WEIGHTS):
        sent |= {f"c-{place}-name": name, f"c-{place}-weight": str(weight)}
    assert client.post("/awards/new/", sent | {"call_end": "2020-01-01"}).status_code == 422
    assert not AwardCycle.objects.exists()
    assert client.post("/awards/new/", sent).status_code == 302
    cycle = AwardCycle.objects.get()
    assert cycle.declarations == ["不是高等院校、科研机构的专职研究人员"]
    assert [each.weight for each in cycle.criteria.all()] == [50, 30, 20]
    client.post(f"/awards/{cycle.pk}/announce/")
    worker = make.make_staff(agency, level=1, name="林小明", verified=True)
    mine = client_of(clerk)
    assert "推荐人选" in mine.get(f"/awards/{cycle.pk}/").content.decode()
    chosen = worker.employments.get().pk
    form = {"employment": str(chosen), "achievements": STORY, "declared": "on"}
    answer = mine.post(f"/awards/{cycle.pk}/nominate/", form)
    assert answer.status_code == 302
    page = mine.get(answer.url).content.decode()
    assert "参评条件" in page and "持有助理社会工作师" in page
    assert mine.get(f"/awards/{cycle.pk}/nominate/").status_code == 403, "nobody is left to nominate"


def test_a_certificate_that_was_only_entered_does_not_count_until_it_is_verified(agency):
    cycle = make_cycle(certificate_min=2)
    worker = make.make_staff(agency, level=1, verified=True)
    make.make_certificate(worker, 3)
    nominee = make_nominee(cycle, "draft", employer=agency, worker=worker)
    assert sentences(cycle, nominee) == ["登记的高级社会工作师还没有核验，请先由区民政局核验"]
    worker.certificates.filter(level=3).update(state="doubtful")
    assert certificate_levels([worker.pk], TODAY) == {worker.pk: 1}, "nor does it tell equal scores apart"
    worker.certificates.filter(level=3).update(state="verified", verified_on=TODAY, evidence="原件")
    assert sentences(cycle, nominee) == []
