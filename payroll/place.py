"""Where own staff stand among their peers (三(一)-3): own pay beside published groups, and nothing else of others.

Only groups that are published and shown are used, so a page of this tells an employer nothing that the published
figures do not tell. Each person and each group of own staff is held against the finest published group that is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q

from payroll.benchmarking import COLUMNS, POPULATION, Month
from payroll.models import Benchmark, Publication
from payroll.peers import RUNG_LEVELS, Cell, place_of, value_label
from payroll.selectors import PERCENTILES
from xmsw.regions.models import Region

if TYPE_CHECKING:
    from datetime import date

    from xmsw.accounts.models import User

ESTABLISHED = "按国家规定，不与指导标准和同类人员比较"
BANDS = ("低于 P10", "P10–P25", "P25–P50", "P50–P75", "P75–P90", "高于 P90")
BY_RUNG, BY_YEARS, BY_LEVEL = ("sector", "level", "rung"), ("sector", "level", "years"), ("sector", "level")


@dataclass(frozen=True)
class Own:
    """One of the own people who counts as a peer: the group told by everything, and full-time monthly pay in yuan."""

    employment: int
    city: str
    district: str
    told: Cell
    amount: Decimal


@dataclass(frozen=True)
class Standing:
    """Own people of one group (or a single person) beside the published one; `peers` is None where none is shown."""

    labels: list[str]
    n: int
    amount: Decimal
    peers: Peers | None

    @property
    def band(self) -> str:
        """Where the own amount lies."""
        return band(self.amount, self.peers.row) if self.peers else ""


@dataclass(frozen=True)
class Peers:
    """A published group with its name, e.g. «思明区 · 社会组织 · 社会工作师三级»."""

    label: str
    row: Benchmark


def band(amount: Decimal, row: Benchmark) -> str:
    """Between which percentiles the amount lies; on one it belongs to the band above, on P90 to the one below."""
    if amount > row.p90:
        return BANDS[-1]
    return BANDS[sum(amount >= getattr(row, name) for name in PERCENTILES[:4])]


def counted(month: Month, employments: Iterable[int]) -> dict[int, Own]:
    """Those of the employments that count among peers in the month, by employment."""
    named = ", ".join(("employment", "city", "district", *COLUMNS, "amount"))
    statement = f"SELECT {named} FROM ({POPULATION} AND m.id = ANY(%(of)s)) p"
    with connection.cursor() as cursor:
        cursor.execute(statement, month.given | {"of": list(employments)})
        return {row[0]: Own(row[0], row[1], row[2], Cell(row[2], *row[3:-1]), row[-1]) for row in cursor.fetchall()}


class Published:
    """The groups of a month that the account may see and that are shown, of some areas."""

    def __init__(self, user: User, period: date, own: Iterable[Own]) -> None:
        people = list(own)
        areas = {code for each in people for code in (each.district, each.city) if code}
        sectors = {each.told.sector for each in people}
        rows = Benchmark.objects.visible_to(user).filter(
            Q(grade=None, sex=None), period=period, area__in=areas, sector__in=sectors, suppression=""
        )
        self.names = dict(Region.objects.filter(code__in=areas).values_list("code", "name"))
        self.cells = {_cell(row): row for row in rows}

    def finest(self, own: Own, chain: Sequence[tuple[str, ...]]) -> Peers | None:
        """The first of the groupings with a shown group, the district's before the city's."""
        for dimensions in chain:
            if "rung" in dimensions and not own.told.rung:
                continue
            for area in filter(None, (own.district, own.city)):
                cell = Cell(area, **{name: getattr(own.told, name) for name in dimensions})
                if cell in self.cells:
                    return Peers(self._label(cell, dimensions), self.cells[cell])
        return None

    def _label(self, cell: Cell, dimensions: tuple[str, ...]) -> str:
        named = (name for name in dimensions if name != "level" or "rung" not in dimensions)
        return " · ".join([self.names[cell.area], *(value_label(name, getattr(cell, name)) for name in named)])


def _cell(row: Benchmark) -> Cell:
    """The group of a published row. Months of old name a rung without its level."""
    cell = Cell(row.area_id, *(getattr(row, name) for name in COLUMNS))
    return cell._replace(level=int(RUNG_LEVELS[row.rung])) if row.rung else cell


def standings(own: Iterable[Own], published: Published, dimensions: tuple[str, ...]) -> list[Standing]:
    """Own people by group: their number and median, beside the finest published group of that kind."""
    groups: dict[tuple[Any, ...], list[Own]] = {}
    for each in own:
        groups.setdefault(tuple(getattr(each.told, name) for name in dimensions), []).append(each)
    unsaid = ("sector", "level") if "rung" in dimensions else ("sector",)
    named = [at for at, name in enumerate(dimensions) if name not in unsaid]
    return [
        Standing(
            [value_label(dimensions[at], values[at]) for at in named],
            len(people),
            median(each.amount for each in people),
            published.finest(people[0], (dimensions, BY_LEVEL)),
        )
        for values, people in sorted(
            groups.items(), key=lambda item: [place_of(*pair) for pair in zip(dimensions, item[0], strict=True)]
        )
    ]


def person_standing(own: Own, published: Published) -> Standing:
    """One person beside the finest published group: by rung, else by certificate and years, else by certificate."""
    return Standing([], 1, own.amount, published.finest(own, (BY_RUNG, BY_YEARS, BY_LEVEL)))


def published_months(user: User, on: date, cities: Iterable[str]) -> list[date]:
    """Months up to `on` that one of the cities has published, newest first."""
    found = Publication.objects.visible_to(user).filter(city__in=list(cities), version=1, period__lte=on)
    return list(found.order_by("-period").values_list("period", flat=True).distinct())
