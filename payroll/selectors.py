"""What the benchmark page shows: months, areas, the cells of one peer group by rung, and their picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Max

from payroll.models import Benchmark, RungCode, areas_open_to
from xmsw.regions.models import Level, Region

if TYPE_CHECKING:
    from xmsw.accounts.models import User

PERCENTILES = ("p10", "p25", "p50", "p75", "p90")
NO_RUNG = "未填档级"
ALL_RUNGS = "全部档级"
WITHHELD = "—（人数过少）"
_RUNG_ORDER: list[str | None] = [*RungCode.values, "", None]


def rung_label(rung: str | None) -> str:
    """The rung in words; None is all of them, "" pay that states none."""
    return ALL_RUNGS if rung is None else dict(RungCode.choices).get(rung, NO_RUNG)


def areas(user: User) -> list[Region]:
    """Cities and districts whose cells the account may see, the widest first."""
    condition = areas_open_to(user)
    if condition is None:
        return []
    return list(Region.objects.filter(condition, level__in=(Level.CITY, Level.DISTRICT)).order_by("level", "code"))


def months(user: User, on: date, area: Region) -> list[date]:
    """Months up to `on` in which the area has benchmarks, newest first."""
    totals = Benchmark.objects.visible_to(user).filter(area=area, sector=None, rung=None, period__lte=on)
    return list(totals.order_by("-period").values_list("period", flat=True))


@dataclass(frozen=True)
class PeerGroup:
    """One area and sector in one month, a row a rung."""

    period: date
    area: Region
    sector: str
    rows: list[Benchmark]
    changed_at: datetime | None

    @property
    def shown(self) -> list[Benchmark]:
        """Rungs with figures; the row of all rungs is not among them."""
        return [row for row in self.rows if row.rung is not None and not row.suppression]

    @property
    def withheld(self) -> int:
        """How many rows keep no figure."""
        return sum(1 for row in self.rows if row.suppression)


def peer_group(user: User, period: date, area: Region, sector: str) -> PeerGroup:
    """Cells by rung, the total last; `sector` "" means all sectors. `changed_at`: when a figure last changed."""
    month = Benchmark.objects.visible_to(user).filter(period=period)
    rows = list(month.filter(area=area, sector=sector or None))
    for row in rows:
        row.rung_label = rung_label(row.rung)
    rows.sort(key=lambda row: _RUNG_ORDER.index(row.rung))
    changed = month.filter(area=area).aggregate(at=Max("computed_at"))["at"]
    return PeerGroup(period, area, sector, rows, changed)


def chart_of(group: PeerGroup) -> dict[str, Any] | None:
    """Range bars P10–P90 by rung; None where no rung may be shown."""
    if not group.shown:
        return None
    return {
        "kind": "range",
        "axis": "薪酬档级",
        "unit": "元/月",
        "labels": [row.rung_label for row in group.shown],
        "series": [
            {"name": name.upper(), "values": [float(getattr(row, name)) for row in group.shown]} for name in PERCENTILES
        ],
        "rows": [[row.rung_label, *(f"{getattr(row, name):,.2f}" for name in PERCENTILES)] for row in group.shown],
    }


def message_of(group: PeerGroup) -> str:
    """What the chart says, in a sentence."""
    lowest, highest = (pick(group.shown, key=lambda row: row.p50) for pick in (min, max))
    if lowest.p50 == highest.p50:
        return f"{lowest.rung_label}月薪中位数 {_yuan(lowest.p50)} 元"
    return (
        f"月薪中位数从 {_yuan(lowest.p50)} 元（{lowest.rung_label}）到 {_yuan(highest.p50)} 元（{highest.rung_label}）"
    )


def sheet_rows(group: PeerGroup) -> list[tuple[Any, ...]]:
    """The table as rows for a file; figures are numbers, a withheld row says so."""
    return [
        (row.rung_label, WITHHELD)
        if row.suppression
        else (row.rung_label, row.n, *(float(getattr(row, name)) for name in PERCENTILES))
        for row in group.rows
    ]


def _yuan(value: Decimal) -> str:
    return f"{value:,.0f}"
