"""Years beside each other: confirmed year ends, and the day asked about as the last column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from posts.models import Sector
from supervision.figures import FIGURES, GROUPS, Book, Figure, Told
from supervision.figures.declared import BY_KEY
from supervision.figures.reading import ALL
from supervision.models import YearEnd, YearEndFigure
from xmsw.regions.models import Level, Region

if TYPE_CHECKING:
    from datetime import date

    from xmsw.accounts.models import User

SHOWN_YEARS = 5


@dataclass
class Column:
    """One point in time. `row`: the year end, None for the day itself. `found`: (key, sector) → value."""

    label: str
    row: YearEnd | None
    found: dict[tuple[str, str], Told] = field(default_factory=dict)

    def told(self, figure: Figure | str, sector: str = ALL) -> Told:
        """The value, «—» where that year knew no such figure."""
        declared = BY_KEY[figure] if isinstance(figure, str) else figure
        return self.found.get((declared.key, sector), Told(declared, None))


def areas_of(user: User) -> list[Region]:
    """Cities and districts whose figures the account reads: its own area and those in it."""
    rows = Region.objects.subtree(user.area_code).filter(level__in=(Level.CITY, Level.DISTRICT))
    return list(rows.order_by("code"))


def year_ends(user: User, area: str) -> list[YearEnd]:
    """The versions that count of an area, oldest first, the last SHOWN_YEARS of them."""
    rows = YearEnd.objects.visible_to(user).newest().filter(region=area).select_related("taken_by", "region")
    return list(rows.order_by("-year")[:SHOWN_YEARS])[::-1]


def kept_columns(rows: list[YearEnd]) -> list[Column]:
    """Columns of confirmed year ends; one query."""
    columns = {row.pk: Column(f"{row.year} 年末", row) for row in rows}
    for each in YearEndFigure.objects.filter(year_end__in=rows):
        if each.key in BY_KEY:
            told = Told(BY_KEY[each.key], each.part, each.whole)
            columns[each.year_end_id].found[each.key, each.sector] = told
    return list(columns.values())


def day_column(book: Book, area: str, on: date) -> Column:
    """The day asked about, of what was read."""
    column = Column(f"{on:%Y-%m-%d}", None)
    for figure in FIGURES:
        for sector in (ALL, *book.sectors(area)):
            column.found[figure.key, sector] = book.told(figure, area, sector)
    return column


class Line(NamedTuple):
    """A figure over the columns: its values, the change from the last but one to the last, whether to the better."""

    figure: Figure
    values: list[Told]
    change: str
    better: bool | None


def compared(columns: list[Column], sector: str = ALL) -> list[tuple[str, list[Line]]]:
    """The lines of each group that has any."""
    found = []
    for group in GROUPS:
        rows = []
        for figure in (each for each in FIGURES if each.group == group and (not sector or each.by_sector)):
            values = [column.told(figure, sector) for column in columns]
            before = values[-2] if len(values) > 1 else None
            rows.append(Line(figure, values, values[-1].change(before), values[-1].better(before)))
        if rows:
            found.append((group, rows))
    return found


def sectors(columns: list[Column]) -> list[tuple[str, str]]:
    """Sectors that any column knows, in the order of the policy text."""
    known = {sector for column in columns for _, sector in column.found if sector}
    return [(code, label) for code, label in Sector.choices if code in known]
