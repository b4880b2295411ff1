"""Any list on paper: templates/print/list.typ, with columns as wide as what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from unicodedata import east_asian_width

from xmsw.printing.pdf import pdf

ROWS = 2_000
LANDSCAPE_FROM = 7  # columns
# Half-width characters on a line of A4 in the type of the table, upright and on its side.
UPRIGHT, SIDEWAYS = 96, 146
PADDING = 3
SHORT, LONG = 18, 60  # up to SHORT a column is never narrower than its text; beyond LONG a text does not widen it


@dataclass(frozen=True)
class PrintedList:
    """What stands on the paper. `columns`: label and whether right-aligned; `rows`: text a cell."""

    title: str
    place: str
    day: date
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str]]
    filters: str = ""
    unit: str = "条"
    note: str = ""

    def pdf(self) -> bytes:
        """The PDF; «第 1 页 共 3 页», the head repeats on every page, sideways from LANDSCAPE_FROM columns on."""
        sideways = len(self.columns) >= LANDSCAPE_FROM
        widths = shares([self._width(at) for at in range(len(self.columns))], SIDEWAYS if sideways else UPRIGHT)
        data = {
            "title": self.title,
            "place": self.place,
            "day": f"{self.day:%Y-%m-%d}",
            "filters": self.filters,
            "count": f"{len(self.rows):,}",
            "unit": self.unit,
            "note": self.note,
            "flipped": sideways,
            "columns": [
                {"label": label, "numeric": numeric, "share": share}
                for (label, numeric), share in zip(self.columns, widths, strict=True)
            ],
            "rows": self.rows,
        }
        return pdf("list", data)

    def _width(self, at: int) -> int:
        return max(map(width, [self.columns[at][0], *(row[at] for row in self.rows)])) + PADDING


def width(text: str) -> int:
    """In half-width characters: a Chinese character counts two."""
    return sum(2 if east_asian_width(each) in "WFA" else 1 for each in text)


def shares(widths: Sequence[int], line: int) -> list[int]:
    """Parts of the line a column gets: short ones what they need, long ones the rest in proportion."""
    wanted = [min(each, LONG) for each in widths]
    room = line - sum(each for each in wanted if each <= SHORT)
    long = sum(each for each in wanted if each > SHORT)
    if long <= room or room < SHORT * sum(each > SHORT for each in wanted):
        return wanted
    return [each if each <= SHORT else max(SHORT, each * room // long) for each in wanted]
