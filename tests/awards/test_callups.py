"""Call-ups: whose turn it is by hand, conflicts by data, answers and hours, two officers at once, the panel's work."""

from __future__ import annotations

import hashlib
import io
from datetime import date, timedelta
from decimal import Decimal as D
from threading import Barrier, Thread

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from awards import callups, panel
from awards.models import CallTask, CallUp
from awards.rotation import Standing, turns
from posts.models import Membership
from talents.models import SupervisionPair
from tests import builders as make
from tests.awards.rounds import (
    TODAY,
    client_of,
    give,
    make_call,
    make_cycle,
    make_expert,
    make_nominee,
    make_person_member,
    make_seat,
    make_task,
)  # fmt: skip
from xmsw.dated import months_later
from xmsw.notices.models import Notice
from xmsw.workflow.refusals import Overtaken, Refused

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


@pytest.fixture
def city():
    return make.make_user("city_officer")


def order(task: CallTask) -> list[int]:
    return [each.member for each in callups.candidates(task).turns]


def left_out(task: CallTask) -> dict[int, list[str]]:
    return {member.pk: sentences for member, sentences in callups.candidates(task).out}


def test_the_order_of_turns_by_hand():
    def drawn(member: int) -> str:
        return hashlib.sha256(f"s:call:{member}".encode()).hexdigest()

    found = turns(
        [
            Standing(1, 1, date(2026, 1, 1)),
            Standing(2, 0, date(2024, 5, 1)),
            Standing(3, 0, None),
            Standing(4, 0, date(2024, 4, 30)),
            Standing(5, 2, date(2025, 9, 1)),
            Standing(6, 0, None),
        ],
        "s",
        12,
    )
    never = sorted((3, 6), key=drawn)
    # None in twelve months first, of them who never was before who was long ago; then one call, then two.
    assert [each.member for each in found] == [*never, 4, 2, 1, 5]
    assert [each.place for each in found] == [1, 2, 3, 4, 5, 6]
    assert found[0].because == f"近 12 个月抽调 0 次，从来没有抽调过；条件相同的抽签，签号 {drawn(never[0])[:8]}"
    assert found[4].because == "近 12 个月抽调 1 次，上次 2026-01-01"


def test_turns_count_declined_calls_but_not_cancelled_and_of_every_pool(city):
    task = make_task()
    edge = months_later(task.on, -12)
    fresh, long_ago, lately, refused, spared = (make_person_member() for _ in range(5))
    make_call(long_ago, edge)
    make_call(refused, edge + A_DAY, "declined")
    make_call(spared, TODAY, "cancelled")
    elsewhere = make_person_member("350203", worker=lately.worker)
    make_call(elsewhere, TODAY - 3 * A_DAY)
    found = order(task)
    assert set(found[:2]) == {fresh.pk, spared.pk} and found[2:] == [long_ago.pk, refused.pk, lately.pk]


def test_only_members_in_force_of_the_pool_and_field_asked_for_and_a_person_once():
    task = make_task(expertise="elderly", pool="practice")
    good = make_person_member(expertise=["elderly", "family"])
    make_person_member(expertise=["family"])
    make_person_member(expertise=["elderly"], end=task.on - A_DAY)
    make_person_member(expertise=["elderly"], state="proposed")
    make_person_member("350203", expertise=["elderly"])
    make_expert(expertise=["elderly"])
    make_expert(worker=good.worker, name="", organisation="", account=None, expertise=["elderly"])
    assert order(task) == [good.pk]
    assert good.pk in order(make_task(expertise="elderly", title="另一件"))
    assert len(order(make_task(expertise="elderly", title="另一件"))) == 2, "one outsider, and the person once"


def test_conflicts_with_the_employer_served_are_left_out_and_explained():
    served = make.make_employer("E01", region="350203001")
    task = make_task(employer=served)
    free = make_person_member()
    works, former, long_gone = (make_person_member() for _ in range(3))
    make.make_employment(works.worker, served)
    make.make_employment(former.worker, served, end=months_later(TODAY, -24))
    make.make_employment(long_gone.worker, served, end=months_later(TODAY, -24) - A_DAY)
    supervisor, staff = make_person_member(), make.make_staff(served)
    SupervisionPair.objects.create(supervisor=supervisor.worker, supervisee=staff, employer=served, start=make.LONG_AGO)
    keeper = make_person_member()
    Membership.objects.create(employer=served, user=make.make_account(keeper.worker))
    namesake = make_expert(organisation=served.name)
    same, bound = ["与服务单位是同一单位"], ["与服务单位的人员有督导关系"]
    assert left_out(task) == {
        works.pk: same, former.pk: same, supervisor.pk: bound, keeper.pk: same, namesake.pk: same,
    }  # fmt: skip
    assert set(order(task)) == {free.pk, long_gone.pk}
    assert not left_out(make_task(title="不服务单位"))


def test_the_first_are_called_told_and_a_place_that_is_declined_goes_to_the_next(city):
    task = make_task(number=2)
    members = {each.pk: each for each in (make_person_member() for _ in range(3))}
    accounts = {pk: make.make_account(each.worker) for pk, each in members.items()}
    first, second, third = order(task)
    with pytest.raises(Overtaken, match="有变化"):
        callups.call(city, task, [second, third])
    made = callups.call(city, task, [first, second])
    assert [each.member_id for each in made] == [first, second]
    assert made[0].placed_because.startswith("近 12 个月抽调 0 次")
    assert Notice.objects.filter(user=accounts[first], subject_id=made[0].pk).exists()
    with pytest.raises(Refused, match="已经抽调够"):
        callups.call(city, task, [third])
    with pytest.raises(Refused, match="不能参加的原因"):
        callups.answer(accounts[first], made[0], accepts=False, words=" ")
    callups.answer(accounts[first], made[0], accepts=False, words="当天有课")
    assert callups.wanted(task) == 1
    assert left_out(task)[first] == ["这次已经抽调过"], "asked once, not again"
    (next_one,) = callups.call(city, task, [third])
    assert next_one.member_id == third


def test_who_is_taken_that_day_is_left_out_whoever_called(city):
    task = make_task()
    member, other = make_person_member(), make_person_member()
    district = make_person_member("350203", worker=member.worker)
    make_call(district, task.on, "accepted")
    make_call(other, task.on + A_DAY, "called")
    assert left_out(task) == {member.pk: ["这一天已有抽调"]}
    assert order(task) == [other.pk]
    with pytest.raises(IntegrityError, match="a_member_is_called_for_one_thing_a_day"), transaction.atomic():
        make_call(district, task.on, "called", title="另一件")


def test_the_member_answers_the_officer_enters_hours_others_do_nothing(city):
    member, colleague = make_person_member(), make_person_member()
    account, stranger = make.make_account(member.worker), make.make_account(colleague.worker)
    district = make.make_user("district_officer", region="350203")
    call = make_call(member, TODAY, "called")
    for user in (stranger, city, district):
        with pytest.raises(PermissionDenied):
            callups.answer(user, call, accepts=True, words="")
    callups.answer(account, call, accepts=True, words="准时到")
    for user in (account, district):
        with pytest.raises(PermissionDenied):
            callups.finish(user, call, D(3))
        with pytest.raises(PermissionDenied):
            callups.cancel(user, call, "不办了")
    with pytest.raises(Refused, match="大于 0"):
        callups.finish(city, call, D(0))
    callups.finish(city, call, D("3.5"))
    call.refresh_from_db()
    assert (call.state, call.hours, call.answer) == ("done", D("3.5"), "准时到")
    with pytest.raises(Overtaken, match="已完成"):
        callups.cancel(city, call, "不办了")
    with pytest.raises(Overtaken, match="已完成"):
        callups.answer(account, call, accepts=False, words="不去了")
    callups.finish(city, call, D(4))
    ahead = make_call(member, TODAY + A_DAY, "called")
    with pytest.raises(Refused, match="还没有到"):
        callups.finish(city, ahead, D(1))
    late = make_call(member, TODAY - A_DAY, "called")
    with pytest.raises(Refused, match="已经过去"):
        callups.answer(account, late, accepts=True, words="")


def test_cancelling_says_why_tells_the_member_and_gives_the_turn_back(city):
    task = make_task()
    member = make_person_member()
    account = make.make_account(member.worker)
    (made,) = callups.call(city, task, order(task))
    with pytest.raises(Refused, match="原因"):
        callups.cancel_task(city, task, " ")
    with pytest.raises(PermissionDenied):
        callups.cancel_task(make.make_user("district_officer"), task, "不办了")
    callups.cancel_task(city, task, "培训改期")
    made.refresh_from_db()
    assert (made.state, made.cancelled_because) == ("cancelled", "培训改期")
    assert Notice.objects.filter(user=account, stage="cancelled").count() == 1
    task.refresh_from_db()
    with pytest.raises(Refused, match="已经取消"):
        callups.call(city, task, [member.pk])
    again = callups.candidates(make_task(title="改期以后")).turns
    assert "从来没有抽调过" in again[0].because


def test_whoever_handed_in_a_sheet_took_part_in_a_review(city):
    cycle = make_cycle("panel", quorum=1)
    nominee = make_nominee(cycle)
    served, silent = make_seat(cycle), make_seat(cycle)
    give(served, nominee, "90", "90", "90")
    panel.close_panel(city, cycle)
    made = CallUp.objects.get()
    assert (made.member_id, made.kind, made.state, made.on) == (served.member_id, "review", "done", TODAY)
    assert made.title == cycle.title and silent.member_id != made.member_id
    callups.finish(city, made, D(6))
    made.refresh_from_db()
    assert made.hours == D(6)


def test_on_screen_from_the_plan_to_the_hours(city):
    served = make.make_employer("E01", region="350203001")
    member = make_person_member()
    account = make.make_account(member.worker)
    client, own = client_of(city), client_of(account)
    sent = {"kind": "supervision", "title": "督导新人", "on": f"{TODAY}", "serves": served.name, "number": "1"}
    assert client.post("/awards/calls/new/", sent | {"serves": "没有的单位"}).status_code == 422
    assert client.post("/awards/calls/new/", sent | {"on": f"{TODAY - A_DAY}"}).status_code == 422
    page = client.post("/awards/calls/new/", sent, follow=True).content.decode()
    task = CallTask.objects.get()
    assert task.employer == served and len(task.seed) == 32 and task.seed in page
    assert "从来没有抽调过" in page and "抽调前 1 人" in page
    client.post(f"/awards/calls/tasks/{task.pk}/confirm/", {"shown": f"{member.pk}"})
    call = CallUp.objects.get()
    assert "等你答复" in own.get("/awards/calls/mine/").content.decode()
    assert own.get(f"/awards/calls/{call.pk}/done/").status_code == 403
    own.post(f"/awards/calls/{call.pk}/answer/", {"answer": "accept", "words": ""})
    client.post(f"/awards/calls/{call.pk}/done/", {"hours": "2.5"})
    call.refresh_from_db()
    assert (call.state, call.hours) == ("done", D("2.5"))
    other = client_of(make.make_user("district_officer", region="350203"))
    assert other.get(f"/awards/calls/{call.pk}/").status_code == 404
    assert "2.5 小时" in own.get(f"/awards/pools/people/{member.worker_id}/").content.decode()


def test_the_report_adds_up_by_member_kind_and_year(city):
    member = make_person_member()
    this, last = date(TODAY.year, 1, 1), date(TODAY.year - 1, 6, 1)
    make_call(member, this, hours=D("2.5"))
    make_call(member, this, hours=D(3), kind="review", title="评审")
    make_call(member, last, hours=D(8))
    make_call(member, this, "declined")
    client = client_of(city)

    def line(query: str) -> list:
        answer = client.get(f"/awards/pools/participation/?{query}export=xlsx")
        book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
        return next(iter(book.active.iter_rows(min_row=2, values_only=True)))[3:]

    # times and hours in all; then reviews, trainings, supervisions, appraisals
    assert line("") == (3, 13.5, 1, 3, 2, 10.5, 0, 0, 0, 0)
    assert line(f"year={last.year}&") == (1, 8, 0, 0, 1, 8, 0, 0, 0, 0)


def call_at_once(*asked: tuple) -> list[str]:
    """What became of calls made from connections of their own: «done» or the sentence that refused."""
    together, outcomes = Barrier(len(asked)), []

    def go(user, task, shown) -> None:
        together.wait()
        try:
            callups.call(user, task, shown)
            outcomes.append("done")
        except Refused as refusal:
            outcomes.append(refusal.sentence)
        finally:
            connection.close()

    threads = [Thread(target=go, args=each) for each in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_do_not_call_one_member_twice():
    officers = [make.make_user("city_officer") for _ in range(2)]
    members = [make_person_member() for _ in range(2)]
    tasks = [make_task(title=f"同一天的第 {n} 件") for n in (1, 2)]
    shown = [order(task)[:1] for task in tasks]
    assert shown[0] == shown[1] and shown[0][0] in {each.pk for each in members}
    outcomes = call_at_once(*zip(officers, tasks, shown, strict=True))
    assert sorted(each == "done" for each in outcomes) == [False, True]
    assert any("名单刚刚有变化" in each for each in outcomes)
    assert CallUp.objects.coming().get().member_id == shown[0][0]


@pytest.mark.django_db(transaction=True)
def test_a_city_and_a_district_at_once_do_not_call_one_person_twice():
    officers = [make.make_user("city_officer"), make.make_user("district_officer", region="350203")]
    person = make_person_member()
    twin = make_person_member("350203", worker=person.worker)
    tasks = [make_task(), make_task("350203")]
    outcomes = call_at_once(*zip(officers, tasks, ([person.pk], [twin.pk]), strict=True))
    assert sorted(each == "done" for each in outcomes) == [False, True]
    assert CallUp.objects.coming().count() == 1
