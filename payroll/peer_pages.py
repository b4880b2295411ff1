"""Peers' pay as pictures, sentences and files: one month, the gap between the sexes, the years beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from payroll.models import Benchmark
from payroll.peers import HEADINGS
from payroll.selectors import FIGURES, PERCENTILES, PeerGroup, conditions, ordered, released, whole, withheld_label

if TYPE_CHECKING:
    from xmsw.accounts.models import User

CHART_ROWS = 16  # bars that stand beside each other legibly
LINES = 5
YEARS_SHOWN = 5
WOMEN, MEN = "2", "1"
SHEET_BEGIN = ("地区", "领域", "月份")
SHEET_END = ("人数", "平均数", *(name.upper() for name in PERCENTILES), "发布")


def charted(group: PeerGroup) -> list[Benchmark]:
    """The rows in the picture: of very many those of the most people."""
    largest = {id(row) for row in sorted(group.shown, key=lambda row: -row.n)[:CHART_ROWS]}
    return [row for row in group.shown if id(row) in largest]


def chart_of(group: PeerGroup) -> dict[str, Any] | None:
    """Range bars P10–P90 by row; None where no row may be shown."""
    rows = charted(group)
    if not rows:
        return None
    series = [{"name": name.upper(), "values": [float(getattr(row, name)) for row in rows]} for name in PERCENTILES]
    return {
        "kind": "range",
        "axis": group.grouping.label,
        "unit": "元/月",
        "labels": [row.label for row in rows],
        "series": series,
        "rows": [[row.label, *(f"{getattr(row, name):,.2f}" for name in PERCENTILES)] for row in rows],
    }


def message_of(group: PeerGroup) -> str:
    """What the chart says, in a sentence."""
    lowest, highest = (pick(group.shown, key=lambda row: row.p50) for pick in (min, max))
    said = f"{lowest.label if len(group.shown) == 1 else '各组'}月薪中位数 {_yuan(lowest.p50)} 元"
    if lowest.p50 != highest.p50:
        said = f"月薪中位数从 {_yuan(lowest.p50)} 元（{lowest.label}）到 {_yuan(highest.p50)} 元（{highest.label}）"
    cut = len(group.shown) > CHART_ROWS
    return f"{said}。图中是人数最多的 {CHART_ROWS} 组" if cut else said


@dataclass(frozen=True)
class Gap:
    """The women's median and mean as shares of the men's."""

    women: Benchmark
    men: Benchmark

    @property
    def median(self) -> Decimal:
        return self.women.p50 / self.men.p50

    @property
    def mean(self) -> Decimal:
        return self.women.mean / self.men.mean


def gap_of(group: PeerGroup) -> Gap | None:
    """None where the grouping is another or one of the two is not shown."""
    found = {row.sex: row for row in group.shown}
    return Gap(found[WOMEN], found[MEN]) if WOMEN in found and MEN in found else None


def sheet_header(group: PeerGroup) -> tuple[str, ...]:
    return (*SHEET_BEGIN, *(HEADINGS[name] for name in group.columns), *SHEET_END)


def sheet_rows(group: PeerGroup, sector: str, minimum: int) -> list[tuple[Any, ...]]:
    """The table as rows for a file, each with its group and publication; a withheld row has words for figures."""
    begin, end = (group.area.name, sector, f"{group.period:%Y-%m}"), released(group)
    nothing = (withheld_label(minimum), *(None,) * len(FIGURES))
    return [
        (*begin, *row.labels, *(nothing if row.suppression else (row.n, *map(_plain, _figures(row)))), end)
        for row in group.rows
    ]


def _figures(row: Benchmark) -> list[Decimal | None]:
    return [getattr(row, name) for name in FIGURES]


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


@dataclass(frozen=True)
class Trend:
    """Medians over the published months: `years` are the same month of each year, the newest first.

    rows: the groups of the newest month, each with `cells`, one a year (None where there is none), and `change`, from
    the year before as a share, None where either is not shown.
    """

    years: list[date]
    rows: list[Benchmark]
    chart: dict[str, Any] | None


def trend(user: User, months: list[date], group: PeerGroup) -> Trend:
    """The group's rows over the years. A month is held against the same one of other years: January has bonuses."""
    past = [month for month in months if month <= group.period]
    cells = Benchmark.objects.visible_to(user).filter(period__in=past, area=group.area)
    asked = Q(**conditions(group.grouping, group.sector)) | Q(**whole(group.sector))
    found = ordered(list(cells.filter(asked)), group.grouping, group.sector)
    by_month = {(row.period, *row.labels): row for row in found}
    years = [month for month in past if month.month == group.period.month][:YEARS_SHOWN]
    for row in group.rows:
        row.cells = [by_month.get((year, *row.labels)) for year in years]
        row.change = _change(row.cells)
    return Trend(years, group.rows, _lines(group, by_month, sorted(past)))


def _change(cells: list[Benchmark | None]) -> Decimal | None:
    new, old, *_ = [*(each and each.p50 for each in cells), None, None]
    return new / old - 1 if new and old else None


def _lines(group: PeerGroup, found: dict[tuple[date | str, ...], Benchmark], past: list[date]) -> dict[str, Any] | None:
    """One line each for everybody and the largest groups; None where a single month would be a point."""
    shown = [row for row in group.rows if row.whole and not row.suppression]
    shown += sorted(group.shown, key=lambda row: -row.n)
    if not shown or len(past) < 2:
        return None
    series = []
    for row in shown[:LINES]:
        medians = [found.get((month, *row.labels)) for month in past]
        series.append({"name": row.label, "values": [each and _plain(each.p50) for each in medians]})
    labels = [f"{month:%Y-%m}" for month in past]
    return {
        "kind": "line",
        "axis": "月份",
        "unit": "元/月",
        "labels": labels,
        "series": series,
        "rows": [
            [label, *("—" if (value := each["values"][at]) is None else f"{value:,.2f}" for each in series)]
            for at, label in enumerate(labels)
        ],
    }


def _yuan(value: Decimal) -> str:
    return f"{value:,.0f}"
