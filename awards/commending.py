"""Commendation (表彰): winners become honours with a numbered certificate that anybody can verify (三(二)-4)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from awards import pools
from awards.cycles import only_organiser
from awards.models import AwardCycle, Honour, Nomination, Objection
from awards.notices import current
from xmsw.accounts.codes import new_code
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User

_S, _N = AwardCycle.State, Nomination.State


def commend(user: User, cycle: AwardCycle, on: date, document: str) -> list[Honour]:
    """After the notice, with every objection handled: honours, numbers and codes. Raises Refused."""
    only_organiser(user, cycle)
    with transaction.atomic():
        found = AwardCycle.objects.select_for_update().select_related("region").get(pk=cycle.pk)
        _refuse(found, on, document)
        winners = found.nominations.filter(state=_N.ON_NOTICE).select_related("worker", "employer").order_by("rank")
        made = _honours(user, found, list(winners), on, document)
        pools.propose(made, found.region_id, on, found.title)
        winners.update(state=_N.AWARDED)
        found.nominations.filter(state=_N.SCORED).update(state=_N.NOT_AWARDED, result="名次在名额以外")
        found.state, found.commended_on, found.commended_by = _S.COMMENDED, on, document.strip()[:100]
        found.save(update_fields=["state", "commended_on", "commended_by"])
    return made


def _refuse(cycle: AwardCycle, on: date, document: str) -> None:
    if cycle.state != _S.NOTICE:
        raise Refused(f"本届现在是「{cycle.get_state_display()}」，不能表彰。")
    notice = current(cycle)
    today = timezone.localdate()
    if notice is None or today <= notice.end:
        raise Refused(f"公示到 {notice.end:%Y-%m-%d} 才结束，之后才能表彰。" if notice else "还没有公示，不能表彰。")
    waiting = Objection.objects.filter(nomination__cycle=cycle, state__in=Objection.OPEN).count()
    if waiting:
        raise Refused(f"还有 {waiting} 件异议没有核查完，不能表彰。")
    if not notice.end < on <= today:
        raise Refused(f"表彰日期要在公示结束（{notice.end:%Y-%m-%d}）以后、今天以前。")
    if not document.strip():
        raise Refused("请填表彰文号。")


def _honours(user: User, cycle: AwardCycle, winners: list[Nomination], on: date, document: str) -> list[Honour]:
    made = [
        Honour(
            worker=each.worker,
            employer=each.employer,
            level=cycle.level,
            series=cycle.series,
            title=cycle.title,
            awarded_by=str(user.org_unit.name),
            awarded_on=on,
            document=document.strip()[:100],
            prize=cycle.prize,
            cycle=cycle,
            nomination=each,
            number=f"{cycle.year}-{cycle.region_id}-{cycle.pk:04d}-{place:03d}",
            code=verification_code(),
            recorded_by=user,
            synthetic=cycle.synthetic,
        )
        for place, each in enumerate(winners, start=1)
    ]
    try:
        with transaction.atomic():
            return Honour.objects.bulk_create(made)
    except IntegrityError as error:
        raise refused_by_constraint(error) from error


def verification_code() -> str:
    """A new secret of a certificate."""
    return new_code()


def enter_results(
    user: User, cycle: AwardCycle, chosen: list[int], on: date, title: str, document: str
) -> list[Honour]:
    """Of a national or provincial round: who won, as the document above says (三(二)-1). Raises Refused."""
    only_organiser(user, cycle)
    with transaction.atomic():
        found = AwardCycle.objects.select_for_update().select_related("region").get(pk=cycle.pk)
        if not found.higher or found.state != _S.PRELIMINARY:
            raise Refused("只有国家级、省级推荐在初审以后登记结果。")
        waiting = found.nominations.filter(state=_N.RECOMMENDED).count()
        if waiting:
            raise Refused(f"还有 {waiting} 名人选没有初审，初审完再登记结果。")
        if not document.strip():
            raise Refused("请填公布结果的文号。")
        if on > timezone.localdate():
            raise Refused("表彰日期不能在今天以后。")
        eligible = found.nominations.filter(state=_N.ELIGIBLE)
        winners = eligible.filter(pk__in=chosen).select_related("worker", "employer").order_by("pk")
        made = [
            Honour(
                worker=each.worker, employer=each.employer, level=found.level, series=found.series,
                title=title.strip()[:120] or found.title, awarded_by=found.get_level_display(), awarded_on=on,
                document=document.strip()[:100], prize=found.prize, cycle=found, nomination=each, recorded_by=user,
            )
            for each in winners
        ]  # fmt: skip
        if len(made) > found.quota:
            raise Refused(f"入选的有 {len(made)} 人，多于名额 {found.quota} 人。")
        won = [each.pk for each in winners]
        made = Honour.objects.bulk_create(made)
        pools.propose(made, found.region_id, on, found.title)
        Nomination.objects.filter(pk__in=won).update(state=_N.AWARDED)
        found.nominations.filter(state=_N.ELIGIBLE).update(state=_N.NOT_AWARDED, result="未入选")
        found.state, found.commended_on, found.commended_by = _S.COMMENDED, on, document.strip()[:100]
        found.save(update_fields=["state", "commended_on", "commended_by"])
    return made
