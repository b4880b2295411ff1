"""What is done with cost sheets: started, filled, copied to a new version, handed in, approved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from payroll.cost_checks import blocking
from payroll.costing import Basis, basis_on, figures, priced
from payroll.models import CostLine, CostSheet, PurchaseProject
from xmsw.accounts.roles import Capability
from xmsw.workflow.refusals import Overtaken, Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User
    from xmsw.workflow.registry import Decision

State = CostSheet.State
EDITABLE = (State.DRAFT, State.RETURNED)
OPEN = (*EDITABLE, State.SUBMITTED)
COPIED = ("category", "title", "rung", "heads", "months", "pay", "quantity", "unit", "price")


def may_write(user: User, project: PurchaseProject) -> bool:
    """Officers of the buyer's place write sheets."""
    return (
        user.can(Capability.RECORD_PROJECTS)
        and user.area_code is not None
        and PurchaseProject.objects.visible_to(user).filter(pk=project.pk).exists()
    )


def may_edit(user: User, sheet: CostSheet) -> bool:
    """A draft or returned sheet, by who may write sheets of its project."""
    return sheet.state in EDITABLE and may_write(user, sheet.project)


def against(sheet: CostSheet) -> Iterator[str]:
    """Sentences against handing it in or approving it as it stands."""
    return blocking(figures(sheet))


def start(user: User, project: PurchaseProject, priced_on: date, note: str, lines: Iterable[CostLine]) -> CostSheet:
    """A first or further version as a draft. Raises PermissionDenied, Refused."""
    if not may_write(user, project):
        raise PermissionDenied("只能编制本地区项目的成本核算表。")
    basis = basis_on(project, priced_on)
    try:
        with transaction.atomic():
            PurchaseProject.objects.select_for_update(of=("self",)).get(pk=project.pk)
            last = project.cost_sheets.aggregate(last=Max("version"))["last"] or 0
            sheet = CostSheet(project=project, version=last + 1)
            _fill(sheet, basis, priced_on, note, lines)
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return sheet


def store(user: User, pk: int, priced_on: date, note: str, lines: Iterable[CostLine]) -> CostSheet:
    """Price a draft anew by what holds on `priced_on` and keep these lines in place of the former ones.

    Raises PermissionDenied, Overtaken where it is no draft any more, Refused.
    """
    with transaction.atomic():
        rows = CostSheet.objects.select_for_update(of=("self",)).select_related("project__provider")
        sheet = rows.get(pk=pk)
        if not may_write(user, sheet.project):
            raise PermissionDenied("只能编制本地区项目的成本核算表。")
        if sheet.state not in EDITABLE:
            raise Overtaken(f"这份核算表现在是「{sheet.get_state_display()}」，不能再改。请看最新情况。")
        _fill(sheet, basis_on(sheet.project, priced_on), priced_on, note, lines)
    return sheet


def _fill(sheet: CostSheet, basis: Basis, priced_on: date, note: str, lines: Iterable[CostLine]) -> None:
    sheet.standard, sheet.terms, sheet.priced_on, sheet.note = basis.standard, basis.terms, priced_on, note
    sheet.save()
    sheet.lines.all().delete()
    kept = [priced(line, basis) for line in lines]
    for place, line in enumerate(kept, start=1):
        line.sheet, line.place, line.pk = sheet, place, None
    CostLine.objects.bulk_create(kept)


def new_version(user: User, source: CostSheet) -> CostSheet:
    """A draft with the lines of an approved sheet, priced by what holds today. Pay that followed the guidance follows
    today's; pay that somebody set stays. Raises PermissionDenied, Refused."""
    if source.state != State.APPROVED:
        raise Refused("只能从已审定的核算表复制新版本。")
    lines = [_copied(line) for line in source.lines.all()]
    return start(user, source.project, timezone.localdate(), source.note, lines)


def _copied(line: CostLine) -> CostLine:
    values: dict[str, Any] = {name: getattr(line, name) for name in COPIED}
    if line.pay is not None and line.pay == line.guidance:
        values["pay"] = None
    return CostLine(**values)


def approve(user: User, sheet: CostSheet, decision: Decision) -> None:
    """Effect of approving: the version approved before is superseded."""
    PurchaseProject.objects.select_for_update(of=("self",)).get(pk=sheet.project_id)
    CostSheet.objects.filter(project=sheet.project_id, state=State.APPROVED).exclude(pk=sheet.pk).update(
        state=State.SUPERSEDED
    )
    sheet.approved_on = timezone.localdate()
