"""Invented guidance standards: two versions of each guided sector, districts' rates, a year's figures and a draft."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from payroll.models import DistrictFloat, EconomicIndicator, GuidanceRung, GuidanceStandard, RungCode
from payroll.models.standards import GUIDED_SECTORS
from posts.models import Sector
from xmsw.regions.models import Level, Region
from xmsw.synthetic.plan import Plan

DOCUMENT = "演示标准（非正式文件）"
# First day, last day, base wage in yuan a year: invented figures.
VERSIONS = ((date(2018, 1, 1), date(2022, 12, 31), Decimal(66_000)), (date(2023, 1, 1), None, Decimal(84_000)))
SHARES = dict(zip(RungCode.values[:6], map(Decimal, ("0.70", "0.84", "0.94", "1.10", "1.24", "1.40")), strict=True))
FLOAT = Decimal("0.1")
# Rates of districts on the version in force, and figures of years: invented.
FLOATS = {"350206": Decimal("-0.05"), "350203": Decimal(0), "350213": Decimal("-0.1")}
WAGES = {2: (Decimal(84_000), "0.048", "0.004"), 1: (Decimal(88_000), "0.051", "0.011")}
RAISED = Decimal(84_840)  # for social organisations since last December, a little more


def _versions(sector: str, today: date) -> list[tuple[date, date | None, Decimal]]:
    """First day, last day and base wage of each version."""
    if sector != Sector.SOCIAL:
        return list(VERSIONS)
    raised = date(today.year - 1, 12, 1)
    start, _, wage = VERSIONS[-1]
    return [*VERSIONS[:-1], (start, raised - timedelta(days=1), wage), (raised, None, RAISED)]


def _document(start: date) -> str:
    """Versions are told apart by the year they start in."""
    return f"演示标准〔{start.year}〕（非正式文件）"


def load(plan: Plan) -> None:
    """Standards of every city; the rest for Xiamen alone."""
    cities = Region.objects.filter(level=Level.CITY) if plan.nation else Region.objects.filter(code="3502")
    standards = []
    for sector in GUIDED_SECTORS:
        for start, end, wage in _versions(sector, plan.today):
            standards += [
                GuidanceStandard(
                    city=city,
                    sector=sector,
                    document=_document(start),
                    base_year=start.year - 1,
                    base_wage=wage,
                    float_down=FLOAT,
                    float_up=FLOAT,
                    start=start,
                    end=end,
                    synthetic=True,
                )
                for city in cities
            ]
    made = GuidanceStandard.objects.bulk_create(standards)
    GuidanceRung.objects.bulk_create(
        GuidanceRung(standard=standard, rung=rung, share=share) for standard in made for rung, share in SHARES.items()
    )
    # Issued last: the rungs of an issued standard stay.
    drafts = GuidanceStandard.objects.filter(state=GuidanceStandard.State.DRAFT, synthetic=True)
    drafts.filter(end=None).update(state=GuidanceStandard.State.PUBLISHED)
    drafts.exclude(end=None).update(state=GuidanceStandard.State.SUPERSEDED)
    plan.made("演示薪酬指导标准", len(made))
    if not plan.nation:
        _of_xiamen(plan)


def _of_xiamen(plan: Plan) -> None:
    present = GuidanceStandard.objects.get(sector=Sector.COMMUNITY, city="3502", end=None)
    DistrictFloat.objects.bulk_create(
        DistrictFloat(standard=present, district_id=district, rate=rate, document=DOCUMENT, start=present.start)
        for district, rate in FLOATS.items()
    )
    EconomicIndicator.objects.bulk_create(
        EconomicIndicator(
            city_id="3502",
            year=plan.today.year - back,
            average_wage=wage,
            gdp_growth=Decimal(gdp),
            cpi_growth=Decimal(cpi),
            source=DOCUMENT,
            published_on=min(date(plan.today.year - back + 1, 6, 20), plan.today),
            synthetic=True,
        )
        for back, (wage, gdp, cpi) in WAGES.items()
    )
    draft = GuidanceStandard.objects.create(
        city_id="3502",
        sector=Sector.COMMUNITY,
        document=_document(date(plan.today.year + 1, 1, 1)),
        base_year=plan.today.year - 1,
        base_wage=WAGES[1][0],
        float_down=FLOAT,
        float_up=FLOAT,
        start=date(plan.today.year + 1, 1, 1),
        synthetic=True,
    )
    GuidanceRung.objects.bulk_create(
        GuidanceRung(standard=draft, rung=rung, share=share) for rung, share in SHARES.items()
    )
