"""How a cost sheet's figures are worked out (购买服务成本核算, 三(一)-7, -8), and where each of them comes from.

A month of one head: guidance = the rung's annual standard × (1 + the buyer district's float) ÷ 12, which is what a
person gets with the personal share of the insurances in it; pay is the guidance unless the officer sets another;
insurance and fund are the employer's share, each item's rate × base, the base being the pay within the terms' bounds.
Every item is rounded half up to the cent, then a line = heads × months × (pay + insurance + fund), rounded likewise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import F, Q, Sum

from payroll.guidance import float_on, in_order, monthly, standard_on
from payroll.models import (
    ITEMS,
    ContributionTerms,
    CostCategory,
    CostLine,
    CostSheet,
    DistrictFloat,
    GuidanceStandard,
    PurchaseProject,
    RungCode,
)
from payroll.models.standards import CENT
from posts.models import Sector
from xmsw.workflow.refusals import Refused

ZERO, YEAR = Decimal(0), Decimal(12)
FUND = "housing_fund"
INSURANCES = tuple(item for item in ITEMS if item != FUND)
MOST = Decimal(10) ** 12  # yuan: what a line of the table holds is less


def cents(value: Decimal) -> Decimal:
    """To the cent, half up: as PostgreSQL rounds what is not negative."""
    return value.quantize(CENT, ROUND_HALF_UP)


def bounded(pay: Decimal, least: Decimal | None, most: Decimal | None) -> Decimal:
    """The base of a contribution, yuan a month: the pay within the bounds that are known."""
    base = pay if least is None else max(pay, least)
    return base if most is None else min(base, most)


@dataclass(frozen=True)
class Share:
    """The employer's part of one item: base × rate, yuan a month."""

    item: str
    base: Decimal
    rate: Decimal

    @property
    def label(self) -> str:
        return ITEMS[self.item]

    @property
    def amount(self) -> Decimal:
        return cents(self.base * self.rate)


@dataclass(frozen=True)
class Basis:
    """What the personnel lines of a sheet rest on: a standard, the buyer district's float on a day, and terms."""

    standard: GuidanceStandard
    terms: ContributionTerms
    own: DistrictFloat | None
    annual: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def rate(self) -> Decimal:
        """The district's float; zero where it has set none."""
        return self.own.rate if self.own else ZERO

    def guidance(self, rung: str) -> Decimal | None:
        """Yuan a month of a rung; None where the standard leaves the rung open."""
        annual = self.annual.get(rung)
        return None if annual is None else monthly(annual, self.rate)

    def shares(self, pay: Decimal) -> list[Share]:
        """The employer's part of each item for a month's pay, the housing fund last."""
        terms = self.terms
        insured = bounded(pay, terms.insurance_minimum, terms.insurance_maximum)
        saved = bounded(pay, terms.fund_minimum, terms.fund_maximum)
        return [Share(item, saved if item == FUND else insured, getattr(terms, item)) for item in (*INSURANCES, FUND)]

    def insurance(self, pay: Decimal) -> Decimal:
        """The employer's social insurance for a month's pay: the items rounded, then added."""
        return sum((each.amount for each in self.shares(pay) if each.item != FUND), ZERO)

    def fund(self, pay: Decimal) -> Decimal:
        """The employer's housing fund for a month's pay."""
        return sum((each.amount for each in self.shares(pay) if each.item == FUND), ZERO)


def basis_on(project: PurchaseProject, on: date) -> Basis:
    """What holds for a project on a day. Raises Refused where no standard or no terms are in force."""
    city, provider = project.region_id[:4], project.provider
    standard = standard_on(provider.sector, city, on) if provider.sector in PRICED_SECTORS else None
    terms = ContributionTerms.objects.filter(city_id=city).in_force(on).first()
    missing = []
    if provider.sector not in PRICED_SECTORS:
        missing.append("承接机构不是社会组织或企业，没有可用的薪酬指导标准。")
    elif standard is None:
        missing.append(
            f"{on:%Y-%m-%d} 没有施行中的{provider.get_sector_display()}薪酬指导标准。请改计价日期，或请市民政局先发布。"
        )
    if terms is None:
        missing.append(f"{on:%Y-%m-%d} 没有登记社保公积金缴费标准，请改计价日期，或请市民政局先登记。")
    if missing:
        raise Refused(missing)
    return _basis(standard, terms, project, on)


PRICED_SECTORS = (Sector.SOCIAL, Sector.ENTERPRISE)


def basis_of(sheet: CostSheet) -> Basis:
    """What a stored sheet rests on; the float is that of its pricing day."""
    return _basis(sheet.standard, sheet.terms, sheet.project, sheet.priced_on)


def _basis(standard: GuidanceStandard, terms: ContributionTerms, project: PurchaseProject, on: date) -> Basis:
    annual = {each.rung: each.annual for each in in_order(standard)}
    return Basis(standard, terms, float_on(standard, project.region_id[:6], on), annual)


def priced(line: CostLine, basis: Basis) -> CostLine:
    """Work out a line in place from its factors; `pay` None means the guidance. Raises Refused in one sentence.

    Personnel: rung, heads, months, pay → guidance, pay, insurance, fund, amount. Others: quantity, price → amount.
    """
    if line.category == CostCategory.PERSONNEL:
        line.guidance = basis.guidance(line.rung)
        line.pay = line.guidance if line.pay is None else line.pay
        if line.pay is None:
            label = RungCode(line.rung).label if line.rung else "这一档"
            raise Refused(f"「{line.title}」：指导标准没有规定{label}的数额，请填人均薪酬。")
        line.insurance, line.fund = basis.insurance(line.pay), basis.fund(line.pay)
        line.amount = cents(line.heads * line.months * (line.pay + line.insurance + line.fund))
    else:
        line.amount = cents(line.quantity * line.price)
    if line.amount >= MOST:
        raise Refused(f"「{line.title}」的金额太大，请核对人数、月数或数量。")
    return line


@dataclass(frozen=True)
class Part:
    """One category of a sheet: yuan, and its share of the total (0–1; None where the total is zero)."""

    category: str
    amount: Decimal
    total: Decimal

    @property
    def label(self) -> str:
        return CostCategory(self.category).label

    @property
    def share(self) -> Decimal | None:
        return self.amount / self.total if self.total else None


@dataclass(frozen=True)
class Figures:
    """What the lines of a sheet come to. `months`: heads × months of the personnel; `low`: lines below guidance."""

    parts: list[Part]
    total: Decimal
    personnel: Decimal
    months: Decimal
    personnel_lines: int
    lines: int
    low: int

    @property
    def others(self) -> Decimal:
        return self.total - self.personnel

    @property
    def personnel_share(self) -> Decimal | None:
        return self.personnel / self.total if self.total else None

    @property
    def other_share(self) -> Decimal | None:
        return self.others / self.total if self.total else None

    @property
    def years(self) -> Decimal:
        """Person-years."""
        return self.months / YEAR

    @property
    def per_head(self) -> Decimal | None:
        """Personnel amount a person-year, yuan to the cent; None without personnel."""
        return cents(self.personnel * YEAR / self.months) if self.months else None


def figures(sheet: CostSheet) -> Figures:
    """Totals by category, added up by the database; one query."""
    rows = CostLine.objects.filter(sheet=sheet).order_by().values("category")
    low = Sum(1, filter=Q(pay__lt=F("guidance")), default=0)
    found = {
        row["category"]: row
        for row in rows.annotate(n=Sum(1), sum=Sum("amount"), months=Sum(F("heads") * F("months")), low=low)
    }
    total = sum((row["sum"] for row in found.values()), ZERO)
    people: dict[str, Any] = found.get(CostCategory.PERSONNEL, {})
    return Figures(
        parts=[Part(code, found[code]["sum"] if code in found else ZERO, total) for code in CostCategory.values],
        total=total,
        personnel=people.get("sum", ZERO),
        months=people.get("months", ZERO),
        personnel_lines=people.get("n", 0),
        lines=sum(row["n"] for row in found.values()),
        low=people.get("low", 0),
    )


@dataclass(frozen=True)
class Trace:
    """Where a personnel line comes from: rung's annual standard, float, the month's parts, as the basis gives them."""

    line: CostLine
    annual: Decimal | None
    guidance: Decimal | None
    shares: list[Share]

    @property
    def stale(self) -> bool:
        """Whether the standard, float or terms now give other figures than the line keeps."""
        fund = sum((each.amount for each in self.shares if each.item == FUND), ZERO)
        insurance = sum((each.amount for each in self.shares), ZERO) - fund
        return (self.guidance, insurance, fund) != (self.line.guidance, self.line.insurance, self.line.fund)

    @property
    def lower(self) -> bool:
        """Whether the pay lies below the guidance."""
        return self.line.guidance is not None and self.line.pay < self.line.guidance


def traces(lines: Iterable[CostLine], basis: Basis) -> list[Trace]:
    """The origin of each personnel line."""
    return [
        Trace(line, basis.annual.get(line.rung), basis.guidance(line.rung), basis.shares(line.pay))
        for line in lines
        if line.category == CostCategory.PERSONNEL
    ]
