"""Public notice (公示), objections, and what comes of them (三(二)-4)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from awards.cycles import only_organiser, runs
from awards.models import AwardCycle, Nomination, Objection, PublicNotice
from xmsw.workdays import last_of
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User
    from xmsw.workflow.registry import Decision

_S, _N = AwardCycle.State, Nomination.State
MOST_ON_THE_DESK = 20  # objections about one nominee: a page for everybody is not a way to flood it; the rest queue


def proposed(cycle: AwardCycle) -> QuerySet[Nomination]:
    """The first of the ranking, within the quota, who reached the pass mark."""
    rows = cycle.nominations.filter(state=_N.SCORED, score__gte=cycle.pass_mark, rank__lte=cycle.quota)
    return rows.select_related("worker", "employer").order_by("rank")


def publish(user: User, cycle: AwardCycle, on: date | None = None) -> PublicNotice:
    """Put the proposed on notice for the round's working days. Raises Refused."""
    only_organiser(user, cycle)
    on = on or timezone.localdate()
    with transaction.atomic():
        found = AwardCycle.objects.select_for_update().get(pk=cycle.pk)
        if found.state != _S.RANKED:
            raise Refused(f"本届现在是「{found.get_state_display()}」，不能公示。")
        chosen = list(proposed(found).values_list("pk", flat=True))
        if not chosen:
            raise Refused("没有人达到最低入选分，不能公示。可以取消本届，名额空缺。")
        _on_notice(chosen)
        found.state = _S.NOTICE
        found.save(update_fields=["state"])
        return _notice(user, found, on, found.notice_days, "")


def _on_notice(chosen: list[int]) -> None:
    try:
        with transaction.atomic():
            Nomination.objects.filter(pk__in=chosen).update(state=_N.ON_NOTICE)
    except IntegrityError as error:
        raise refused_by_constraint(error) from error


def _notice(user: User, cycle: AwardCycle, on: date, days: int, reason: str) -> PublicNotice:
    return PublicNotice.objects.create(
        cycle=cycle, published_on=on, working_days=days, end=last_of(days, on), reason=reason, published_by=user
    )


def current(cycle: AwardCycle) -> PublicNotice | None:
    """The notice that counts: the one that ends last."""
    return cycle.notices.order_by("-end", "-pk").first()


def extend(user: User, cycle: AwardCycle, days: int, reason: str) -> PublicNotice:
    """So many working days more, from the present end, or from today where it is over."""
    only_organiser(user, cycle)
    if not reason.strip():
        raise Refused("请写明延长公示的原因。")
    if not 1 <= days <= 60:
        raise Refused("延长的工作日应在 1 到 60 之间。")
    with transaction.atomic():
        found = _in_notice(cycle)
        begun = max(current(found).end, timezone.localdate())
        return _notice(user, found, begun, days, reason.strip()[:300])


def fill(user: User, cycle: AwardCycle, reason: str) -> Nomination:
    """Put the next of the ranking on notice for a place that an objection freed, and extend for the full days."""
    only_organiser(user, cycle)
    with transaction.atomic():
        found = _in_notice(cycle)
        rows = found.nominations.filter(state=_N.SCORED, score__gte=found.pass_mark).order_by("rank")
        follower = rows.select_related("worker").first()
        if follower is None:
            raise Refused("没有达到最低入选分的后备人选，名额空缺。")
        _on_notice([follower.pk])
        told = reason.strip()[:200] or f"递补 {follower.worker.name}"
        _notice(user, found, timezone.localdate(), found.notice_days, told)
        return follower


def _in_notice(cycle: AwardCycle) -> AwardCycle:
    found = AwardCycle.objects.select_for_update().get(pk=cycle.pk)
    if found.state != _S.NOTICE:
        raise Refused(f"本届现在是「{found.get_state_display()}」，没有在公示。")
    return found


def running(on: date) -> QuerySet[AwardCycle]:
    """Cycles whose notice everybody may read on that day."""
    return AwardCycle.objects.filter(state=_S.NOTICE, notices__published_on__lte=on).distinct()


def open_to_objection(nomination: Nomination, on: date) -> bool:
    """Within the notice, its last day included."""
    notice = current(nomination.cycle)
    here = nomination.state == _N.ON_NOTICE and nomination.cycle.state == _S.NOTICE
    return here and notice is not None and on <= notice.end


def object_to(nomination: Nomination, objection: Objection) -> Objection:
    """Somebody objects, by name. Raises Refused once the notice is over."""
    with transaction.atomic():
        # The cycle's row: nobody is commended between the look at the day and the objection.
        AwardCycle.objects.select_for_update().get(pk=nomination.cycle_id)
        found = Nomination.objects.select_related("cycle").get(pk=nomination.pk)
        if not open_to_objection(found, timezone.localdate()):
            raise Refused("公示已经结束，不能再提异议。可以向组织单位反映。")
        if found.objections.filter(state=Objection.State.SUBMITTED).count() >= MOST_ON_THE_DESK:
            objection.state = Objection.State.QUEUED
        objection.nomination = found
        objection.save()
    return objection


def concluded(user: User, objection: Objection, decision: Decision) -> None:
    """The organiser decides; upheld, the nominee leaves the notice, and what waits in the queue is upheld with it.

    Otherwise the oldest of the queue takes the place on the desk.
    """
    cycle = AwardCycle.objects.select_for_update().get(pk=objection.nomination.cycle_id)
    if not runs(user, cycle):
        raise PermissionDenied("异议由本届的组织单位核查。")
    objection.finding = decision.said[:1000]
    if objection.state == Objection.State.UPHELD:
        Nomination.objects.filter(pk=objection.nomination_id, state=_N.ON_NOTICE).update(
            state=_N.NOT_AWARDED, result=f"公示异议成立：{decision.said}"[:500]
        )
        told = f"与第 {objection.pk} 号异议一并办结：{decision.said}"[:1000]
        _queue(objection).update(state=Objection.State.UPHELD, finding=told)
    else:
        following = _queue(objection).order_by("pk").values("pk")[:1]
        Objection.objects.filter(pk__in=following).update(state=Objection.State.SUBMITTED)


def _queue(objection: Objection) -> QuerySet[Objection]:
    return Objection.objects.filter(nomination=objection.nomination_id, state=Objection.State.QUEUED)
