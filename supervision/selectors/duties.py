"""Duties over posts: how many active posts carry each of the six duties and the 13 activities, by district."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Func
from django.db.models.functions import Left

from supervision.selectors.rolls import posts
from xmsw.regions.areas import DISTRICT_DIGITS
from xmsw.regions.models import Region

if TYPE_CHECKING:
    from xmsw.accounts.models import User


@dataclass
class DutyCounts:
    """`by`: («duties» or «activities», value) → district → posts; `total`: active posts by district."""

    places: list[tuple[str, str]]
    by: dict[tuple[str, int], dict[str, int]] = field(default_factory=dict)
    total: dict[str, int] = field(default_factory=dict)

    def row(self, clause: str, label: str, column: str, value: int) -> dict[str, Any]:
        """For the template: counts in the order of the places, and their sum."""
        found = self.by.get((column, value), {})
        return {
            "clause": clause,
            "label": label,
            "counts": [found.get(code, 0) for code, _ in self.places],
            "sum": sum(found.values()),
        }


def counts(user: User, on: date) -> DutyCounts:
    """Three grouped statements over the active posts that the account sees."""
    rows = posts(user, on).order_by().annotate(district=Left("employer__region_id", DISTRICT_DIGITS))
    found = DutyCounts([])
    for column in ("duties", "activities"):
        unnested = rows.annotate(one=Func(F(column), function="unnest"))
        for district, value, n in unnested.values_list("district", "one").annotate(n=Count("pk")):
            found.by.setdefault((column, value), {})[district] = n
    found.total = dict(rows.values_list("district").annotate(n=Count("pk")))
    names = dict(Region.objects.filter(code__in=found.total).values_list("code", "name"))
    found.places = [(code, names.get(code, code)) for code in sorted(found.total)]
    return found
