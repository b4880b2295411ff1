"""What a report is made of, whatever it is written on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from supervision.figures import Told

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Number:
    """A number in a table: as people read it, and for a sheet its value (a share in percent)."""

    text: str
    value: Decimal | int | None = None


Cell = str | Number


def printable(text: str) -> str:
    """Without control characters and what is none at all, which a Word document cannot hold; tabs and breaks stay."""
    return _UNPRINTABLE.sub("", text)


def told(found: Told) -> Number:
    """A figure as a cell."""
    return Number(found.text, found.number)


def count(value: int) -> Number:
    """A plain count as a cell."""
    return Number(f"{value:,}", value)


@dataclass(frozen=True)
class Words:
    """A paragraph."""

    text: str
    kind: str = "words"


@dataclass(frozen=True)
class Table:
    """Rows under a head. `columns`: label and whether it holds numbers; `shares`: widths on paper, relative."""

    title: str
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    shares: tuple[int, ...] = ()
    kind: str = "table"

    def texts(self) -> list[list[str]]:
        """Every cell as people read it."""
        return [[each if isinstance(each, str) else each.text for each in row] for row in self.rows]

    def lines(self) -> list[list[tuple[str, bool]]]:
        """Every cell with whether it holds a number."""
        kinds = [numeric for _, numeric in self.columns]
        return [list(zip(row, kinds, strict=True)) for row in self.texts()]

    @property
    def widths(self) -> list[int]:
        """One share a column."""
        return list(self.shares) or [1] * len(self.columns)


@dataclass(frozen=True)
class Chart:
    """A chart; `data` in the shape of static/js/charts.js, kinds «line» and «bar»."""

    title: str
    data: dict[str, Any]
    kind: str = "chart"


Block = Words | Table | Chart


@dataclass
class Section:
    """A numbered part with its blocks."""

    heading: str
    blocks: list[Block] = field(default_factory=list)


@dataclass
class Report:
    """Of an area and a year, as things stood on `day`. `basis`: where the figures come from, in one sentence."""

    area: str
    area_code: str
    year: int
    day: date
    basis: str
    synthetic: bool
    sections: list[Section] = field(default_factory=list)

    @property
    def title(self) -> str:
        return f"{self.area} {self.year} 年社会工作专业岗位开发与人才激励落实情况报告"

    @property
    def file_name(self) -> str:
        return f"{self.area}{self.year}年落实情况报告_{self.day:%Y-%m-%d}"

    def tables(self) -> list[Table]:
        """All tables in order."""
        return [each for section in self.sections for each in section.blocks if isinstance(each, Table)]
