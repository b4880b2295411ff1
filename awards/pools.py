"""Memberships of the pools (三(二)-2): winners are proposed, officers confirm; entered by hand, prolonged, ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from awards.models import CallUp, Honour, PoolChange, PoolMember
from xmsw.accounts.roles import Capability
from xmsw.pinyin import sort_key
from xmsw.workflow.refusals import Overtaken, Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User

_S, _K, Pool = PoolMember.State, PoolChange.Kind, PoolMember.Pool


def keeps_any(user: User) -> bool:
    """Whether the account keeps a region's pools: civil affairs of a city or a district."""
    return user.can(Capability.KEEP_POOLS) and user.is_lead and bool(user.area_code)


def keeps(user: User, member: PoolMember) -> bool:
    """Whether it keeps this very pool: a city's officers the city's, a district's the district's."""
    return keeps_any(user) and user.area_code == member.region_id


def only_keeper(user: User, member: PoolMember) -> None:
    """Raises PermissionDenied."""
    if not keeps(user, member):
        raise PermissionDenied("只有管理这个人才库的民政部门能办理。")


def propose(honours: Iterable[Honour], region: str, on: date, note: str) -> list[PoolMember]:
    """Propose winners for the 实务人才库 of a region; whoever is in it or proposed already is left out.

    Within the transaction that stores the honours. `note`: what it came from.
    Terms of years to come count: who enters next month is in.
    """
    here = PoolMember.objects.filter(
        Q(end__isnull=True) | Q(end__gte=on), pool=Pool.PRACTICE, region=region,
        state__in=(_S.PROPOSED, _S.MEMBER),
    )  # fmt: skip
    known = set(here.values_list("worker", flat=True))
    made = [
        PoolMember(
            pool=Pool.PRACTICE, region_id=region, worker_id=each.worker_id, honour=each, start=on,
            state=_S.PROPOSED, synthetic=each.synthetic,
        )
        for each in honours
        if each.worker_id not in known
    ]  # fmt: skip
    PoolMember.objects.bulk_create(made)
    _note(None, _K.PROPOSED, made, on, note=note)
    return made


def _note(user: User | None, kind: str, rows: Sequence[PoolMember], on: date, **about: Any) -> None:
    PoolChange.objects.bulk_create(PoolChange(member=each, kind=kind, on=on, by=user, **about) for each in rows)


def confirm(user: User, member: PoolMember, *, pool: str, start: date, end: date | None, document: str) -> PoolMember:
    """Take a proposed person into a pool by a document. Raises PermissionDenied, Refused, Overtaken."""
    only_keeper(user, member)
    _proper(start, end, document)
    try:
        with transaction.atomic():
            found = _held(member, _S.PROPOSED)
            found.pool, found.start, found.end = pool, start, end
            found.document, found.state = document.strip()[:200], _S.MEMBER
            found.save(update_fields=["pool", "start", "end", "document", "state"])
            _note(user, _K.CONFIRMED, [found], start, until=end, document=found.document)
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return found


def decline(user: User, member: PoolMember, reason: str) -> PoolMember:
    """Leave a proposed person out, with the reason. Raises PermissionDenied, Refused, Overtaken."""
    only_keeper(user, member)
    if not reason.strip():
        raise Refused("请写明不入库的原因。")
    with transaction.atomic():
        found = _held(member, _S.PROPOSED)
        found.state, found.left_because = _S.DECLINED, reason.strip()[:200]
        found.save(update_fields=["state", "left_because"])
        _note(user, _K.DECLINED, [found], timezone.localdate(), note=found.left_because)
    return found


def enter(user: User, member: PoolMember) -> PoolMember:
    """Enter a member by hand into the account's own region. Raises PermissionDenied, Refused."""
    if not keeps_any(user):
        raise PermissionDenied("只有市、区民政干部能登记人才库成员。")
    member.region_id, member.state = user.area_code, _S.MEMBER
    _proper(member.start, member.end, member.document)
    _named(member)
    try:
        with transaction.atomic():
            member.save()
            _note(user, _K.ENTERED, [member], member.start, until=member.end, document=member.document)
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return member


def _named(member: PoolMember) -> None:
    """A person of the portal goes by the own name; an outsider's is kept with its pinyin."""
    if member.worker_id:
        member.name = ""
    member.pinyin = sort_key(member.name) if member.name else ""


def _proper(start: date, end: date | None, document: str) -> None:
    if end is not None and end < start:
        raise Refused("聘期截止不能早于入库日期。")
    if start > timezone.localdate():
        raise Refused("入库日期不能晚于今天。")
    if not document.strip():
        raise Refused("请填入库文件的名称或文号。")


def amend(user: User, member: PoolMember, fields: Sequence[str]) -> PoolMember:
    """Store changed details of a member. Raises PermissionDenied, Refused, Overtaken."""
    only_keeper(user, member)
    _named(member)
    try:
        with transaction.atomic():
            _held(member, _S.MEMBER)
            member.save(update_fields=[*fields, "pinyin"])
            _note(user, _K.AMENDED, [member], timezone.localdate())
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return member


def renew(user: User, member: PoolMember, end: date | None, document: str) -> PoolMember:
    """Prolong the term by a document. A term that is over is not mended: a new one begins today, in a row of its own.

    Raises PermissionDenied, Refused, Overtaken.
    """
    only_keeper(user, member)
    today = timezone.localdate()
    if not document.strip():
        raise Refused("请填续聘文件的名称或文号。")
    if end is not None and end <= max(today, member.end or today):
        raise Refused("新的聘期要在今天和现在的聘期以后。")
    try:
        with transaction.atomic():
            found = _held(member, _S.MEMBER)
            if found.end is None:
                raise Refused("这位成员没有聘期截止，不用续聘。")
            if found.expired(today):
                found.pk, found.start, found._state.adding = None, today, True
            found.end, found.document = end, document.strip()[:200]
            found.save()
            _note(user, _K.RENEWED, [found], today, until=end, document=found.document)
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return found


def leave(user: User, member: PoolMember, last: date, reason: str) -> PoolMember:
    """End a membership on its last day, with the reason; calls that are still to come must be settled first.

    Raises PermissionDenied, Refused, Overtaken.
    """
    only_keeper(user, member)
    if not reason.strip():
        raise Refused("请写明出库的原因。")
    with transaction.atomic():
        found = _held(member, _S.MEMBER)
        if not found.start <= last <= timezone.localdate():
            raise Refused(f"出库日期要在入库（{found.start:%Y-%m-%d}）以后、今天以前。")
        coming = CallUp.objects.coming().filter(member=found).count()
        if coming:
            raise Refused(f"还有 {coming} 件抽调没有办结，先登记完成或者取消，再出库。")
        found.state, found.left_because = _S.LEFT, reason.strip()[:200]
        found.end = min(last, found.end) if found.end else last
        found.save(update_fields=["state", "left_because", "end"])
        _note(user, _K.LEFT, [found], found.end, note=found.left_because)
    return found


def _held(member: PoolMember, state: str) -> PoolMember:
    """The row under a lock, in the state. Raises Overtaken."""
    rows = PoolMember.objects.select_for_update(of=("self",)).select_related("worker")
    found = rows.defer("worker__identity", "worker__phone").get(pk=member.pk)
    if found.state != state:
        raise Overtaken(f"{found.person}现在是「{found.get_state_display()}」，不能这样办。请看最新情况。")
    return found
