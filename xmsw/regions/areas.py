"""Conditions for «within this region», over any path that leads to a region code."""

from __future__ import annotations

from django.db.models import F, Q
from django.db.models.functions import Left
from django.db.models.lookups import Exact

# Digits of a region's code that name its city and its district.
CITY_DIGITS, DISTRICT_DIGITS = 4, 6


def areas_around(code: str) -> str:
    """SQL to append to a FROM clause: `k.code` is the city and the district that a region code lies in.

    One row where both are the same, so that what lies right under a city counts once for it.
    """
    both = f"SELECT left({code}, {CITY_DIGITS}) AS code UNION SELECT left({code}, {DISTRICT_DIGITS})"
    return f"CROSS JOIN LATERAL ({both}) k"


def in_area(path: str, code: str) -> Q:
    """The code at `path` lies in the subtree of `code`, by prefix."""
    return Q(**{f"{path}__startswith": code})


def in_district(path: str, code: str) -> Q:
    """The same; a district by equality of the first six digits, which an index in any list's order can serve."""
    if len(code) != DISTRICT_DIGITS:
        return in_area(path, code)
    return Q(Exact(Left(F(path), DISTRICT_DIGITS), code))
