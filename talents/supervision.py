"""Supervision in numbers: hours of the last twelve months, by pair and over a set of pairs (二(三)-5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Max, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from talents.models import SupervisionPair, SupervisionSession

HOURS = DecimalField(max_digits=8, decimal_places=1)
NONE = Value(Decimal(0), output_field=HOURS)


def a_year_before(on: date) -> date:
    """The day after which something lies in the last twelve months."""
    try:
        return on.replace(year=on.year - 1)
    except ValueError:  # 29 February
        return on.replace(year=on.year - 1, day=28)


def of_last_year(on: date) -> QuerySet[SupervisionSession]:
    """Sessions of the twelve months up to that day, that day included."""
    return SupervisionSession.objects.filter(on__gt=a_year_before(on), on__lte=on)


def with_last_year(rows: QuerySet[SupervisionPair], on: date) -> QuerySet[SupervisionPair]:
    """Adds `hours` and `times` of the last twelve months, and the day of the `latest` session up to the day."""
    recent = of_last_year(on).filter(pair=OuterRef("pk")).order_by().values("pair")
    ever = SupervisionSession.objects.filter(pair=OuterRef("pk"), on__lte=on).order_by().values("pair")
    return rows.annotate(
        hours=Coalesce(Subquery(recent.annotate(n=Sum("hours")).values("n")), NONE),
        times=Coalesce(Subquery(recent.annotate(n=Count("pk")).values("n")), 0),
        latest=Subquery(ever.annotate(n=Max("on")).values("n")),
    )


def totals(rows: QuerySet[SupervisionPair], on: date) -> dict[str, Any]:
    """`pairs` in force, `times` and `hours` of the last twelve months of whatever pairs; two queries."""
    found = of_last_year(on).filter(pair__in=rows).aggregate(times=Count("pk"), hours=Coalesce(Sum("hours"), NONE))
    return {"pairs": rows.in_force(on).count(), **found}
