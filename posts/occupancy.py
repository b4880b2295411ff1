"""Who sits in a post: the app above knows and declares it, so that no post is abolished or frozen under a person.

`talents/occupancy.py` declares the only source; every app's `occupancy` module is imported at start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.module_loading import autodiscover_modules


@dataclass(frozen=True)
class Occupant:
    """A person in a post from a day until a day (None: open), with the page of that appointment where there is one."""

    name: str
    start: date
    end: date | None
    url: str = ""

    @property
    def span(self) -> str:
        """«2024-01-01 起», «2024-01-01 至 2026-12-31»."""
        return f"{self.start:%Y-%m-%d} 至 {self.end:%Y-%m-%d}" if self.end else f"{self.start:%Y-%m-%d} 起"


# Takes post, first day, last day (None: open); gives whoever is in the post on any of these days, earliest first.
Source = Callable[[int, date, date | None], list[Occupant]]
_sources: list[Source] = []
# Takes employers; gives for those with people in posts the last day that anybody is (date.max: open).
Ends = Callable[[Iterable[int]], dict[int, date]]
_ends: list[Ends] = []


def declare(source: Source) -> Source:
    """Register a source; works as a decorator."""
    if source not in _sources:
        _sources.append(source)
    return source


def declare_ends(ends: Ends) -> Ends:
    """Register who knows the last day of an employer's people; works as a decorator."""
    if ends not in _ends:
        _ends.append(ends)
    return ends


def last_days(employers: Iterable[int]) -> dict[int, date]:
    """For each employer with people in posts the last day that anybody is in one; date.max where that is open."""
    found: dict[int, date] = {}
    for ends in _ends:
        for employer, last in ends(employers).items():
            found[employer] = max(last, found.get(employer, last))
    return found


def autodiscover() -> None:
    """Import every app's `occupancy` module."""
    autodiscover_modules("occupancy")


def occupants(post_id: int, first: date, last: date | None) -> list[Occupant]:
    """Whoever is in the post on any day from `first` to `last`; None asks for ever after."""
    return [each for source in _sources for each in source(post_id, first, last)]
