"""What members took part in (三(二)-3): times and hours, by kind and year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Count, DecimalField, OuterRef, Prefetch, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, ExtractYear

from awards.models import CallKind, CallUp, PoolMember

HOURS = DecimalField(max_digits=8, decimal_places=1)
NONE = Value(Decimal(0), output_field=HOURS)


def done(on: date, year: int | None = None) -> QuerySet[CallUp]:
    """What took place up to the day, in one year or in all."""
    rows = CallUp.objects.done(on)
    return rows.filter(on__year=year) if year else rows


def with_served(rows: QuerySet[PoolMember], on: date, year: int | None = None) -> QuerySet[PoolMember]:
    """Adds `times` and `hours` of each membership, and `served`: the call-ups themselves, newest first."""
    own = done(on, year).filter(member=OuterRef("pk")).order_by().values("member")
    rows = rows.annotate(
        times=Coalesce(Subquery(own.annotate(n=Count("pk")).values("n")), 0),
        hours=Coalesce(Subquery(own.annotate(n=Sum("hours")).values("n")), NONE),
    )
    return rows.prefetch_related(Prefetch("calls", done(on, year).order_by("-on", "-pk"), to_attr="served"))


def of_kind(served: Iterable[CallUp], kind: str) -> tuple[int, Decimal]:
    """Times and hours of one kind."""
    hours = [each.hours for each in served if each.kind == kind]
    return len(hours), sum(hours, Decimal(0))


def years(on: date, rows: QuerySet[CallUp]) -> list[int]:
    """Years in which anything took place, newest first."""
    found = rows.done(on).order_by().annotate(year=ExtractYear("on")).values_list("year", flat=True)
    return sorted(set(found), reverse=True)


def by_year(served: Iterable[CallUp]) -> list[dict[str, object]]:
    """For one person: a row a year, newest first, with times and hours of each kind and in all."""
    rows = list(served)
    listed = []
    for year in sorted({each.on.year for each in rows}, reverse=True):
        of_year = [each for each in rows if each.on.year == year]
        kinds = [of_kind(of_year, kind) for kind in CallKind.values]
        listed.append({"year": year, "kinds": kinds, "times": len(of_year), "hours": sum(each[1] for each in kinds)})
    return listed
