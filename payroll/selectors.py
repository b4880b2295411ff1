"""Months, areas and the cells of peer groups that a page about peers' pay shows.

Everybody sees what is published. Officers who may see the pay of an area itself also see its live figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from payroll.benchmarking import POPULATION, SHARES, Month, months_back
from payroll.models import Benchmark, Publication, areas_open_to
from payroll.peers import NO_RUNG, Cell, Grouping, all_label, place_of, value_label
from xmsw.accounts.models import OFFICERS
from xmsw.accounts.roles import Capability
from xmsw.regions.models import Level, Region

if TYPE_CHECKING:
    from xmsw.accounts.models import User

PERCENTILES = ("p10", "p25", "p50", "p75", "p90")
FIGURES = ("mean", *PERCENTILES)
LIVE_MONTHS = 12  # how far back the live figures go


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
    """One area and sector in one month, divided by one grouping: a row each, and all of them last.

    Live figures have no publication. Rows have `labels`, one for each of `columns`.
    """

    period: date
    area: Region
    sector: str
    grouping: Grouping
    rows: list[Benchmark]
    publication: Publication | None

    @property
    def columns(self) -> tuple[str, ...]:
        """What the rows name: the sector only where they lie in different ones."""
        return columns(self.grouping, self.sector)

    @property
    def parts(self) -> list[Benchmark]:
        """The rows but the total."""
        return [row for row in self.rows if not row.whole]

    @property
    def shown(self) -> list[Benchmark]:
        """Those of `parts` with figures."""
        return [row for row in self.parts if not row.suppression]

    @property
    def withheld(self) -> int:
        """How many rows keep no figure."""
        return sum(1 for row in self.rows if row.suppression)


def columns(grouping: Grouping, sector: str) -> tuple[str, ...]:
    """What rows of the grouping name within the sector, or within all."""
    return tuple(each for each in grouping.columns if each != "sector" or not sector)


def conditions(grouping: Grouping, sector: str) -> dict[str, Any]:
    """Filter for the cells of the grouping within the sector ("" for all). Months of old tell a rung without level."""
    found: dict[str, Any] = {f"{name}__isnull": name not in grouping.dimensions for name in Cell._fields[1:]}
    if "rung" in grouping.dimensions:
        del found["level__isnull"]
    return found | ({"sector__isnull": False, "sector": sector} if sector else {})


def whole(sector: str) -> dict[str, Any]:
    """Filter for all people of the sector together."""
    found: dict[str, Any] = {f"{name}__isnull": True for name in Cell._fields[1:]}
    return found | ({"sector__isnull": False, "sector": sector} if sector else {})


def peer_group(user: User, period: date, area: Region, sector: str, grouping: Grouping) -> PeerGroup:
    """Published cells, the total last; `sector` "" means all sectors."""
    cells = Benchmark.objects.visible_to(user).filter(period=period, area=area)
    rows = list(cells.filter(Q(**conditions(grouping, sector)) | Q(**whole(sector))))
    publications = Publication.objects.visible_to(user).filter(period=period, city_id=area.code[:4])
    newest = publications.order_by("-version").first()
    return PeerGroup(period, area, sector, grouping, ordered(rows, grouping, sector), newest)


def live_group(period: date, area: Region, sector: str, grouping: Grouping) -> PeerGroup:
    """The same from the pay of this moment, nothing withheld: only for accounts that see the area's pay anyway.

    Who may see each amount needs no suppression. `area` is checked by the caller (`live_areas`).
    """
    named = ", ".join(grouping.dimensions)
    statement = f"""
        SELECT {named}, count(*)::int, round(avg(amount), 2),
               percentile_cont({SHARES}) WITHIN GROUP (ORDER BY amount)::numeric(14, 2)[]
        FROM ({POPULATION} AND e.region_id LIKE %(area)s || '%%' AND (%(sector)s = '' OR e.sector = %(sector)s)) pay
        GROUP BY GROUPING SETS (({named}), ())"""
    with connection.cursor() as cursor:
        cursor.execute(statement, Month.of(period).given | {"area": area.code, "sector": sector})
        found = [row for row in cursor.fetchall() if row[-3]]
    rows = []
    for *values, n, mean, figures in found:
        told = dict(zip(grouping.dimensions, values, strict=True)) | ({"sector": sector} if sector else {})
        percentiles = dict(zip(PERCENTILES, figures, strict=True))
        rows.append(Benchmark(period=period, area=area, n=n, mean=mean, **told, **percentiles))
    return PeerGroup(period, area, sector, grouping, ordered(rows, grouping, sector), None)


def ordered(rows: list[Benchmark], grouping: Grouping, sector: str) -> list[Benchmark]:
    """The rows with their labels, in the order of the dimensions' values, the total last."""
    named = columns(grouping, sector)
    for row in rows:
        row.whole = all(getattr(row, name) is None for name in named)
        row.labels = [_label(row, name) for name in named]
        said = row.labels[1:] if "kind" in named and "sector" in named else row.labels  # a kind says its sector
        row.label = said[0] if row.whole else " · ".join(said)
    return sorted(
        rows, key=lambda row: (row.whole, *(place_of(name, getattr(row, name)) for name in named), str(row.level))
    )


def _label(row: Benchmark, name: str) -> str:
    value = getattr(row, name)
    if value is None:
        return all_label(name)
    if name == "rung" and value == NO_RUNG and row.level is not None:
        return f"{value_label(name, value)}（{value_label('level', row.level)}）"
    return value_label(name, value)


def withheld_label(minimum: int) -> str:
    """What stands in place of withheld figures. One sentence for every reason: the reason itself would tell."""
    return f"—（少于 {minimum} 人或须保护）"


def released(group: PeerGroup) -> str:
    """When the figures were published and in which version, or that they were not."""
    if group.publication is None:
        return "实时，未发布"
    return f"{timezone.localtime(group.publication.published_at):%Y-%m-%d} 第 {group.publication.version} 版"
