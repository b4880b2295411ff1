"""What the benchmark page shows: months, areas, the cells of one peer group by rung, and their picture.

Everybody sees what is published. Officers who may see the pay of an area itself also see its live figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone

from payroll.benchmarking import POPULATION, SHARES, Month, months_back
from payroll.models import Benchmark, Publication, RungCode, areas_open_to
from xmsw.accounts.models import OFFICERS
from xmsw.accounts.roles import Capability
from xmsw.regions.models import Level, Region

if TYPE_CHECKING:
    from xmsw.accounts.models import User

PERCENTILES = ("p10", "p25", "p50", "p75", "p90")
NO_RUNG = "未填档级"
ALL_RUNGS = "全部档级"
SHEET_HEADER = ("地区", "领域", "月份", "薪酬档级", "人数", *(name.upper() for name in PERCENTILES), "发布")
LIVE_MONTHS = 12  # how far back the live figures go
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


def live_areas(user: User) -> list[Region]:
    """Those of `areas` in which the account may see everybody's pay."""
    if user.role not in OFFICERS or not user.is_lead or not user.can(Capability.VIEW_PAY) or not user.area_code:
        return []
    return [each for each in areas(user) if each.code.startswith(user.area_code[:6])]


def months(user: User, on: date, area: Region) -> list[date]:
    """Months up to `on` that the area's city has published, newest first."""
    publications = Publication.objects.visible_to(user).filter(city_id=area.code[:4], version=1, period__lte=on)
    return list(publications.order_by("-period").values_list("period", flat=True))


def live_months(on: date) -> list[date]:
    """The months that live figures are offered for, this one first."""
    return [months_back(on, back) for back in range(LIVE_MONTHS)]


@dataclass(frozen=True)
class PeerGroup:
    """One area and sector in one month, a row a rung. Live figures have no publication."""

    period: date
    area: Region
    sector: str
    rows: list[Benchmark]
    publication: Publication | None

    @property
    def shown(self) -> list[Benchmark]:
        """Rungs with figures; the row of all rungs is not among them."""
        return [row for row in self.rows if row.rung is not None and not row.suppression]

    @property
    def withheld(self) -> int:
        """How many rows keep no figure."""
        return sum(1 for row in self.rows if row.suppression)


def peer_group(user: User, period: date, area: Region, sector: str) -> PeerGroup:
    """Published cells by rung, the total last; `sector` "" means all sectors."""
    rows = list(Benchmark.objects.visible_to(user).filter(period=period, area=area, sector=sector or None))
    publications = Publication.objects.visible_to(user).filter(period=period, city_id=area.code[:4])
    return PeerGroup(period, area, sector, _ordered(rows), publications.order_by("-version").first())


# Who may see each amount needs no suppression. `area` is checked by the caller (`live_areas`).
LIVE = f"""
SELECT rung, count(*)::int, percentile_cont({SHARES}) WITHIN GROUP (ORDER BY amount)::numeric(14, 2)[]
FROM (
  {POPULATION} AND e.region_id LIKE %(area)s || '%%' AND (%(sector)s = '' OR e.sector = %(sector)s)
) pay
GROUP BY GROUPING SETS ((rung), ())
"""


def live_group(period: date, area: Region, sector: str) -> PeerGroup:
    """The same from the pay of this moment, nothing withheld: only for accounts that see the area's pay anyway."""
    with connection.cursor() as cursor:
        cursor.execute(LIVE, Month.of(period).given | {"area": area.code, "sector": sector})
        found = [(rung, n, figures) for rung, n, figures in cursor.fetchall() if n]
    rows = [
        Benchmark(period=period, area=area, rung=rung, n=n, **dict(zip(PERCENTILES, figures, strict=True)))
        for rung, n, figures in found
    ]
    return PeerGroup(period, area, sector, _ordered(rows), None)


def _ordered(rows: list[Benchmark]) -> list[Benchmark]:
    for row in rows:
        row.rung_label = rung_label(row.rung)
    return sorted(rows, key=lambda row: _RUNG_ORDER.index(row.rung))


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


def withheld_label(minimum: int) -> str:
    """What stands in place of withheld figures. One sentence for every reason: the reason itself would tell."""
    return f"—（少于 {minimum} 人或须保护）"


def released(group: PeerGroup) -> str:
    """When the figures were published and in which version, or that they were not."""
    if group.publication is None:
        return "实时，未发布"
    return f"{timezone.localtime(group.publication.published_at):%Y-%m-%d} 第 {group.publication.version} 版"


def sheet_rows(group: PeerGroup, sector: str, minimum: int) -> list[tuple[Any, ...]]:
    """The table as rows for a file, each with its group and publication; a withheld row has words for figures."""
    begin, end = (group.area.name, sector, f"{group.period:%Y-%m}"), released(group)
    nothing = (withheld_label(minimum), *(None,) * len(PERCENTILES))
    return [
        (
            *begin,
            row.rung_label,
            *(nothing if row.suppression else (row.n, *(float(getattr(row, name)) for name in PERCENTILES))),
            end,
        )
        for row in group.rows
    ]


def _yuan(value: Decimal) -> str:
    return f"{value:,.0f}"
