"""A cycle from the draft to its phases: who organises it, opening and closing by date, cancelling (三(二)-4, -5)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from awards.models import HIGHER, AwardCycle, AwardLevel, Criterion, Nomination
from xmsw.accounts.roles import Capability
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User

_S, _N = AwardCycle.State, Nomination.State
EDITABLE = (_S.DRAFT, _S.ANNOUNCED)
WHOLE = 100
LAST_DAYS = {
    _S.CALL: "call_end",
    _S.RECOMMENDATION: "recommend_end",
    _S.PRELIMINARY: "preliminary_end",
    _S.PANEL: "panel_end",
}


def runs(user: User, cycle: AwardCycle) -> bool:
    """Whether the account organises this cycle: civil affairs of the very place."""
    return user.can(Capability.RUN_AWARDS) and user.is_lead and user.area_code == cycle.region_id


def only_organiser(user: User, cycle: AwardCycle) -> None:
    """Raises PermissionDenied."""
    if not runs(user, cycle):
        raise PermissionDenied("只有本届的组织单位能办理。")


def levels_of(user: User) -> list[AwardLevel]:
    """What levels an officer may set up: a city's the higher ones and its own, a district's its own."""
    city = len(user.area_code or "") == 4
    return [*HIGHER, AwardLevel.CITY] if city else [AwardLevel.DISTRICT]


def save(user: User, cycle: AwardCycle, criteria: Sequence[Criterion]) -> AwardCycle:
    """Store a cycle with its criteria while nobody has nominated yet. Raises PermissionDenied, Refused."""
    if cycle.pk is None:
        if not user.can(Capability.RUN_AWARDS) or not user.area_code:
            raise PermissionDenied("只有民政干部能建立表彰周期。")
        cycle.region_id, cycle.created_by, cycle.seed = user.area_code, user, secrets.token_hex(16)
    only_organiser(user, cycle)
    if cycle.level not in levels_of(user):
        raise Refused("这个级别的表彰不由你组织：市级管国家级、省级推荐和市级表彰，区级管区级表彰。")
    try:
        with transaction.atomic():
            if cycle.pk:
                stored = AwardCycle.objects.select_for_update().get(pk=cycle.pk)
                if stored.state not in EDITABLE:
                    raise Refused(f"本届已是「{stored.get_state_display()}」，规则不能再改。")
                cycle.state = stored.state
            cycle.save()
            cycle.criteria.all().delete()
            for place, each in enumerate(criteria, start=1):
                each.pk, each.cycle, each.place = None, cycle, place
                each.save()
            sentences = list(unready(cycle)) if cycle.state == _S.ANNOUNCED else []
            if sentences:
                raise Refused(sentences)
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return cycle


def unready(cycle: AwardCycle) -> Iterator[str]:
    """What keeps a draft from being announced."""
    weights = cycle.criteria.aggregate(sum=Sum("weight"))["sum"] or 0
    if not cycle.higher and weights != WHOLE:
        yield f"评审指标的权重合计是 {weights}%，要等于 100%。"
    if cycle.call_end < timezone.localdate():
        yield "申报截止日期已经过去，请先改日期。"
    if cycle.quota < 1:
        yield "名额至少是 1。"


def announce(user: User, cycle: AwardCycle) -> AwardCycle:
    """Make it public; the call opens on its day."""
    only_organiser(user, cycle)
    with transaction.atomic():
        found = _held(cycle, _S.DRAFT)
        sentences = list(unready(found))
        if sentences:
            raise Refused(sentences)
        found.state = _S.ANNOUNCED
        found.save(update_fields=["state"])
    advance(timezone.localdate())
    found.refresh_from_db()
    return found


def cancel(user: User, cycle: AwardCycle, reason: str) -> AwardCycle:
    """End it with a reason; nobody wins."""
    only_organiser(user, cycle)
    if not reason.strip():
        raise Refused("请写明取消的原因。")
    with transaction.atomic():
        found = _held(cycle, *(state for state in _S if state not in AwardCycle.OVER))
        found.state, found.cancelled_because = _S.CANCELLED, reason.strip()[:500]
        found.save(update_fields=["state", "cancelled_because"])
        Nomination.objects.filter(cycle=found).exclude(state__in=(_N.DRAFT, _N.WITHDRAWN, _N.INELIGIBLE)).update(
            state=_N.NOT_AWARDED, result="本届已取消"
        )
    return found


def prolong(user: User, cycle: AwardCycle, until: date) -> AwardCycle:
    """Move the last day of the present phase on; later phases follow where they must. Raises Refused."""
    only_organiser(user, cycle)
    with transaction.atomic():
        found = _held(cycle, *LAST_DAYS)
        name = LAST_DAYS[found.state]
        if until <= getattr(found, name) or until < timezone.localdate():
            raise Refused(f"新的截止日期要在 {getattr(found, name):%Y-%m-%d} 以后，也不能在今天以前。")
        days = list(LAST_DAYS.values())
        moved = days[days.index(name) :]
        for each in moved:
            setattr(found, each, max(getattr(found, each), until))
        found.save(update_fields=moved)
    return found


def _held(cycle: AwardCycle, *states: str) -> AwardCycle:
    """The row under a lock, in one of the states. Raises Refused."""
    found = AwardCycle.objects.select_for_update().get(pk=cycle.pk)
    if found.state not in states:
        raise Refused(f"本届现在是「{found.get_state_display()}」，不能这样办。请看最新情况。")
    return found


def advance(on: date) -> dict[str, int]:
    """Open and close phases by date; safe to repeat. Returns how many cycles entered which state.

    The panel is opened by the organiser, since it needs its experts; the notice follows the ranking.
    """
    steps = (
        (_S.ANNOUNCED, _S.CALL, {"call_start__lte": on}),
        (_S.CALL, _S.RECOMMENDATION, {"call_end__lt": on}),
        (_S.RECOMMENDATION, _S.PRELIMINARY, {"recommend_end__lt": on}),
    )
    moved = {}
    for source, target, due in steps:
        with transaction.atomic():
            rows = AwardCycle.objects.select_for_update().filter(state=source, **due)
            chosen = list(rows.values_list("pk", flat=True))
            AwardCycle.objects.filter(pk__in=chosen).update(state=target)
            if target == _S.PRELIMINARY:
                late = Nomination.objects.filter(cycle__in=chosen, state__in=(_N.SUBMITTED, _N.RETURNED))
                late.update(state=_N.NOT_AWARDED, result="推荐截止前没有得到推荐")
            moved[target.value] = len(chosen)
    return moved


def phases(cycle: AwardCycle) -> list[dict[str, object]]:
    """The phases in order with their days, and which one it is in: `done`, `now` or `ahead`."""
    days = [
        (_S.CALL, cycle.call_start, cycle.call_end),
        (_S.RECOMMENDATION, None, cycle.recommend_end),
        (_S.PRELIMINARY, None, cycle.preliminary_end),
        (_S.PANEL, None, cycle.panel_end),
        (_S.NOTICE, None, None),
        (_S.COMMENDED, cycle.commended_on, None),
    ]
    if cycle.higher:
        days = [each for each in days if each[0] not in (_S.PANEL, _S.NOTICE)]
    order = list(_S)
    at = order.index(_S(cycle.state))
    return [
        {
            "label": state.label,
            "start": start,
            "end": end,
            "place": "done" if order.index(state) < at or cycle.state == _S.COMMENDED
            else "now" if state == cycle.state or (state == _S.PANEL and cycle.state == _S.RANKED)
            else "ahead",
        }
        for state, start, end in days
    ]  # fmt: skip
