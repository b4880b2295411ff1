"""Professional supervision (督导, 二(三)-5): pairs, their sessions, and what stands against either."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from talents.actions.finding import person_named
from talents.models import Employment, SocialWorker, SupervisionPair, SupervisionSession
from talents.models.learning import HOURS_OF_A_DAY
from xmsw.accounts.roles import Capability
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User

ONESELF = "督导者和被督导者不能是同一个人。"


def may_keep(user: User, pair: SupervisionPair) -> bool:
    """The staff of the supervisee's employer keep pairs and sessions; officers read."""
    return user.can(Capability.APPLY) and SupervisionPair.objects.visible_to(user).filter(pk=pair.pk).exists()


def against_pair(pair: SupervisionPair) -> Iterator[str]:
    """Sentences against a pair."""
    if pair.supervisor_id == pair.supervisee_id:
        yield ONESELF
    if pair.end is not None and pair.end < pair.start:
        yield "结束日期早于开始日期。"
    here = Employment.objects.filter(worker=pair.supervisee_id, employer=pair.employer_id)
    if not here.in_force(pair.start).exists():
        yield f"{pair.supervisee} 在 {pair.start:%Y-%m-%d} 不在本单位任职。"


def begin(user: User, pair: SupervisionPair, name: str = "", number: str = "") -> SupervisionPair:
    """Record a pair for somebody of the account's own employer; a supervisor who is not in the pair is looked for by
    name and certificate or identity number, after everything else. Raises PermissionDenied, Refused."""
    mine = Employment.objects.visible_to(user).filter(worker=pair.supervisee_id, employer=pair.employer_id)
    if not user.can(Capability.APPLY) or not mine.exists():
        raise PermissionDenied("你的账号不能为这个人登记督导关系。")
    found = list(against_pair(pair))
    if found:
        raise Refused(found)
    if pair.supervisor_id is None:
        pair.supervisor = person_named(user, name, number, why="登记督导关系", certificates=True)
        if pair.supervisor_id == pair.supervisee_id:
            raise Refused(ONESELF)
    try:
        with transaction.atomic():
            pair.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return pair


def end(user: User, pk: int, *, last: date, reason: str) -> SupervisionPair:
    """End a pair on a day, with the reason. Raises PermissionDenied, Refused."""
    with transaction.atomic():
        pair = _held(user, pk)
        if pair.end is not None and pair.end <= timezone.localdate():
            raise Refused(f"这段督导关系已于 {pair.end:%Y-%m-%d} 结束。")
        if last < pair.start:
            raise Refused(f"结束日期不能早于开始日期 {pair.start:%Y-%m-%d}。")
        if last > timezone.localdate():
            raise Refused("结束日期不能晚于今天。")
        later = pair.sessions.filter(on__gt=last).order_by("on").first()
        if later is not None:
            raise Refused(f"{later.on:%Y-%m-%d} 还有督导记录，结束日期不能更早。")
        pair.end, pair.end_reason = last, reason
        pair.save()
    return pair


def _held(user: User, pk: int) -> SupervisionPair:
    pair = SupervisionPair.objects.visible_to(user).filter(pk=pk).first()
    if pair is None or not may_keep(user, pair):
        raise PermissionDenied("只有被督导者所在单位的经办人能登记督导。")
    return SupervisionPair.objects.select_for_update(of=("self",)).get(pk=pk)


def hours_together(sessions: Iterable[SupervisionSession]) -> Decimal:
    """Hours of one supervisor on one day; a group is one session however many supervisees took part."""
    counted: dict[object, Decimal] = {}
    for each in sessions:
        key = ("group", each.topic) if each.form == SupervisionSession.Form.GROUP else each.pk
        counted[key] = max(counted.get(key, Decimal(0)), each.hours)
    return sum(counted.values(), Decimal(0))


def against_session(pair: SupervisionPair, session: SupervisionSession) -> Iterator[str]:
    """Sentences against a session of a pair; the supervisor's row is locked by the caller."""
    if session.on > timezone.localdate():
        yield "督导日期不能晚于今天。"
    if session.on < pair.start or (pair.end is not None and session.on > pair.end):
        until = f"至 {pair.end:%Y-%m-%d}" if pair.end else "起"
        yield f"督导日期不在督导关系之内（{pair.start:%Y-%m-%d} {until}）。"
    others = SupervisionSession.objects.filter(pair__supervisor=pair.supervisor_id, on=session.on)
    if hours_together([*others.exclude(pk=session.pk), session]) > HOURS_OF_A_DAY:
        yield f"督导者这一天的督导加起来超过 {HOURS_OF_A_DAY} 小时，请核对时长。"


def record(user: User, pk: int, session: SupervisionSession) -> SupervisionSession:
    """Record one session of a pair. Raises PermissionDenied, Refused."""
    with transaction.atomic():
        pair = _held(user, pk)
        # Two sessions of one supervisor at once would each see room for itself.
        SocialWorker.objects.select_for_update().defer("identity", "phone").get(pk=pair.supervisor_id)
        session.pair = pair
        found = list(against_session(pair, session))
        if found:
            raise Refused(found)
        session.save()
    return session


def remove(user: User, pk: int, session_pk: int) -> None:
    """Take out a session entered by mistake; the rows' history keeps it. Raises PermissionDenied, Refused."""
    with transaction.atomic():
        pair = _held(user, pk)
        found = pair.sessions.filter(pk=session_pk).first()
        if found is None:
            raise Refused("这次督导已经不在了。")
        found.delete()
