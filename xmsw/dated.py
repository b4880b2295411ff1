"""Facts are dated: every thing that holds for a time says from which to which day, both inclusive."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Self

from django.contrib.postgres.fields import DateRangeField, RangeBoundary
from django.db import models
from django.db.models import F, Func, Q

YEAR_OF_DAYS = Decimal("365.25")
ENDS_BEFORE_START = "结束日期不能早于开始日期，请改其中一个。"


class DateRange(Func):
    """`daterange(start, end, '[]')`; a missing end is open."""

    function = "DATERANGE"
    output_field = DateRangeField()

    def __init__(self, start: str, end: str) -> None:
        super().__init__(F(start), F(end), RangeBoundary(inclusive_lower=True, inclusive_upper=True))


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months later, the month's last day where it has no such day (as PostgreSQL)."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_of(days: int) -> Decimal:
    """So many days as years of 365.25, to one decimal, half up; never below zero."""
    return (Decimal(max(days, 0)) / YEAR_OF_DAYS).quantize(Decimal("0.1"), ROUND_HALF_UP)


def holds_on(on: date, start: str = "start", end: str = "end") -> Q:
    """The filter «holds on that day» over two date columns."""
    return Q(**{f"{start}__lte": on}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": on}))


class EndsAfterStart(models.CheckConstraint):
    """A check that says what is wrong with two days. To migrations it is a plain check: its sentence, the same for all
    models, is code and no part of the database's state."""

    def get_violation_error_message(self) -> str:
        """The sentence at the form."""
        return ENDS_BEFORE_START

    def deconstruct(self) -> tuple[str, tuple, dict[str, Any]]:
        """As a plain check."""
        _, positional, named = super().deconstruct()
        return "django.db.models.CheckConstraint", positional, named


def ends_after_start(name: str, start: str = "start", end: str = "end") -> EndsAfterStart:
    """Constraint: the last day is not before the first."""
    return EndsAfterStart(condition=Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": F(start)}), name=name)


class DatedQuerySet(models.QuerySet):
    """For models with `start` and `end` columns and no states."""

    def in_force(self, on: date) -> Self:
        """Rows that hold on that day."""
        return self.filter(holds_on(on))
