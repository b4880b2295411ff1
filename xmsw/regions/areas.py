"""Conditions for «within this region», over any path that leads to a region code."""

from __future__ import annotations

from django.db.models import F, Q
from django.db.models.functions import Left
from django.db.models.lookups import Exact

# Digits of a region's code that name its city and its district.
CITY_DIGITS, DISTRICT_DIGITS = 4, 6


def in_area(path: str, code: str) -> Q:
    """The code at `path` lies in the subtree of `code`, by prefix."""
    return Q(**{f"{path}__startswith": code})


def in_district(path: str, code: str) -> Q:
    """The same; a district by equality of the first six digits, which an index in any list's order can serve."""
    if len(code) != DISTRICT_DIGITS:
        return in_area(path, code)
    return Q(Exact(Left(F(path), DISTRICT_DIGITS), code))
