"""The record on the spot: each line is saved by itself; two different inspectors confirm the whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Case, QuerySet, When
from django.utils import timezone

from supervision.checklists import registered, unit_of
from supervision.models import Inspection, InspectionItem, InspectionUnit, ItemRecord
from xmsw.accounts.roles import Capability
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User
    from xmsw.workflow.registry import Decision

_S, _R = InspectionUnit.State, ItemRecord.Result
_TO_DO = Case(When(state=_S.OPEN, then=0), When(state=_S.CONFIRMED, then=1), default=2)
TO_DO_FIRST = ("to_do", "pk")
NOT_YOURS = "这家单位没有派给你核查。"


def inspects(user: User, unit: InspectionUnit) -> bool:
    """Whether the account was sent to this unit."""
    return user.can(Capability.INSPECT) and unit.inspectors.filter(user=user).exists()


def assigned(user: User) -> QuerySet[InspectionUnit]:
    """Units of running plans to which the account was sent, what is still to do first."""
    rows = InspectionUnit.objects.visible_to(user).filter(
        inspectors__user=user, inspection__state=Inspection.State.UNDER_WAY
    )
    rows = rows.annotate(to_do=_TO_DO).order_by(*TO_DO_FIRST)
    return rows.select_related("inspection", "employer", "employer__region")


def _open(user: User, unit: InspectionUnit) -> InspectionUnit:
    """The unit under a lock while its record may be written. Raises PermissionDenied, Refused.

    Who goes there is asked under the lock: whoever sends somebody else holds it too.
    """
    found = InspectionUnit.objects.select_for_update(of=("self",)).select_related("inspection").get(pk=unit.pk)
    if not inspects(user, found):
        raise PermissionDenied(NOT_YOURS)
    if found.inspection.state != Inspection.State.UNDER_WAY:
        raise Refused(f"这次核查现在是「{found.inspection.get_state_display()}」，不能记录。")
    if found.state != _S.OPEN:
        raise Refused(f"这家单位的记录现在是「{found.get_state_display()}」，不能再改。")
    return found


def _arrive(unit: InspectionUnit) -> None:
    """The first line that is saved settles the day, and with it the registered numbers."""
    if unit.visited_on is None:
        unit.visited_on = timezone.localdate()
        unit.facts = registered(unit.employer_id, unit.visited_on)
        unit.save(update_fields=["visited_on", "facts"])


def record(user: User, unit: InspectionUnit, item: InspectionItem, given: dict[str, Any]) -> ItemRecord:
    """Save one line: `on_site` a number or None, `result` one of Result or "" (then the numbers decide), `note`."""
    try:
        with transaction.atomic():
            found = _open(user, unit)
            _arrive(found)
            number = found.facts.get(item.fact) if item.fact else None
            result = given["result"] or _told_by_numbers(number, given["on_site"])
            if not result:
                raise Refused("请填现场数，或选结果。")
            if result == _R.FAILS and given["on_site"] is None and not given["note"]:
                raise Refused("不符合的，写明现场情况或填现场数。")
            values = {"registered": number, "result": result, "recorded_by": user}
            values |= {"on_site": given["on_site"], "note": given["note"]}
            return ItemRecord.objects.update_or_create(unit=found, item=item, defaults=values)[0]
    except IntegrityError as error:
        raise refused_by_constraint(error) from error


def _told_by_numbers(registered_number: int | None, on_site: int | None) -> str:
    if registered_number is None or on_site is None:
        return ""
    return _R.CONFORMS if registered_number == on_site else _R.FAILS


def compared(item: InspectionItem, registered_number: int | None, on_site: int | None) -> str:
    """«登记 2 人，现场 1 人»; "" where one of the numbers is missing."""
    if registered_number is None or on_site is None:
        return ""
    unit = unit_of(item.fact)
    return f"登记 {registered_number} {unit}，现场 {on_site} {unit}".replace("  ", " ").strip()


def visit(user: User, unit: InspectionUnit, present: str, opinion: str) -> None:
    """Who was there and what the unit says."""
    with transaction.atomic():
        found = _open(user, unit)
        _arrive(found)
        found.present, found.opinion = present, opinion
        found.save(update_fields=["present", "opinion"])


def photo_name(item: InspectionItem | None, name: str) -> str:
    """The name under which a photo is kept: it begins with the line it belongs to. Cameras call every file «image»."""
    stem, ending = Path(name).stem[-60:], Path(name).suffix.lower()
    return f"{f'第{item.place}项' if item else '全景'}-{timezone.localtime():%m%d%H%M%S}-{stem}{ending}"


def against_moving(unit: InspectionUnit) -> Iterator[str]:
    """Nothing moves any more once the plan is closed or cancelled."""
    if unit.inspection.state != Inspection.State.UNDER_WAY:
        yield "这次核查不在进行中。"


def brings(user: User, unit: InspectionUnit) -> bool:
    """Whether the account may add photos now: who was sent there, before anybody confirmed."""
    return inspects(user, unit) and unit.state == InspectionUnit.State.OPEN and not list(against_moving(unit))


def against_confirming(unit: InspectionUnit) -> Iterator[str]:
    """What is missing before the first inspector confirms."""
    yield from against_moving(unit)
    left = unit.inspection.items.count() - unit.records.count()
    if left > 0:
        yield f"还有 {left} 项没有记录。"
    if not unit.present:
        yield "请填在场人员。"


def turn(user: User, unit: InspectionUnit) -> str:
    """Only who was sent there confirms."""
    return "" if inspects(user, unit) else NOT_YOURS


def planners_turn(user: User, unit: InspectionUnit) -> str:
    """Only the area that planned it leaves a unit out."""
    own = user.is_lead and user.area_code == unit.inspection.region_id
    return "" if own else "只有制定这次核查的民政部门能办理。"


def confirmed(user: User, unit: InspectionUnit, decision: Decision) -> None:
    """The first of two."""
    unit.first_by = user


def reopened(user: User, unit: InspectionUnit, decision: Decision) -> None:
    """The second found something missing."""
    unit.first_by = None


def seconded(user: User, unit: InspectionUnit, decision: Decision) -> None:
    """The second of two, never the first (a constraint holds it too)."""
    unit.second_by = user


def skipped(user: User, unit: InspectionUnit, decision: Decision) -> None:
    """Why nobody went there."""
    unit.skipped_because = decision.said[:300]
