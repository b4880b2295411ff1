"""Loads the 84 org units (12 bureaus × city and six districts) under their names of 2017, with known successors."""

from __future__ import annotations

from datetime import date

from xmsw.accounts.models import Bureau, OrgUnit
from xmsw.regions.models import Level, Region

ORDER = 20
FOUNDED = date(2000, 1, 1)
# Name at city level, name at district level, as the policy's letterhead has them.
NAMES: dict[str, tuple[str, str]] = {
    Bureau.CIVIL_AFFAIRS: ("民政局", "民政局"),
    Bureau.GOVERNANCE: ("综治办", "综治办"),
    Bureau.EDUCATION: ("教育局", "教育局"),
    Bureau.PUBLIC_SECURITY: ("公安局", "公安分局"),
    Bureau.JUSTICE: ("司法局", "司法局"),
    Bureau.FINANCE: ("财政局", "财政局"),
    Bureau.HUMAN_RESOURCES: ("人力资源和社会保障局", "人力资源和社会保障局"),
    Bureau.HEALTH: ("卫生计生委", "卫生计生局"),
    Bureau.TRADE_UNION: ("总工会", "总工会"),
    Bureau.YOUTH_LEAGUE: ("团市委", "团区委"),
    Bureau.WOMEN: ("妇联", "妇联"),
    Bureau.DISABLED: ("残联", "残联"),
}
# Renamed bodies (reform of 2018–2019): last day of the old name, successor's names.
SUCCESSORS: dict[str, tuple[date, tuple[str, str]]] = {
    Bureau.GOVERNANCE: (date(2018, 12, 31), ("政法委", "政法委")),
    Bureau.HEALTH: (date(2019, 1, 31), ("卫生健康委", "卫生健康局")),
}


def load() -> int:
    """Create the units that are missing; names that were edited stay."""
    regions = list(Region.objects.filter(level__in=(Level.CITY, Level.DISTRICT)))
    existing = set(OrgUnit.objects.values_list("bureau", "region_id"))
    missing = [
        (bureau, region) for region in regions for bureau in Bureau.values if (bureau, region.code) not in existing
    ]
    for bureau, region in missing:
        _create(bureau, region)
    return len(regions) * len(Bureau)


def _create(bureau: str, region: Region) -> None:
    level = 0 if region.level == Level.CITY else 1
    successor = None
    last_day = None
    if bureau in SUCCESSORS:
        last_day, names = SUCCESSORS[bureau]
        successor = _unit(bureau, region, names[level], date.fromordinal(last_day.toordinal() + 1))
    _unit(bureau, region, NAMES[bureau][level], FOUNDED, valid_to=last_day, successor=successor)


def _unit(bureau: str, region: Region, short: str, start: date, **more: object) -> OrgUnit:
    return OrgUnit.objects.create(
        bureau=bureau,
        region=region,
        name=f"{region.name}{short}",
        short_name=short,
        valid_from=start,
        source="厦民〔2017〕317号落款与主送",
        **more,
    )
