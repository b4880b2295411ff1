"""The ranking of a panel: pure reckoning from sheets to places, so that anybody can do it again by hand.

A sheet's total is the weighted mean of its points, to the cent. A nominee's score is the mean of the totals, to four
decimals, half up, without one highest and one lowest where the round trims and at least three sheets remain in all.
Equal scores are told apart by the declared rule, and what that leaves equal by a lot whose seed is published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT, FOURTH = Decimal("0.01"), Decimal("0.0001")
LEAST_TO_TRIM = 3
TIE_NAMES = {
    "criterion": "第一项指标得分高的在前",
    "certificate": "职业水平等级高的在前",
    "seniority": "从业年限长的在前",
    "lot": "按公布的种子抽签",
}


def sheet_total(points: Mapping[int, Decimal], weights: Mapping[int, int]) -> Decimal:
    """0 to 100, two decimals. `weights`: percent by criterion, 100 in all; each criterion must have points."""
    whole = sum((points[criterion] * weight for criterion, weight in weights.items()), Decimal(0))
    return (whole / 100).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Entry:
    """A nominee before the panel: sheets as (total, points of the first criterion), and what ties are told apart by."""

    nomination: int
    sheets: tuple[tuple[Decimal, Decimal], ...]
    certificate: int = 0
    seniority: Decimal = Decimal(0)


@dataclass(frozen=True)
class Placed:
    """A nominee with score and rank; `dropped`: totals that were trimmed; `told_by`: what decided an equal score."""

    nomination: int
    rank: int
    score: Decimal
    counted: tuple[Decimal, ...]
    dropped: tuple[Decimal, ...]
    first: Decimal
    told_by: str = ""
    lot: str = ""


def mean(values: Sequence[Decimal]) -> Decimal:
    """To four decimals, half up; zero of nothing."""
    return (sum(values, Decimal(0)) / len(values)).quantize(FOURTH, ROUND_HALF_UP) if values else Decimal(0)


def trimmed(totals: Sequence[Decimal], trim: bool) -> tuple[tuple[Decimal, ...], tuple[Decimal, ...]]:
    """The totals that count and those left out, both from the highest down."""
    ordered = tuple(sorted(totals, reverse=True))
    if not trim or len(ordered) < LEAST_TO_TRIM:
        return ordered, ()
    return ordered[1:-1], (ordered[0], ordered[-1])


def lot(seed: str, nomination: int) -> str:
    """The drawn number: SHA-256 of «seed:nomination», as hexadecimal; the smallest comes first."""
    return hashlib.sha256(f"{seed}:{nomination}".encode()).hexdigest()


def ranking(entries: Sequence[Entry], *, trim: bool, tie: str, seed: str) -> list[Placed]:
    """Everybody placed, the first first. The same input gives the same order anywhere."""
    scored = []
    for entry in entries:
        counted, dropped = trimmed([total for total, _ in entry.sheets], trim)
        first = mean([points for _, points in entry.sheets])
        scored.append((entry, mean(counted), counted, dropped, first, lot(seed, entry.nomination)))
    by_rule = {
        "criterion": lambda each: -each[4],
        "certificate": lambda each: -each[0].certificate,
        "seniority": lambda each: -each[0].seniority,
        "lot": lambda each: 0,
    }[tie]
    ordered = sorted(scored, key=lambda each: (-each[1], by_rule(each), each[5]))
    found = []
    for place, (entry, score, counted, dropped, first, drawn) in enumerate(ordered, start=1):
        equal = [each for each in ordered if each[1] == score and each[0] is not entry]
        still = [each for each in equal if by_rule(each) == by_rule(ordered[place - 1])]
        told_by = "" if not equal else TIE_NAMES["lot"] if still else TIE_NAMES[tie]
        found.append(
            Placed(entry.nomination, place, score, counted, dropped, first, told_by, drawn if equal and still else "")
        )
    return found
