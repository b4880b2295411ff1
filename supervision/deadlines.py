"""The deadline of an order moved: asked for by the employer, set anew by an officer, always later and with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from supervision.models import DeadlineChange, RectificationOrder
from supervision.rectifying import answers, issuers_turn, tell, tell_employer, told_of
from xmsw.accounts.roles import Capability
from xmsw.policy.parameters import values_on
from xmsw.workflow.refusals import Overtaken, Refused

if TYPE_CHECKING:
    from xmsw.accounts.models import User
    from xmsw.workflow.registry import Decision


def latest(order: RectificationOrder, today: date) -> date:
    """How far the deadline may be moved at once: so many days (dated parameter) after it, or after today."""
    return max(order.due_on, today) + timedelta(days=int(values_on(today)["rectification_prolong_days"]))


def sets(user: User, order: RectificationOrder) -> bool:
    """Whether the account may set another deadline: 民政 of the issuing area or above."""
    return user.can(Capability.ORDER_RECTIFICATION) and not issuers_turn(user, order)


def asks(user: User, order: RectificationOrder) -> bool:
    """Whether the account may ask for one: the employer's own people."""
    return not user.can(Capability.ORDER_RECTIFICATION) and answers(user, order)


def _against(order: RectificationOrder, until: date, because: str, today: date) -> Iterator[str]:
    if until <= max(order.due_on, today):
        yield f"新的期限要晚于今天和原来的期限（{order.due_on:%Y-%m-%d}）。"
    if until > latest(order, today):
        yield f"一次最多延到 {latest(order, today):%Y-%m-%d}。"
    if not because.strip():
        yield "请写明延长的理由。"


def _held(order: RectificationOrder) -> RectificationOrder:
    """The row under a lock, still to be answered. Raises Overtaken."""
    found = RectificationOrder.objects.select_for_update(of=("self",)).select_related("employer").get(pk=order.pk)
    if found.state not in RectificationOrder.UNANSWERED:
        raise Overtaken(f"这份通知现在是「{found.get_state_display()}」，不能再改期限。请看最新情况。")
    return found


def move_deadline(user: User, order: RectificationOrder, until: date, because: str) -> None:
    """Set another deadline on the locked, unsaved order, and keep the change. Raises Refused."""
    today = timezone.localdate()
    if sentences := list(_against(order, until, because, today)):
        raise Refused(sentences)
    DeadlineChange.objects.create(
        order=order, before=order.due_on, after=until, on=today, because=because.strip()[:500], by=user
    )
    order.due_on, order.asked_until, order.asked_because = until, None, ""


def prolong(user: User, order: RectificationOrder, until: date, because: str) -> RectificationOrder:
    """An officer gives more time; the employer is told. Raises PermissionDenied, Overtaken, Refused."""
    if not sets(user, order):
        raise PermissionDenied("由签发的民政部门延长期限。")
    with transaction.atomic():
        found = _held(order)
        move_deadline(user, found, until, because)
        found.save()
        told = f"新的期限是 {until:%Y-%m-%d}：{because.strip()}"
        tell_employer(found, f"due-{_moment()}", f"整改期限已延长：{found.number}", told[:300])
    return found


def ask(user: User, order: RectificationOrder, until: date, because: str) -> RectificationOrder:
    """The employer asks for more time; whoever is in charge is told, once for each answer that he owes. A later request
    takes the place of one not yet answered, without a further notice. Raises PermissionDenied, Overtaken, Refused."""
    if not asks(user, order):
        raise PermissionDenied("只有被责令整改的单位能申请延期。")
    with transaction.atomic():
        found = _held(order)
        if sentences := list(_against(found, until, because, timezone.localdate())):
            raise Refused(sentences)
        waits = found.asked_until is not None
        found.asked_until, found.asked_because = until, because.strip()[:500]
        found.save()
        if waits:
            return found
        told = f"{found.employer.name}申请延到 {until:%Y-%m-%d}：{found.asked_because}"
        tell(found, told_of(found), f"ask-{_moment()}", f"申请延长整改期限：{found.number}", told[:300])
    return found


def decline(user: User, order: RectificationOrder, because: str) -> RectificationOrder:
    """A request is not granted, with a reason; the deadline stays. Raises PermissionDenied, Overtaken, Refused."""
    if not sets(user, order):
        raise PermissionDenied("由签发的民政部门答复延期申请。")
    if not because.strip():
        raise Refused("请写明不同意的理由。")
    with transaction.atomic():
        found = _held(order)
        if found.asked_until is None:
            raise Refused("没有等待答复的延期申请。")
        found.asked_until, found.asked_because = None, ""
        found.save()
        told = f"期限仍是 {found.due_on:%Y-%m-%d}：{because.strip()}"
        tell_employer(found, f"due-{_moment()}", f"没有同意延长整改期限：{found.number}", told[:300])
    return found


def _moment() -> str:
    return f"{timezone.localtime():%m%d%H%M%S}"


def sent_back(user: User, order: RectificationOrder, decision: Decision) -> None:
    """To be mended again, until the deadline or a later one set along with it."""
    until = decision.data.get("due_on")
    if until:
        move_deadline(user, order, until, decision.said)
    order.reviewed_by, order.responded_on = user, None
    told = f"请在 {order.due_on:%Y-%m-%d} 前再整改并回复：{decision.said}"
    tell_employer(order, f"back-{_moment()}", f"整改退回再改：{order.number}", told[:300])
