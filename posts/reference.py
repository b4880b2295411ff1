"""Loads the competent bureau of every kind, and every real community and service centre as an employer.

They are in the denominator from the first minute, registered or not (trap 9). 城市/农村 is a recorded decision;
居委会 is only the default for 城市 (trap 11), and a decision made by people is never overwritten here.
"""

from __future__ import annotations

from datetime import date

from posts.models import Employer, Kind, KindBureau, Sector
from xmsw.accounts.models import Bureau
from xmsw.pinyin import sort_key
from xmsw.regions.models import Level, Region

ORDER = 40
FIRST_DAY = date(2017, 1, 1)
_B = Bureau
BUREAUS: dict[str, str] = {
    **dict.fromkeys((Kind.A01, Kind.A03, Kind.A09, Kind.A10, Kind.A11, Kind.B03), _B.CIVIL_AFFAIRS),
    **dict.fromkeys((Kind.C01, Kind.C02, Kind.C03, Kind.D02, Kind.D03, Kind.D08), _B.CIVIL_AFFAIRS),
    **dict.fromkeys((Kind.E01, Kind.E02, Kind.E03, Kind.E04, Kind.E05, Kind.E06), _B.CIVIL_AFFAIRS),
    **dict.fromkeys((Kind.A04, Kind.A07), _B.WOMEN),
    **dict.fromkeys((Kind.A05, Kind.A06), _B.TRADE_UNION),
    **dict.fromkeys((Kind.B01, Kind.B04), _B.HEALTH),
    **dict.fromkeys((Kind.D04, Kind.D05, Kind.D06), _B.JUSTICE),
    Kind.A02: _B.DISABLED,
    Kind.A08: _B.YOUTH_LEAGUE,
    Kind.B02: _B.EDUCATION,
    Kind.D01: _B.GOVERNANCE,
    Kind.D07: _B.PUBLIC_SECURITY,
}
NOTES = {
    Kind.D02: "没有对应的发文部门，由牵头的民政负责",
    Kind.D03: "应由所属群团负责，请按单位调整",
    Kind.D07: "强制隔离戒毒所由司法行政负责，请按单位调整",
    Kind.D08: "没有对应的发文部门，由牵头的民政负责",
}
URBAN_DEFAULT = "按区划类型默认（居委会为城市社区），未经认定"
CENTRE_DEFAULT = "按街道（镇）建制推定"


def load() -> int:
    """Create what is missing; returns the number of communities and centres."""
    KindBureau.objects.bulk_create(
        [KindBureau(kind=kind, bureau=bureau, note=NOTES.get(kind, "")) for kind, bureau in BUREAUS.items()],
        ignore_conflicts=True,
    )
    listed = [_community(region) for region in Region.objects.at(Level.COMMUNITY)]
    listed += [_centre(region) for region in Region.objects.at(Level.STREET).filter(category__in=("街道", "镇"))]
    known = set(
        Employer.objects.filter(kind__in=(Kind.C01, Kind.C02, Kind.C03)).values_list("region_id", flat=True).distinct()
    )
    Employer.objects.bulk_create([employer for employer in listed if employer.region_id not in known])
    return len(listed)


def _community(region: Region) -> Employer:
    rural = region.category.endswith("村委会")
    return _listed(region, region.short_name, Kind.C03 if rural else Kind.C02, URBAN_DEFAULT)


def _centre(region: Region) -> Employer:
    return _listed(region, f"{region.name}社区服务中心", Kind.C01, CENTRE_DEFAULT)


def _listed(region: Region, name: str, kind: str, source: str) -> Employer:
    return Employer(
        name=name,
        pinyin=sort_key(name),
        kind=kind,
        kind_source=source,
        kind_decided_on=FIRST_DAY,
        sector=Sector.COMMUNITY,
        region=region,
        competent_bureau=BUREAUS[kind],
        state=Employer.State.LISTED,
        start=FIRST_DAY,
    )
