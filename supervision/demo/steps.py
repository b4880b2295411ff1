"""The way of an invented order: who did what to it, on the days that its row tells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.conf import settings

from supervision.flows.rectification import RECTIFICATION
from supervision.models import RectificationOrder
from xmsw.accounts.models import User
from xmsw.synthetic.plan import Plan

S = RectificationOrder.State
ANSWERED_AFTER, SENT_BACK_AFTER = timedelta(days=15), timedelta(days=18)
# In SQL, since a step takes the present moment by itself and is never changed.
_STEP = """
INSERT INTO workflow_step (flow, subject_id, move, label, from_state, to_state, user_id, unit, at, opinion, reasons)
VALUES (%(flow)s, %(order)s, %(move)s, %(label)s, %(source)s, %(target)s, %(user)s, %(unit)s,
        (%(day)s::date + TIME '10:30') AT TIME ZONE %(zone)s, %(said)s, '{}')
"""


def went(plan: Plan, order: RectificationOrder, people: list[User]) -> None:
    """Write the steps of an order as it stands; `people`: who issued it, and who looked again."""
    issuer, eye = people
    _write(plan, order, ("order", "签发", "", S.ORDERED), issuer, order.issued_on)
    source = S.ORDERED
    for name, user, day, said in _moves(order, issuer, eye):
        move = RECTIFICATION.move(name)
        _write(plan, order, (name, move.label, source, move.target), user, day, said)
        source = move.target


def _moves(order: RectificationOrder, issuer: User, eye: User) -> Iterator[tuple[str, User, date, str]]:
    if order.responded_by is not None:
        yield "respond", order.responded_by, order.issued_on + ANSWERED_AFTER, ""
    if order.state == S.SENT_BACK:
        yield "send-back", eye, order.issued_on + SENT_BACK_AFTER, "（演示）没有附上聘用合同，请补"
    if order.state == S.CLOSED:
        yield "close", eye, order.closed_on, "（演示）已到现场看过"
    if order.state == S.CANCELLED:
        yield "cancel", issuer, order.cancelled_on, order.cancelled_because


def _write(
    plan: Plan, order: RectificationOrder, move: tuple[str, str, str, str], user: User, day: date, said: str = ""
) -> None:
    name, label, source, target = move
    plan.run(
        _STEP, flow=RECTIFICATION.key, order=order.pk, move=name, label=label, source=source, target=target,
        user=user.pk, unit=user.place_label or "", day=day, zone=settings.TIME_ZONE, said=said,
    )  # fmt: skip
