"""Reading the figures of all cities and districts in a subtree: a statement a source, whatever the number of areas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import Left
from django.utils import timezone

from posts.models import Sector
from supervision.figures.declared import BY_KEY, FIELDS, FIGURES, JUDGED, Figure
from supervision.figures.pay import pay
from supervision.figures.sources import COUNTED, TOLD_WHERE_KNOWN
from supervision.figures.told import Told
from supervision.models import Tally
from supervision.selectors import frontline
from supervision.selectors.coverage import coverage
from talents.models import StandingCount
from talents.standing_counts import last_published
from xmsw.policy import rules
from xmsw.policy.engine import arguments_of, rows_of
from xmsw.policy.parameters import values_on
from xmsw.regions.areas import CITY_DIGITS, DISTRICT_DIGITS, in_area
from xmsw.regions.models import Level, Region

ALL = ""  # sectors together
YEAR_ONE = 1  # of the cohorts: who began in the year that ended a year ago


@dataclass
class Book:
    """Figures of a day: area code → sector («» for all) → column → amount."""

    on: date
    areas: list[Region]
    columns: dict[str, dict[str, dict[str, Decimal]]] = field(default_factory=dict)

    def told(self, figure: Figure | str, area: str, sector: str = ALL) -> Told:
        """One figure of an area, of one sector or of all."""
        declared = BY_KEY[figure] if isinstance(figure, str) else figure
        known = self.columns.get(area, {}).get(sector, {})
        whole = known.get(declared.whole) if declared.whole else None
        return Told(declared, known.get(declared.part), whole, running=(self.on.month, self.on.day) != (12, 31))

    def sectors(self, area: str) -> list[str]:
        """Sectors that have figures here, in the order of the policy text."""
        found = self.columns.get(area, {})
        return [each for each in Sector.values if each in found]


def read(on: date, within: str) -> Book:
    """Figures of every city and district in the subtree of a code. A fixed number of statements.

    What rules judge (`declared.JUDGED`) comes from the tallies of the day, so a past day must have been calculated.
    """
    areas = list(Region.objects.subtree(within).filter(level__in=(Level.CITY, Level.DISTRICT)).order_by("code"))
    book = Book(on, areas, {each.code: defaultdict(dict) for each in areas})
    parameters = values_on(on)
    arguments = arguments_of(on, {}) | {"within": f"{within}%"}
    for statement in (*COUNTED, *TOLD_WHERE_KNOWN):
        for row in rows_of(statement, arguments):
            _enter(book, row.pop("code"), row.pop("sector") or ALL, row)
    for code, sector, told in pay(on, within, parameters):
        _enter(book, code, sector, told)
    _published(book, within)
    _judged(book, within)
    _stability(book, within)
    _coverage(book, within)
    _zeros(book)
    return book


def _enter(book: Book, code: str, sector: str, found: dict[str, Any]) -> None:
    if code in book.columns:
        known = {name: Decimal(str(value)) for name, value in found.items() if value is not None}
        book.columns[code][sector].update(known)


def _published(book: Book, within: str) -> None:
    """People in congresses and consultative conferences (三(三)-2); what was withheld stays withheld."""
    rows = StandingCount.objects.filter(in_area("region__code", within))
    for code, told in last_published(rows, book.on).items():
        _enter(book, code, ALL, told.counts)


def _judged(book: Book, within: str) -> None:
    """Met and all of the judged shares, from the day's tallies."""
    keys = {rules.by_code(code).number: key for key, codes in JUDGED.items() for code in codes}
    rows = _tallies(book.on, within).filter(rule__in=keys)
    outcomes = ("info", "pending", "warning", "violation")
    sums = {"met": Sum("met"), **{name: Sum(name) for name in outcomes}}
    for row in rows.values("rule", "sector", place=Left("street", DISTRICT_DIGITS)).annotate(**sums):
        key, met = keys[row["rule"]], row["met"]
        added = {f"{key}_met": met, f"{key}_all": met + sum(row[name] for name in outcomes)}
        for code in _around(book, row["place"]):
            for sector in (ALL, row["sector"]):
                _add(book.columns[code][sector], added)


def _stability(book: Book, within: str) -> None:
    """Frontline, leavers and who stayed (一-6), as the screen of an area adds them up."""
    for (place, sector), found in frontline.cells(None, within, book.on).items():
        added = {
            "seated": found.people,
            "frontline": found.frontline,
            "leavers": found.leavers,
            "mean_seated": found.mean,
            "began": found.began[YEAR_ONE],
            "stayed": found.stayed[YEAR_ONE],
        }
        for code in _around(book, place):
            for each in (ALL, sector):
                _add(book.columns[code][each], added)


def _coverage(book: Book, within: str) -> None:
    """Posts by service field (一-2), and how many fields have a post or a project."""
    covered: dict[str, set[str]] = defaultdict(set)
    for (service, place), found in coverage(None, within, book.on).cells.items():
        for code in _around(book, place):
            _add(book.columns[code][ALL], {f"field_{service}": found.posts})
            if not found.empty:
                covered[code].add(service)
    for code, services in covered.items():
        book.columns[code][ALL]["fields_covered"] = Decimal(len(services))


def _around(book: Book, place: str) -> set[str]:
    """The areas of the book that a place lies in."""
    return {place[:CITY_DIGITS], place[:DISTRICT_DIGITS]} & book.columns.keys()


def _add(known: dict[str, Decimal], added: Mapping[str, int | Decimal]) -> None:
    for name, value in added.items():
        known[name] = known.get(name, Decimal(0)) + value


def _tallies(on: date, within: str) -> QuerySet[Tally]:
    rows = Tally.objects.filter(street__startswith=within)
    return rows.filter(day__isnull=True) if on >= timezone.localdate() else rows.filter(day=on)


def _zeros(book: Book) -> None:
    """Where nothing counted, the count is 0."""
    counted = {each.part for each in FIGURES if _counts(each)}
    for by_sector in book.columns.values():
        for name in counted:
            by_sector[ALL].setdefault(name, Decimal(0))


def _counts(figure: Figure) -> bool:
    return figure.group == FIELDS or any(f" AS {figure.part}" in statement for statement in COUNTED)
