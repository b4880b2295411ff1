"""The deadline of an order may move: set anew with what is sent back, given or asked for, bounded, with a reason."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from supervision import deadlines
from supervision.escalation import escalate
from supervision.figures import read
from supervision.flows.rectification import RECTIFICATION
from supervision.models import DeadlineChange, RectificationOrder
from tests import builders as make
from tests.supervision.inspections import DUE, TODAY, answered, make_order, officer
from tests.supervision.registers import outcome
from xmsw.accounts.models import OrgUnit
from xmsw.notices.models import Notice
from xmsw.policy.actions import set_parameter
from xmsw.workflow.actions import move
from xmsw.workflow.refusals import Overtaken, Refused
from xmsw.workflow.registry import Decision

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = DUE + 20 * DAY


@pytest.fixture
def employer():
    return make.make_employer("E01", region="350203001")


@pytest.fixture
def clerk(employer):
    return make.make_member(employer)


@pytest.fixture
def issuer():
    return officer()


@pytest.fixture
def order(issuer, employer, clerk) -> RectificationOrder:
    return make_order(issuer, employer)


def overdue(order: RectificationOrder, days: int) -> RectificationOrder:
    RectificationOrder.objects.filter(pk=order.pk).update(issued_on=TODAY - 60 * DAY, due_on=TODAY - days * DAY)
    return RectificationOrder.objects.get(pk=order.pk)


def test_sent_back_with_a_new_deadline_from_the_review_page(order, clerk, signed_in):
    answered(order, clerk)
    client, address = signed_in(officer()), f"/desk/rectification/{order.pk}/"
    page = client.get(address)
    assert "新的整改期限" in page.content.decode()
    said = {"move": "send-back", "opinion": "还差一人"}
    assert client.post(address, {**said, "due_on": f"{DUE + 31 * DAY}"}).status_code == 422
    assert client.post(address, {**said, "due_on": "明天"}).status_code == 422
    assert client.post(address, {"move": "close", "due_on": f"{LATER}"}).status_code == 422
    assert client.post(address, {**said, "due_on": f"{LATER}"}).status_code == 302
    order.refresh_from_db()
    assert (order.state, order.due_on) == ("sent_back", LATER)
    kept = DeadlineChange.objects.get()
    assert (kept.before, kept.after, kept.on, kept.because) == (DUE, LATER, TODAY, "还差一人")
    assert f"{LATER}" in Notice.objects.get(user=clerk, stage__startswith="back-").text


def test_sent_back_without_one_the_deadline_stays(order, clerk):
    answered(order, clerk)
    back = move(officer(), RECTIFICATION, order.pk, "send-back", Decision(opinion="看不清"))
    assert (back.due_on, DeadlineChange.objects.count()) == (DUE, 0)


def test_an_officer_gives_more_time_for_a_reason_within_the_days(order, issuer, clerk, signed_in):
    client, address = signed_in(issuer), f"/supervision/rectification/{order.pk}/deadline/"
    for until, because in ((DUE, "要招聘"), (DUE + 31 * DAY, "要招聘"), (LATER, " ")):
        assert client.post(address, {"until": f"{until}", "because": because}).status_code == 422
    assert client.post(address, {"until": f"{LATER}", "because": "要招聘"}).status_code == 302
    order.refresh_from_db()
    assert order.due_on == LATER
    assert f"{LATER}" in Notice.objects.get(user=clerk, title__startswith="整改期限已延长").text
    page = client.get(f"/supervision/rectification/{order.pk}/").content.decode()
    assert f"由 {DUE} 延到 {LATER}：要招聘" in page
    set_parameter(make.make_user("city_officer"), "rectification_prolong_days", "5", TODAY, "收紧")
    with pytest.raises(Refused, match="最多延到"):
        deadlines.prolong(issuer, order, LATER + 6 * DAY, "再延")


def test_an_overdue_order_gets_its_days_from_today(order, issuer):
    late = overdue(order, 9)
    with pytest.raises(Refused, match="晚于今天"):
        deadlines.prolong(issuer, late, TODAY, "要招聘")
    assert deadlines.prolong(issuer, late, TODAY + 30 * DAY, "要招聘").due_on == TODAY + 30 * DAY


def test_an_employer_asks_and_is_answered(order, issuer, clerk, signed_in):
    address, page = f"/supervision/rectification/{order.pk}/deadline/", f"/supervision/rectification/{order.pk}/"
    assert signed_in(clerk).post(address, {"until": f"{LATER}", "because": "成绩下月公布"}).status_code == 302
    order.refresh_from_db()
    assert (order.due_on, order.asked_until) == (DUE, LATER), "nothing moves before the answer"
    assert "成绩下月公布" in Notice.objects.get(user=issuer).text
    ours = signed_in(issuer)
    assert "答复延期申请" in ours.get(page).content.decode()
    assert ours.post(address, {"answer": "decline", "because": "可以先报名"}).status_code == 302
    order.refresh_from_db()
    assert (order.due_on, order.asked_until) == (DUE, None)
    assert "可以先报名" in Notice.objects.get(user=clerk, title__startswith="没有同意").text
    deadlines.ask(clerk, order, LATER, "再申请")
    assert ours.post(address, {"answer": "grant", "until": f"{LATER - DAY}", "because": "同意"}).status_code == 302
    order.refresh_from_db()
    assert (order.due_on, order.asked_until) == (LATER - DAY, None)


def test_an_employer_that_asks_again_and_again_is_one_notice(order, issuer, clerk):
    for days in range(1, 9):
        deadlines.ask(clerk, order, DUE + days * DAY, f"第{days}次")
    assert Notice.objects.filter(user=issuer).count() == 1
    order.refresh_from_db()
    assert (order.asked_until, order.asked_because) == (DUE + 8 * DAY, "第8次"), "what stands is the last"
    deadlines.decline(issuer, order, "可以先报名")
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        deadlines.ask(clerk, order, LATER, "再申请")
    assert Notice.objects.filter(user=issuer).count() == 2


def test_who_was_moved_elsewhere_is_told_of_an_order_no_more(order, issuer, clerk):
    colleague = officer()
    issuer.org_unit = OrgUnit.objects.get(bureau="civil_affairs", region_id="350206", valid_to=None)
    issuer.save()
    deadlines.ask(clerk, order, LATER, "要时间")
    overdue(order, 9)
    escalate(TODAY)
    assert not Notice.objects.filter(user=issuer).exists()
    assert Notice.objects.filter(user=colleague).count() == 2, "asked for more time, and overdue"


def test_an_answer_takes_a_request_back(order, clerk):
    deadlines.ask(clerk, order, LATER, "要时间")
    assert answered(order, clerk).asked_until is None


def test_who_may_ask_and_who_may_give(order, issuer, clerk, employer):
    with pytest.raises(PermissionDenied):
        deadlines.prolong(clerk, order, LATER, "-")
    with pytest.raises(PermissionDenied):
        deadlines.prolong(officer("350206"), order, LATER, "-")
    with pytest.raises(PermissionDenied):
        deadlines.ask(issuer, order, LATER, "-")
    with pytest.raises(PermissionDenied):
        deadlines.ask(make.make_member(make.make_employer("E01", region="350203001")), order, LATER, "-")
    with pytest.raises(Refused, match="没有等待答复"):
        deadlines.decline(issuer, order, "-")
    answered(order, clerk)
    with pytest.raises(Overtaken):
        deadlines.prolong(issuer, order, LATER, "-")
    with pytest.raises(Overtaken):
        deadlines.ask(clerk, order, LATER, "-")


def test_the_database_keeps_changes_as_they_are(order, issuer):
    deadlines.prolong(issuer, order, LATER, "要招聘")
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        DeadlineChange.objects.update(because="别的")
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        DeadlineChange.objects.all().delete()
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        order.delete()
    with pytest.raises(IntegrityError, match="to_a_later_day"), transaction.atomic():
        DeadlineChange.objects.create(order=order, before=DUE, after=DUE, on=TODAY, because="-", by=issuer)


def test_on_a_past_day_the_deadline_of_that_day_counts(order, issuer):
    late = overdue(order, 9)
    assert outcome("rectified-in-time") == "warning"
    deadlines.prolong(issuer, late, TODAY + 5 * DAY, "要招聘")
    assert outcome("rectified-in-time") == "met"
    assert outcome("rectified-in-time", on=TODAY - DAY) == "warning"
    figures = [read(on, "350203").told("overdue_orders", "350203").text for on in (TODAY, TODAY - DAY)]
    assert figures == ["0", "1"], "as the rule says"


def at(day: date) -> Any:
    """Steps and answers made on another day, at noon."""
    return time_machine.travel(datetime.combine(day, time(12), tzinfo=timezone.get_current_timezone()), tick=False)


def test_an_answer_sent_back_counts_on_the_days_it_stood(order, clerk):
    """Due 20 days ago, answered 25 days ago, sent back 10 days ago, answered again 4 days ago."""
    late = overdue(order, 20)
    with at(TODAY - 25 * DAY):
        answered(late, clerk)
    with at(TODAY - 10 * DAY):
        move(officer(), RECTIFICATION, late.pk, "send-back", Decision(opinion="看不清"))
    with at(TODAY - 4 * DAY):
        answered(RectificationOrder.objects.get(pk=late.pk), clerk)
    for days, number in ((30, "0"), (15, "0"), (11, "0"), (10, "1"), (5, "1"), (4, "0"), (0, "0")):
        on = TODAY - days * DAY
        assert outcome("rectified-in-time", on=on) == ("warning" if number == "1" else "met"), days
        assert read(on, "350203").told("overdue_orders", "350203").text == number, days


def test_with_more_time_an_order_neither_goes_up_nor_is_told_above(order, issuer, clerk):
    late = overdue(order, 60)
    deadlines.prolong(issuer, late, TODAY + 5 * DAY, "要招聘")
    assert escalate(TODAY) == {"reminded": 1, "overdue": 0, "escalated": 0, "told_above": 0}
    RectificationOrder.objects.filter(pk=order.pk).update(due_on=TODAY - 60 * DAY)
    above = make.make_user("city_officer")
    assert escalate(TODAY)["escalated"] == 1 and Notice.objects.filter(user=above).count() == 1
    RectificationOrder.objects.filter(pk=order.pk).update(due_on=TODAY + 5 * DAY)
    make.make_user("city_officer")
    assert escalate(TODAY)["told_above"] == 0, "it is not overdue any more: whoever comes new is not told so"


def test_a_new_deadline_is_reminded_of_anew(order, issuer, clerk):
    late = overdue(order, 1)
    assert escalate(TODAY)["overdue"] == 2, "the employer and the officer"
    deadlines.prolong(issuer, late, TODAY + 3 * DAY, "要招聘")
    assert escalate(TODAY)["reminded"] == 1
    assert escalate(TODAY)["reminded"] == 0
    assert escalate(TODAY + 4 * DAY)["overdue"] == 2
