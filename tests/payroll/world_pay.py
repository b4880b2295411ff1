"""Guidance, pay decisions and cost sheets in each place of the walked world."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from payroll.models import (
    ContributionTerms,
    CostSheet,
    EconomicIndicator,
    GuidanceStandard,
    PayDecision,
    PurchaseProject,
)
from tests import builders as make
from tests.places import NAMES, PLACES, SOURCES
from xmsw.regions.models import Level, Region

if TYPE_CHECKING:
    pass

TODAY = date.today()


def make_guidance() -> dict[str, dict[str, Any]]:
    """A draft of a guidance standard and a year's figures of each place's city."""
    found: dict[str, dict[str, Any]] = {"standard": {}, "indicator": {}}
    for place, district in PLACES.items():
        city = district[:4]
        Region.objects.get_or_create(code=city, defaults={"name": "外地市", "level": Level.CITY})
        found["standard"][place] = make.make_standard(city_id=city, state="draft", document=f"{NAMES[place]}起草的标准")
        found["indicator"][place], _ = EconomicIndicator.objects.get_or_create(
            city_id=city, year=2020, defaults={"average_wage": 1, "source": SOURCES[city], "published_on": TODAY}
        )
    return found


def decide_pay(persons: dict[str, Any]) -> dict[str, PayDecision]:
    """A decision about each person's pay."""
    factors = {"certificate": 0, "education": 20, "seniority": 1, "performance": 2, "post": 1}
    return {
        place: PayDecision.objects.create(
            employment=person.employments.get(),
            start=make.LONG_AGO,
            base=1,
            document=NAMES[place],
            **{f"factor_{name}": value for name, value in factors.items()},
        )
        for place, person in persons.items()
    }


def make_sheets(projects: dict[str, PurchaseProject]) -> dict[str, CostSheet]:
    """A draft of a cost sheet of each place's project."""
    found = {}
    for place, project in projects.items():
        city = project.region_id[:4]
        terms = ContributionTerms.objects.filter(city_id=city).first()
        found[place] = CostSheet.objects.create(
            project=project,
            version=1,
            standard=GuidanceStandard.objects.filter(city_id=city).first(),
            terms=terms or ContributionTerms.objects.create(city_id=city, document="-", start=make.LONG_AGO),
            priced_on=TODAY,
        )
    return found
