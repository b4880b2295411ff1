"""Honours outside a cycle (三(二)-1, -5, -6): who records, corrects and revokes them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from awards import pools
from awards.cycles import runs
from awards.models import HIGHER, AwardLevel, Honour
from talents.models import Employment
from xmsw.accounts.roles import Capability
from xmsw.regions.areas import CITY_DIGITS, DISTRICT_DIGITS
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User

ELSEWHERE = "这项荣誉由颁奖的一方或登记的一方更正、撤销。"
CHANGED = ("level", "series", "title", "awarded_by", "awarded_on", "document", "form", "prize", "employer_id")


def levels_of(user: User) -> list[AwardLevel]:
    """What levels an account records: a city all above employers, a district the higher ones and its own, an
    employer's people what the employer awards; nobody else any."""
    if user.can(Capability.RUN_AWARDS) and user.is_lead and user.area_code:
        city = [AwardLevel.CITY] if len(user.area_code) == CITY_DIGITS else []
        return [*HIGHER, *city, AwardLevel.DISTRICT]
    return [AwardLevel.EMPLOYER] if user.can(Capability.APPLY) else []


def place_of(honour: Honour) -> str:
    """Region code of who decides about an honour of a level above employers: districts about their own awards."""
    return honour.employer.region_id[: DISTRICT_DIGITS if honour.level == AwardLevel.DISTRICT else CITY_DIGITS]


def keeps(user: User, honour: Honour) -> bool:
    """Whether the account corrects or revokes it: of a cycle the organiser, of an employer's its own people, of others
    the place of the award and the place that recorded it."""
    if honour.cycle_id:
        return runs(user, honour.cycle)
    if honour.level not in levels_of(user) or not Honour.objects.visible_to(user).filter(pk=honour.pk).exists():
        return False
    if honour.level == AwardLevel.EMPLOYER:
        return True
    recorder = honour.recorded_by.area_code if honour.recorded_by else None
    return user.area_code in (place_of(honour), recorder)


def only_keeper(user: User, honour: Honour) -> None:
    """Raises PermissionDenied."""
    if not keeps(user, honour):
        raise PermissionDenied(ELSEWHERE)


def record(user: User, honour: Honour) -> Honour:
    """Store a new honour of a person at an employer that the account sees. Raises PermissionDenied, Refused.

    Whoever wins a national or provincial one is proposed for the city's pool (三(二)-2).
    """
    if not levels_of(user):
        raise PermissionDenied("你的账号不能登记荣誉。")
    _refuse(user, honour)
    honour.recorded_by = user
    with transaction.atomic():
        made = _stored(honour)
        if made.level in HIGHER:
            pools.propose([made], made.employer.region_id[:CITY_DIGITS], made.awarded_on, made.title)
    return made


def correct(user: User, honour: Honour) -> Honour:
    """Store a corrected honour, of whom it is stays. Raises PermissionDenied, Refused."""
    with transaction.atomic():
        stored = _held(honour.pk)
        only_keeper(user, stored)
        if stored.cycle_id:
            raise Refused("这项荣誉来自表彰周期，不能改；有错的，撤销以后另行登记。")
        if stored.revoked_on:
            raise Refused(f"这项荣誉已于 {stored.revoked_on:%Y-%m-%d} 撤销，不能再改。")
        for name in CHANGED:
            setattr(stored, name, getattr(honour, name))
        _refuse(user, stored)
        return _stored(stored)


def revoke(user: User, honour: Honour, on: date, reason: str) -> Honour:
    """Take an honour away; it stays on record with day and reason. Raises PermissionDenied, Refused."""
    if not reason.strip():
        raise Refused("请写明撤销的原因。")
    with transaction.atomic():
        stored = _held(honour.pk)
        only_keeper(user, stored)
        if stored.revoked_on:
            raise Refused(f"这项荣誉已于 {stored.revoked_on:%Y-%m-%d} 撤销。")
        if not stored.awarded_on <= on <= timezone.localdate():
            raise Refused(f"撤销日期要在表彰日期（{stored.awarded_on:%Y-%m-%d}）以后、今天以前。")
        stored.revoked_on, stored.revoked_because = on, reason.strip()[:300]
        stored.save(update_fields=["revoked_on", "revoked_because"])
    return stored


def _held(pk: int) -> Honour:
    rows = Honour.objects.select_for_update(of=("self",)).select_related("employer", "recorded_by__org_unit", "cycle")
    return rows.get(pk=pk)


def _refuse(user: User, honour: Honour) -> None:
    """Everything against an honour, together."""
    found = []
    if honour.level not in levels_of(user):
        found.append(f"你的账号不登记{honour.get_level_display()}的荣誉。")
    if honour.awarded_on > timezone.localdate():
        found.append("表彰日期不能晚于今天。")
    here = Employment.objects.visible_to(user).filter(worker=honour.worker_id, employer=honour.employer_id)
    if not here.exists():
        found.append("此人没有在这个单位任职，或这个单位不在你的工作范围内。")
    elif honour.level == AwardLevel.EMPLOYER and not here.in_force(honour.awarded_on).exists():
        found.append(f"此人 {honour.awarded_on:%Y-%m-%d} 不在本单位任职：单位表彰的是本单位的人。")
    if honour.level == AwardLevel.EMPLOYER and not honour.form.strip():
        found.append("请写表彰形式，例如奖金、证书、通报、休假、培训机会。")
    if honour.level != AwardLevel.EMPLOYER and not honour.document.strip():
        found.append("请填表彰文号。")
    if found:
        raise Refused(found)


def _stored(honour: Honour) -> Honour:
    try:
        with transaction.atomic():
            honour.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return honour
