"""The ledger of a budget item and its evaluation (四(二)-2). Sums are held by the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from supervision.actions.registers import may_keep, save_with_file
from supervision.models import BudgetEvaluation, BudgetItem, BudgetLine
from xmsw.accounts.roles import Capability
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from xmsw.accounts.models import User

KEEPERS = (Capability.KEEP_BUDGETS,)


def _only_keeper(user: User, item: BudgetItem) -> None:
    if not may_keep(user, item, KEEPERS):
        raise PermissionDenied("只有财政和民政部门登记经费预算。")


def record(user: User, line: BudgetLine) -> BudgetLine:
    """One appropriation or spending. Raises PermissionDenied, and Refused where the sums do not allow it."""
    _only_keeper(user, line.item)
    if not line.item.approved_on <= line.on <= timezone.localdate():
        raise Refused(f"日期要在预算批复（{line.item.approved_on:%Y-%m-%d}）以后、今天以前。")
    line.recorded_by = user
    return _stored(line)


def take_back(user: User, line: BudgetLine) -> BudgetLine:
    """The line that undoes another. Raises PermissionDenied, Refused."""
    _only_keeper(user, line.item)
    if line.reverses_id is not None:
        raise Refused("冲回的记录不能再冲回。请重新登记一笔。")
    if BudgetLine.objects.filter(reverses=line).exists():
        raise Refused("这一笔已经冲回。")
    undone = BudgetLine(
        item=line.item,
        kind=line.kind,
        on=timezone.localdate(),
        amount=-line.amount,
        purpose=f"冲回：{line.purpose}"[:200],
        document=line.document,
        reverses=line,
        recorded_by=user,
    )
    return _stored(undone)


def _stored(line: BudgetLine) -> BudgetLine:
    try:
        with transaction.atomic():
            line.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return line


def evaluate(user: User, evaluation: BudgetEvaluation, upload: UploadedFile | None = None) -> BudgetEvaluation:
    """Score, grade and report of an item. Raises PermissionDenied, Refused."""
    item = evaluation.item
    _only_keeper(user, item)
    if not item.approved_on <= evaluation.evaluated_on <= timezone.localdate():
        raise Refused(f"评价日期要在预算批复（{item.approved_on:%Y-%m-%d}）以后、今天以前。")
    evaluation.recorded_by = user
    with transaction.atomic():
        return save_with_file(evaluation, upload)
