"""Nominations: by the employer for its people, or for oneself; checked at once, recommended, examined (三(二)-4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from awards.cycles import runs
from awards.eligibility import against, checks
from awards.models import AwardCycle, Nomination
from talents.models import Employment
from xmsw.accounts.roles import Capability
from xmsw.regions.areas import in_area
from xmsw.workflow.actions import held
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User
    from xmsw.workflow.registry import Decision

_S, _N = AwardCycle.State, Nomination.State
EDITABLE = (_N.DRAFT, _N.RETURNED)
SHORTEST = 50  # characters of a statement


def open_for(cycle: AwardCycle, *states: str) -> str:
    """Why nothing can be done in these phases now; "" where it can. The day counts, also where beat is late."""
    today = timezone.localdate()
    if cycle.state not in states:
        return f"本届现在是「{cycle.get_state_display()}」阶段，不能办这件事。"
    if cycle.state == _S.CALL and today > cycle.call_end and states == (_S.CALL,):
        return f"申报已于 {cycle.call_end:%Y-%m-%d} 截止。"
    if today > cycle.recommend_end and _S.PRELIMINARY not in states:
        return f"推荐已于 {cycle.recommend_end:%Y-%m-%d} 截止。"
    return ""


def nominees(user: User, cycle: AwardCycle) -> list[Employment]:
    """Whom the account may nominate now: own staff, or oneself where the round allows it."""
    if user.can(Capability.OWN_RECORD):
        rows = Employment.objects.visible_to(user) if cycle.self_nomination else Employment.objects.none()
    elif user.can(Capability.APPLY):
        rows = Employment.objects.visible_to(user)
    else:
        return []
    rows = rows.in_force(timezone.localdate()).filter(in_area("employer__region__code", cycle.region_id))
    taken = Nomination.objects.standing().filter(cycle=cycle).values("worker")
    rows = rows.exclude(worker__in=taken).select_related("worker", "employer").order_by("worker__pinyin", "pk")
    return list(rows.defer("worker__identity", "worker__phone"))


def nominate(user: User, nomination: Nomination) -> Nomination:
    """Store a new nomination as a draft. Raises PermissionDenied, Refused."""
    cycle = nomination.cycle
    shut = open_for(cycle, _S.CALL)
    if shut:
        raise Refused(shut)
    allowed = {(each.worker_id, each.employer_id) for each in nominees(user, cycle)}
    if (nomination.worker_id, nomination.employer_id) not in allowed:
        raise Refused("这个人不能由你推荐：要是本单位现在的人员，本届还没有被推荐过；自荐要本届允许。")
    nomination.by_oneself, nomination.nominated_by = user.can(Capability.OWN_RECORD), user
    try:
        with transaction.atomic():
            nomination.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return nomination


def may_edit(user: User, nomination: Nomination) -> bool:
    """The nominated person if by oneself, else the present employer's people."""
    if nomination.by_oneself:
        return user.can(Capability.OWN_RECORD) and nomination.worker.account_id == user.pk
    here = Employment.objects.visible_to(user).in_force(timezone.localdate())
    return (
        user.can(Capability.APPLY)
        and here.filter(worker=nomination.worker_id, employer=nomination.employer_id).exists()
    )


def correct(user: User, nomination: Nomination) -> None:
    """Store a changed draft. Raises Overtaken where it was handed in meanwhile."""
    if not may_edit(user, nomination):
        raise PermissionDenied("只能修改本单位或本人的推荐。")
    with transaction.atomic():
        held(Nomination, nomination.pk, EDITABLE)
        nomination.save(update_fields=["achievements", "declared"])


def hand_over(user: User, nomination: Nomination, decision: Decision) -> None:
    """Handing in and taking back are for whoever nominated."""
    if not may_edit(user, nomination):
        raise PermissionDenied("只能提交或撤回本单位或本人的推荐。")


def against_submitting(nomination: Nomination) -> Iterator[str]:
    """Sentences against handing it in: the phase, the statement, the promises, and each condition not met."""
    cycle = AwardCycle.objects.select_for_update().select_related("region").get(pk=nomination.cycle_id)
    shut = open_for(cycle, _S.CALL)
    if shut:
        yield shut
    if len(nomination.achievements.strip()) < SHORTEST:
        yield f"主要事迹至少写 {SHORTEST} 个字。"
    if not nomination.declared:
        yield "请勾选承诺。"
    yield from against(checks(cycle, nomination.worker, nomination.employer, nomination.pk))


def against_withdrawing(nomination: Nomination) -> Iterator[str]:
    """After the preliminary examination nobody steps back quietly."""
    shut = open_for(nomination.cycle, _S.CALL, _S.RECOMMENDATION, _S.PRELIMINARY)
    if shut:
        yield shut


def against_recommending(nomination: Nomination) -> Iterator[str]:
    """Only while the round takes recommendations."""
    shut = open_for(nomination.cycle, _S.CALL, _S.RECOMMENDATION)
    if shut:
        yield shut


def against_returning(nomination: Nomination) -> Iterator[str]:
    """It goes back to be mended only while it can be handed in again."""
    shut = open_for(nomination.cycle, _S.CALL)
    if shut:
        yield f"{shut}退回就来不及重报，请直接办结。"


def against_passing(nomination: Nomination) -> Iterator[str]:
    """The preliminary examination: in its phase, and each condition held once more against the data."""
    cycle = nomination.cycle
    shut = open_for(cycle, _S.PRELIMINARY)
    if shut:
        yield shut
    yield from against(checks(cycle, nomination.worker, nomination.employer, nomination.pk))


def against_failing(nomination: Nomination) -> Iterator[str]:
    """In its phase."""
    shut = open_for(nomination.cycle, _S.PRELIMINARY)
    if shut:
        yield shut


def examined(user: User, nomination: Nomination, decision: Decision) -> None:
    """The organiser alone examines; what was said stays with the nomination."""
    if not runs(user, nomination.cycle):
        raise PermissionDenied("初审由本届的组织单位办理。")
    nomination.result = decision.said[:500]


def declined(user: User, nomination: Nomination, decision: Decision) -> None:
    """Not recommended, with the reason."""
    nomination.result = f"未推荐：{decision.said}"[:500]
