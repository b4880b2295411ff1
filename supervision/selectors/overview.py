"""The officer's overview, read from tallies: figures, heat grid, trend."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Left

from posts.models import Kind
from supervision.models import Tally
from supervision.models.tallies import OUTCOME_COLUMNS
from supervision.selectors.areas import DEEPER
from supervision.selectors.lists import without_holder, without_post
from supervision.selectors.runs import completed_days
from supervision.selectors.topics import AT_LEAST_ONE, NAMED_KINDS, TOPICS, Topic, numbers_of
from xmsw.policy import rules

if TYPE_CHECKING:
    from xmsw.accounts.models import User

LEVELS = ((1.0, 4), (0.8, 3), (0.5, 2), (0.2, 1))
ICONS = {4: "circle-check", 3: "circle-half-2", 2: "alert-triangle", 1: "alert-triangle", 0: "alert-circle"}
TREND_MONTHS = 12


@dataclass
class Counts:
    """Outcomes counted; `pending` stays in the denominator (trap 8)."""

    met: int = 0
    info: int = 0
    pending: int = 0
    warning: int = 0
    violation: int = 0

    def add(self, row: dict[str, Any]) -> None:
        for name in OUTCOME_COLUMNS:
            setattr(self, name, getattr(self, name) + row[name])

    @property
    def total(self) -> int:
        return self.met + self.info + self.pending + self.warning + self.violation

    @property
    def unmet(self) -> int:
        return self.total - self.met

    @property
    def share(self) -> float | None:
        return self.met / self.total if self.total else None

    @property
    def percent(self) -> str:
        """«83.3%», rounded down so that 100% means all."""
        return "—" if not self.total else f"{self.met * 1000 // self.total / 10:g}%"

    @property
    def level(self) -> str:
        """4 best … 0 worst, «none» without subjects: the colour of a cell."""
        if self.share is None:
            return "none"
        return str(next((level for least, level in LEVELS if self.share >= least), 0))

    @property
    def icon(self) -> str:
        return "minus" if self.share is None else ICONS[int(self.level)]


@dataclass
class Picture:
    """Outcomes of a day by place and rule."""

    places: dict[str, dict[int, Counts]] = field(default_factory=dict)

    def sum(self, numbers: Collection[int], place: str | None = None) -> Counts:
        """Counts of some rules, in one place or in all."""
        found = Counts()
        chosen = self.places.values() if place is None else [self.places.get(place, {})]
        for by_rule in chosen:
            for number in numbers:
                if number in by_rule:
                    found.add(vars(by_rule[number]))
        return found

    @property
    def is_empty(self) -> bool:
        return not self.places


def tallies(user: User, area: str, day: date | None) -> QuerySet[Tally]:
    """Visible tallies of a place; `day` None is the present."""
    rows = Tally.objects.visible_to(user).filter(street__startswith=area)
    return rows.filter(day__isnull=True) if day is None else rows.filter(day=day)


def picture(user: User, area: str, day: date | None) -> Picture:
    """Outcomes by the regions right below `area` and by rule; one query."""
    digits = DEEPER.get(len(area), 9)
    sums = {name: Sum(name) for name in OUTCOME_COLUMNS}
    places: dict[str, dict[int, Counts]] = defaultdict(dict)
    for row in tallies(user, area, day).values("rule", place=Left("street", digits)).annotate(**sums):
        places[row["place"]][row["rule"]] = Counts(**{name: row[name] for name in OUTCOME_COLUMNS})
    return Picture(dict(places))


def heat(found: Picture, parts: dict[str, str]) -> tuple[list[Topic], list[dict[str, Any]]]:
    """Columns that have subjects here, and a row a place; places without a name of their own stand under the area."""
    columns = [each for each in TOPICS if found.sum(each.numbers).total]
    names = {**parts, **{code: "未分到下级的单位" for code in found.places if code not in parts}}
    grid = [
        {
            "code": code,
            "name": name,
            "deeper": code in parts,
            "cells": [{"topic": column, "counts": found.sum(column.numbers, code)} for column in columns],
        }
        for code, name in names.items()
    ]
    return columns, grid


def figures(user: User, area: str, fact: str, found: Picture) -> dict[str, Any]:
    """The overview's numbers. `fact` counts professionals today; without it, a past day, the snapshot alone tells."""
    staffed = found.sum(numbers_of(("full-time-professional",)))
    without = found.sum(numbers_of(AT_LEAST_ONE)).violation
    return {
        "employers": found.sum(numbers_of(NAMED_KINDS)).total,
        "obliged": found.sum(numbers_of(AT_LEAST_ONE)).total,
        "without_post": without_post(user, area).count() if fact else without,
        "without_holder": without_holder(user, area, fact=fact).count() if fact else staffed.violation - without,
        "staffed": staffed,
        "violations": found.sum([each.number for each in rules.rules_of_employers()]).violation,
    }


def month_ends(until: date, months: int = TREND_MONTHS) -> list[date]:
    """Last days of the months before that of `until`, oldest first."""
    days = []
    first = until.replace(day=1)
    for _ in range(months):
        last = first - timedelta(days=1)
        days.append(last)
        first = last.replace(day=1)
    return days[::-1]


def trend(user: User, area: str, on: date, *, present: bool) -> dict[str, Any] | None:
    """Share of 城市社区 with a post, and with a full-time professional: month ends, then the day itself."""
    days: list[date | None] = [*completed_days(area, month_ends(on)), None if present else on]
    posted, staffed = numbers_of(("community-has-post",)), numbers_of(("full-time-professional",))
    rows = Tally.objects.visible_to(user).filter(street__startswith=area, kind=Kind.C02, rule__in=posted | staffed)
    wanted = Q(day__in=[each for each in days if each])
    if present:
        wanted |= Q(day__isnull=True)
    sums = {name: Sum(name) for name in OUTCOME_COLUMNS}
    counted = {
        (row["day"], row["rule"]): Counts(**{name: row[name] for name in OUTCOME_COLUMNS})
        for row in rows.filter(wanted).values("day", "rule").annotate(**sums)
    }
    return _chart(days, on, counted, next(iter(posted)), next(iter(staffed))) if counted else None


def _chart(
    days: list[date | None], on: date, counted: dict[tuple[date | None, int], Counts], posted: int, staffed: int
) -> dict[str, Any]:
    """Data in the shape of static/js/charts.js."""
    labels = [f"{day or on:%Y-%m-%d}" for day in days]
    series = []
    for name, rule in (("已设岗的城市社区", posted), ("有专职专业人员的城市社区", staffed)):
        shares = [counted.get((day, rule), Counts()).share for day in days]
        series.append({"name": name, "values": [None if share is None else round(share * 100, 1) for share in shares]})
    rows = [[label, *(each["values"][place] for each in series)] for place, label in enumerate(labels)]
    return {"kind": "line", "axis": "日期", "unit": "%", "max": 100, "labels": labels, "series": series, "rows": rows}
