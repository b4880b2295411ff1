"""What the guidance standards say (三(一)-5): which version and rung hold for whom on a day, and two versions compared.

Annual pay of a rung = its amount, or its share of the base wage, rounded to the cent; a month is a twelfth. A
district's own rate multiplies it. Where a district has set none, the least it may set is the floor, since nobody knows
better.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from payroll.models import DistrictFloat, GuidanceRung, GuidanceStandard, RungCode
from payroll.models.standards import CENT
from xmsw.dated import holds_on

ZERO, ONE, YEAR = Decimal(0), Decimal(1), Decimal(12)


def monthly(annual: Decimal, rate: Decimal = ZERO, time_share: Decimal = ONE) -> Decimal:
    """Yuan a month of an annual amount at a district's rate and a share of full time, to the cent, half up."""
    return (annual * (1 + rate) * time_share / YEAR).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Band:
    """What holds for one rung in one district on a day; yuan a month at full time.

    low–high: what the district may set, or twice its own pay where it has set its rate (`own` then).
    """

    standard: GuidanceStandard
    rung: str
    annual: Decimal
    own: DistrictFloat | None

    @property
    def label(self) -> str:
        """The rung in words."""
        return RungCode(self.rung).label

    @property
    def guidance(self) -> Decimal:
        """A month by the standard itself."""
        return monthly(self.annual)

    @property
    def low(self) -> Decimal:
        """The floor that pay is held against."""
        return monthly(self.annual, self.own.rate if self.own else -self.standard.float_down)

    @property
    def high(self) -> Decimal:
        """The most that the district may set, or what it did set."""
        return monthly(self.annual, self.own.rate if self.own else self.standard.float_up)

    def missing(self, pay: Decimal) -> Decimal:
        """By how much a full-time month lies below the floor; zero where it does not."""
        return max(self.low - pay, ZERO)


def standard_on(sector: str, city: str, on: date) -> GuidanceStandard | None:
    """The version of a sector in force in a city (four digits) on a day."""
    rows = GuidanceStandard.objects.in_force(on).filter(sector=sector, city_id=city)
    return rows.prefetch_related("rungs").first()


def float_on(standard: GuidanceStandard, district: str, on: date) -> DistrictFloat | None:
    """The district's rate on that day; None where it has set none."""
    return DistrictFloat.objects.filter(holds_on(on), standard=standard, district_id=district).first()


def bands(sector: str, region: str, on: date, rungs: Iterable[str] = ()) -> list[Band]:
    """The rungs of the version in force, lowest first; all of them, or those named. Empty where none is in force.

    `region`: code of a place; its first four digits are the city, its first six the district.
    """
    standard = standard_on(sector, region[:4], on)
    if standard is None:
        return []
    own = float_on(standard, region[:6], on)
    wanted = set(rungs) or set(RungCode.values)
    return [Band(standard, each.rung, each.annual, own) for each in in_order(standard) if each.rung in wanted]


def in_order(standard: GuidanceStandard) -> list[GuidanceRung]:
    """The rungs of a version, lowest first. `standard.rungs` should be prefetched."""
    found = list(standard.rungs.all())
    for each in found:
        each.standard = standard
    return sorted(found, key=lambda each: RungCode.values.index(each.rung))


def predecessor(standard: GuidanceStandard) -> GuidanceStandard | None:
    """The issued version of the same sector and city that its first day follows, or would end."""
    rows = GuidanceStandard.objects.filter(
        city_id=standard.city_id,
        sector=standard.sector,
        state__in=("published", "superseded"),
        start__lt=standard.start,
    )
    return rows.exclude(pk=standard.pk).prefetch_related("rungs").order_by("-start").first()


@dataclass(frozen=True)
class Difference:
    """One rung in two versions, yuan a year; None where a version leaves it out."""

    label: str
    before: Decimal | None
    after: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """After less before."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def growth(self) -> Decimal | None:
        """The change as a share of what was before."""
        return self.change / self.before if self.before and self.change is not None else None


def compare(before: GuidanceStandard, after: GuidanceStandard) -> list[Difference]:
    """Rung by rung, the lowest first; rungs that neither has are left out."""
    old, new = ({each.rung: each.annual for each in in_order(version)} for version in (before, after))
    return [
        Difference(RungCode(rung).label, old.get(rung), new.get(rung))
        for rung in RungCode.values
        if rung in old or rung in new
    ]
