"""Budget and execution by area and year (四(一)-5, 四(二)-1, -2), as known on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import DecimalField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from supervision.models import BudgetItem, BudgetLine

if TYPE_CHECKING:
    from xmsw.accounts.models import User

YEARS = 5
ZERO = Decimal(0)
_YUAN = DecimalField(max_digits=14, decimal_places=2)


@dataclass
class Execution:
    """Sums of an area in a year, in yuan."""

    items: int = 0
    amount: Decimal = ZERO
    carried: Decimal = ZERO
    appropriated: Decimal = ZERO
    spent: Decimal = ZERO

    @property
    def share(self) -> Decimal | None:
        """Spent ÷ (budget + carried over); None without budget."""
        whole = self.amount + self.carried
        return self.spent / whole if whole else None

    def add(self, item: BudgetItem) -> None:
        """Count an item in, with its sums of the day."""
        self.items += 1
        self.amount += item.amount
        self.carried += item.carried
        self.appropriated += item.appropriated_then
        self.spent += item.spent_then


def then(kind: str, on: date) -> Coalesce:
    """The sum of an item's lines of a kind by the day, in yuan."""
    lines = BudgetLine.objects.filter(item=OuterRef("pk"), kind=kind, on__lte=on).order_by()
    return Coalesce(Subquery(lines.values("item").annotate(n=Sum("amount")).values("n"), output_field=_YUAN), ZERO)


def items_on(user: User, on: date) -> QuerySet[BudgetItem]:
    """Visible items approved by the day, with `appropriated_then` and `spent_then` of the day."""
    rows = BudgetItem.objects.visible_to(user).filter(approved_on__lte=on).select_related("region", "evaluation")
    return rows.annotate(appropriated_then=then("appropriation", on), spent_then=then("spending", on))


def years_to(on: date) -> list[int]:
    """The last few years, the oldest first."""
    return list(range(on.year - YEARS + 1, on.year + 1))


def execution(user: User, on: date, purpose: str = "") -> dict[tuple[str, int], Execution]:
    """(area, year) → sums, of one purpose or all; one query."""
    rows = items_on(user, on).filter(year__in=years_to(on))
    found: dict[tuple[str, int], Execution] = {}
    for item in rows.filter(purpose=purpose) if purpose else rows:
        found.setdefault((item.region_id, item.year), Execution()).add(item)
    return found


def change(now: Execution | None, before: Execution | None) -> Decimal | None:
    """Budget against the year before, as a share; None where either is missing."""
    if now is None or before is None or not before.amount:
        return None
    return now.amount / before.amount - 1
