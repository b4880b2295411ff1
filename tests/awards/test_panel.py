"""The panel: the lot, conflicts of interest by data, sealed sheets, quorum, and the ranking as it is stored."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from decimal import Decimal as D

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from awards import panel
from awards.models import AwardCycle, PanelSeat, PoolMember, Recusal, ScoreSheet
from talents.models import SupervisionPair
from tests import builders as make
from tests.awards.rounds import TODAY, client_of, give, make_cycle, make_expert, make_nominee, make_seat
from xmsw.accounts.models import User
from xmsw.workflow.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make.make_user("city_officer")


def test_the_same_seed_draws_the_same_panel_and_too_few_are_told(city):
    cycle = make_cycle("preliminary")
    for _ in range(6):
        make_expert()
    make_expert(state="left")
    make_expert(region="350203")
    drawn = [each.member_id for each in panel.draw(city, cycle, 4)]
    PanelSeat.objects.all().delete()
    assert [each.member_id for each in panel.draw(city, cycle, 4)] == drawn
    with pytest.raises(Refused, match="只有 2 人"):
        panel.draw(city, cycle, 3)
    other = make_cycle("preliminary", seed="another", series="另一奖项")
    assert [each.member_id for each in panel.draw(city, other, 4)] != drawn


def test_conflicts_are_found_in_the_data():
    cycle = make_cycle("preliminary")
    here, there = (make.make_employer("E01", region="350203001") for _ in range(2))
    colleague = make_nominee(cycle, employer=here)
    supervised, former, free = (make_nominee(cycle) for _ in range(3))
    expert = make.make_staff(here, level=3, verified=True)
    make.make_account(expert)
    SupervisionPair.objects.create(
        supervisor=expert, supervisee=supervised.worker, employer=supervised.employer, start=make.LONG_AGO
    )
    make.make_employment(former.worker, there, start=make.LONG_AGO, end=TODAY - timedelta(days=100))
    make.make_employment(expert, there, start=make.LONG_AGO, end=TODAY - timedelta(days=200))
    member = PoolMember.objects.create(
        pool="expert", region_id="3502", worker=expert, state="member", start=make.LONG_AGO
    )
    seat = make_seat(cycle, member)
    outsider = make_seat(cycle, make_expert(organisation=colleague.employer.name))
    panel.note_conflicts(cycle)
    panel.note_conflicts(cycle)
    found = set(Recusal.objects.filter(seat=seat).values_list("nomination", "kind"))
    assert found == {(colleague.pk, "employer"), (supervised.pk, "supervision"), (former.pk, "employer")}
    assert list(Recusal.objects.filter(seat=outsider).values_list("nomination", "kind")) == [(colleague.pk, "employer")]
    assert not Recusal.objects.filter(nomination=free).exists()


def test_a_common_employer_of_long_ago_is_no_conflict():
    cycle = make_cycle("preliminary")
    nominee = make_nominee(cycle)
    expert = make.make_worker()
    make.make_account(expert)
    gone = make.make_employer("E01")
    for worker in (expert, nominee.worker):
        make.make_employment(worker, gone, start=make.LONG_AGO, end=TODAY - timedelta(days=900))
    member = PoolMember.objects.create(
        pool="expert", region_id="3502", worker=expert, state="member", start=make.LONG_AGO
    )
    make_seat(cycle, member)
    assert panel.note_conflicts(cycle) == 0


def test_the_panel_opens_only_with_enough_reviewers_for_everybody(city):
    cycle = make_cycle("preliminary", quorum=2)
    nominee = make_nominee(cycle)
    waiting = make_nominee(cycle, "recommended")
    seats = [make_seat(cycle) for _ in range(2)]
    with pytest.raises(Refused, match="没有初审"):
        panel.open_panel(city, cycle)
    waiting.state = "ineligible"
    waiting.save()
    Recusal.objects.create(seat=seats[0], nomination=nominee, kind="relative")
    with pytest.raises(Refused, match="回避以后不够"):
        panel.open_panel(city, cycle)
    make_seat(cycle)
    assert panel.open_panel(city, cycle).state == "panel"
    # The panel may grow while it sits, and whoever comes stands aside as the others do; nobody leaves it.
    colleague = make_expert(organisation=nominee.employer.name)
    late = panel.seat(city, cycle, colleague)
    assert Recusal.objects.filter(seat=late, nomination=nominee, kind="employer").exists()
    with pytest.raises(Refused, match="不能再改评审组"):
        panel.unseat(city, cycle, late.pk)
    AwardCycle.objects.update(state="ranked")
    with pytest.raises(Refused, match="不能再改评审组"):
        panel.draw(city, cycle, 1)


def test_a_sheet_is_handed_in_once_and_only_by_its_reviewer():
    cycle = make_cycle("panel")
    nominee, seat = make_nominee(cycle), make_seat(cycle)
    give(seat, nominee, "90", "80", "70")
    # 90 × 50 % + 80 × 30 % + 70 × 20 % = 45 + 24 + 14 = 83
    assert ScoreSheet.objects.get().total == D("83.00")
    with pytest.raises(Refused, match="已给这名人选打过分"):
        give(seat, nominee, "100", "100", "100")
    stranger = make.make_user("reviewer", region=None)
    with pytest.raises(PermissionDenied):
        panel.score(stranger, seat, nominee, {})
    user = User.objects.get(pk=seat.account_id)
    panel.withdraw_sheet(user, seat, nominee)
    give(seat, nominee, "60", "60", "60")
    panel.declare(user, seat, nominee, "relative", "表亲")
    assert not ScoreSheet.objects.exists()
    with pytest.raises(Refused, match="回避"):
        give(seat, nominee, "60", "60", "60")


def test_after_the_end_no_sheet_comes_in_by_any_path():
    cycle = make_cycle("panel")
    nominee, seat = make_nominee(cycle), make_seat(cycle)
    AwardCycle.objects.update(panel_end=TODAY - timedelta(days=1), preliminary_end=TODAY - timedelta(days=2),
                              recommend_end=TODAY - timedelta(days=3), call_end=TODAY - timedelta(days=4),
                              call_start=TODAY - timedelta(days=5))  # fmt: skip
    with pytest.raises(Refused, match="评审已经结束"):
        give(seat, nominee, "60", "60", "60")
    AwardCycle.objects.update(state="ranked")
    with pytest.raises(IntegrityError, match="panel is closed"), transaction.atomic():
        ScoreSheet.objects.create(seat=seat, nomination=nominee, total=100)


def test_the_ranking_by_hand_and_why(city):
    cycle = make_cycle("panel", quorum=3, tie="criterion")
    seats = [make_seat(cycle) for _ in range(4)]
    first, second, third = (make_nominee(cycle) for _ in range(3))
    # first: totals 80, 90, 70, 85 → without 90 and 70: 82.5. second: 82, 83, 99, 10 → 82.5, better first criterion.
    for seat, points in zip(seats, ("80", "90", "70", "85"), strict=True):
        give(seat, first, points, points, points)
    for seat, (a, b) in zip(seats, (("90", "74"), ("91", "75"), ("99", "99"), ("60", "0")), strict=True):
        give(seat, second, a, b, b)
    for seat in seats[:2]:
        give(seat, third, "50", "50", "50")
    with pytest.raises(Refused, match="只有 2 份评分"):
        panel.close_panel(city, cycle)
    give(seats[2], third, "50", "50", "50")
    panel.close_panel(city, cycle)
    for each in (first, second, third):
        each.refresh_from_db()
    # second: 90 × .5 + 74 × .5 = 82; 91, 75 → 83; 99; 60, 0 → 30. Counted 83 and 82: 82.5.
    assert (first.score, second.score, third.score) == (D("82.5000"), D("82.5000"), D("50.0000"))
    # First criterion: first (80 + 90 + 70 + 85) / 4 = 81.25; second (90 + 91 + 99 + 60) / 4 = 85.
    assert (second.rank, first.rank, third.rank) == (1, 2, 3)
    assert second.reckoning["counted"] == ["83.00", "82.00"]
    assert second.reckoning["dropped"] == ["99.00", "30.00"]
    assert second.reckoning["told_by"] == "第一项指标得分高的在前"


def test_of_equal_totals_the_table_leaves_out_one(city):
    cycle = make_cycle("panel", quorum=3)
    nominee = make_nominee(cycle)
    for points in ("90", "90", "70", "80"):
        give(make_seat(cycle), nominee, points, points, points)
    panel.close_panel(city, cycle)
    answer = client_of(city).get(f"/awards/{cycle.pk}/panel/?export=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    counted = [(row[4], row[5]) for row in book.active.iter_rows(values_only=True) if isinstance(row[4], (int, float))]
    # One 90 and the 70 are left out; (90 + 80) / 2 = 85.
    assert sorted(counted) == [(70, "去掉"), (80, "计入"), (90, "去掉"), (90, "计入")]
    nominee.refresh_from_db()
    assert nominee.score == D("85.0000")


def test_an_account_that_was_switched_off_does_not_score():
    worker = make.make_worker()
    User.objects.filter(pk=make.make_account(worker).pk).update(is_active=False)
    other = make.make_user("reviewer", region=None)
    member = make_expert(worker=worker, account=other)
    assert panel.account_of(PoolMember.objects.get(pk=member.pk)) == other.pk


def test_a_reviewer_sees_the_own_sheets_and_the_organiser_none_before_the_end(city):
    cycle = make_cycle("panel", quorum=1)
    nominee = make_nominee(cycle)
    one, other = make_seat(cycle), make_seat(cycle)
    give(one, nominee, "91.37", "91.37", "91.37")
    mine = client_of(User.objects.get(pk=one.account_id))
    theirs = client_of(User.objects.get(pk=other.account_id))
    assert "91.37" in mine.get(f"/awards/panels/{one.pk}/").content.decode()
    for address in (f"/awards/panels/{other.pk}/", f"/awards/panels/{other.pk}/{nominee.pk}/"):
        assert "91.37" not in theirs.get(address).content.decode()
        assert mine.get(address).status_code == 404
    officer = client_of(city)
    for address in (f"/awards/{cycle.pk}/panel/", f"/awards/{cycle.pk}/panel/?export=xlsx", f"/awards/{cycle.pk}/"):
        answer = officer.get(address)
        assert answer.status_code == 200 and b"91.37" not in answer.content
    panel.close_panel(city, cycle)
    assert "91.37" in officer.get(f"/awards/{cycle.pk}/panel/").content.decode()
    assert mine.get(f"/awards/panels/{one.pk}/").status_code == 404


def test_who_stands_aside_reads_nothing_of_the_case():
    cycle = make_cycle("panel")
    nominee, seat = make_nominee(cycle), make_seat(cycle)
    Recusal.objects.create(seat=seat, nomination=nominee, kind="employer")
    client = client_of(User.objects.get(pk=seat.account_id))
    assert client.get(f"/awards/panels/{seat.pk}/{nominee.pk}/").status_code == 403
    assert "同一单位" in client.get(f"/awards/panels/{seat.pk}/").content.decode()
    assert client.get(f"/awards/nominations/{nominee.pk}/").status_code == 403
    assert client.get("/awards/").status_code == 403


def test_what_is_left_is_told_in_as_many_queries_whatever_the_number_of_panels(django_assert_max_num_queries):
    expert = make_expert()
    user = User.objects.get(pk=expert.account_id)
    for number in range(3):
        cycle = make_cycle("panel", series=f"奖项{number}")
        seat, aside, scored, _ = make_seat(cycle, expert), *(make_nominee(cycle) for _ in range(3))
        Recusal.objects.create(seat=seat, nomination=aside, kind="relative")
        give(seat, scored, "80", "80", "80")
    client = client_of(user)
    client.get("/awards/panels/")
    with django_assert_max_num_queries(8):
        page = client.get("/awards/panels/")
    assert [each.left for each in page.context["panels"]] == [1, 1, 1]


def test_after_the_last_day_nobody_stands_aside_from_a_sheet_handed_in():
    cycle = make_cycle("panel")
    seat, nominee = make_seat(cycle), make_nominee(cycle)
    give(seat, nominee, "80", "80", "80")
    AwardCycle.objects.update(panel_end=TODAY - timedelta(days=1))
    with pytest.raises(Refused, match="延长评审"):
        panel.declare(User.objects.get(pk=seat.account_id), seat, nominee, "relative")
    assert ScoreSheet.objects.exists()


@pytest.mark.parametrize(
    ("state", "shown"), [("call", False), ("preliminary", False), ("panel", False), ("ranked", True)]
)
def test_nobody_knows_the_seed_before_the_scores_are_in_but_everybody_its_hash(city, state, shown):
    cycle = make_cycle(state)
    for address in (f"/awards/{cycle.pk}/", f"/awards/{cycle.pk}/panel/"):
        text = client_of(city).get(address).content.decode()
        assert "publicseed" not in text or shown
    page = client_of(city).get(f"/awards/{cycle.pk}/").content.decode()
    assert ("publicseed" in page) == shown
    assert hashlib.sha256(b"publicseed").hexdigest() in page


def test_the_order_of_ones_own_nominees_tells_no_ranking():
    cycle = make_cycle("ranked")
    agency = make.make_employer("E01", region="350203001")
    better = make_nominee(cycle, "scored", employer=agency, score=D(90), rank=1)
    worse = make_nominee(cycle, "scored", employer=agency, score=D(70), rank=2)
    listed = client_of(make.make_member(agency)).get(f"/awards/{cycle.pk}/").context["nominees"]
    assert [each.pk for each in listed] == [worse.pk, better.pk]
