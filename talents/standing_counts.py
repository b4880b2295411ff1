"""The counts of standing (三(三)-1, -2, -4) that an area published last, as figures and words tell them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import OuterRef, Subquery

from talents.models import StandingCount

if TYPE_CHECKING:
    from django.db.models import QuerySet


class Published(NamedTuple):
    """A year's end of a city or a district: kind → people, None where they are withheld."""

    year: int
    counts: dict[str, int | None]


def last_published(rows: QuerySet[StandingCount], on: date) -> dict[str, Published]:
    """Of each area among the rows the last year that had ended by the day (31 December ends its year); one query."""
    ended = on.year if (on.month, on.day) == (12, 31) else on.year - 1
    same = StandingCount.objects.filter(region=OuterRef("region"), year__lte=ended).order_by("-year")
    found: dict[str, Published] = {}
    newest = rows.filter(year=Subquery(same.values("year")[:1]))
    for area, year, kind, n in newest.values_list("region_id", "year", "kind", "n"):
        found.setdefault(area, Published(year, {})).counts[kind] = n
    return found
