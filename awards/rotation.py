"""Whose turn it is (三(二)-3): who was called least, then who was called longest ago, then by a published lot."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Standing:
    """What a member's turn depends on: `calls` within the months looked at, the day of the `last` call ever."""

    member: int
    calls: int
    last: date | None


@dataclass(frozen=True)
class Turn:
    """A member's place, from 1, and why it stands there."""

    member: int
    place: int
    because: str


def lot(seed: str, member: int) -> str:
    """The smaller comes first; anybody can reckon it: SHA-256 of «seed:call:member»."""
    return hashlib.sha256(f"{seed}:call:{member}".encode()).hexdigest()


def turns(standings: Iterable[Standing], seed: str, months: int) -> list[Turn]:
    """Everybody in the order of turns."""
    ordered = sorted(standings, key=lambda each: (*_told(each), lot(seed, each.member)))
    alike: dict[tuple[int, date], int] = {}
    for each in ordered:
        alike[_told(each)] = alike.get(_told(each), 0) + 1
    return [
        Turn(each.member, place, _because(each, months, lot(seed, each.member) if alike[_told(each)] > 1 else ""))
        for place, each in enumerate(ordered, start=1)
    ]


def _told(each: Standing) -> tuple[int, date]:
    return each.calls, each.last or date.min


def _because(each: Standing, months: int, drawn: str) -> str:
    last = f"上次 {each.last:%Y-%m-%d}" if each.last else "从来没有抽调过"
    by_lot = f"；条件相同的抽签，签号 {drawn[:8]}" if drawn else ""
    return f"近 {months} 个月抽调 {each.calls} 次，{last}{by_lot}"
