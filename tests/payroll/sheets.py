"""What tests of cost sheets share: a project with a social organisation, terms, a sheet with lines."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from payroll import cost_sheets
from payroll.costing import basis_on, priced
from payroll.flows.costs import COST_SHEET
from payroll.models import ContributionTerms, CostLine, CostSheet, DistrictFloat, GuidanceStandard, PurchaseProject
from tests import builders as make
from xmsw.workflow import actions as workflow
from xmsw.workflow.registry import Decision

TODAY = date.today()
RATES = {
    "pension": "0.16",
    "medical": "0.06",
    "unemployment": "0.005",
    "injury": "0.002",
    "maternity": "0.007",
    "housing_fund": "0.12",
}
BOUNDS = {"insurance_minimum": 4000, "insurance_maximum": 9000, "fund_minimum": 2030, "fund_maximum": 30000}


def make_terms(city: str = "3502", **fields: Any) -> ContributionTerms:
    """Terms of a city since 2020."""
    rates = {item: Decimal(rate) for item, rate in RATES.items()}
    defaults = {"document": "测试缴费标准", "start": date(2020, 1, 1), **BOUNDS, **rates}
    return ContributionTerms.objects.create(city_id=city, **(defaults | fields))


def make_guidance(rate: str | None = "0.05", **fields: Any) -> GuidanceStandard:
    """A standard for social organisations with two rungs, and 思明's float on it."""
    bounds = {"float_up": Decimal("0.1"), "float_down": Decimal("0.1"), "base_wage": Decimal("101234.56")}
    shares = {"assistant_2": "0.84", "social_worker_3": "1.10"}
    standard = make.make_standard("social", shares, **(bounds | fields))
    if rate is not None:
        DistrictFloat.objects.create(
            standard=standard, district_id="350203", rate=Decimal(rate), document="区文件", start=standard.start
        )
    return standard


def make_project(**fields: Any) -> PurchaseProject:
    """A project of this year that 思明 buys from a social organisation."""
    provider = fields.pop("provider", None) or make.make_employer("E01", region="350203001")
    defaults = {
        "title": "家庭综合服务",
        "buyer": "思明区民政局",
        "region_id": "350203",
        "provider": provider,
        "amount": Decimal(1000),
        "start": TODAY - timedelta(days=30),
        "end": TODAY + timedelta(days=300),
    }
    return PurchaseProject.objects.create(**(defaults | fields))


def person(rung: str = "social_worker_3", heads: int = 2, months: str = "12", **fields: Any) -> CostLine:
    """A personnel line, not worked out yet."""
    return CostLine(
        category="personnel", title=f"社工 {rung}", rung=rung, heads=heads, months=Decimal(months), **fields
    )


def other(category: str = "activity", price: str = "1000", quantity: str = "1") -> CostLine:
    """Another line, not worked out yet."""
    return CostLine(category=category, title="其他", quantity=Decimal(quantity), unit="次", price=Decimal(price))


def make_sheet(project: PurchaseProject, lines: list[CostLine] | None = None, **fields: Any) -> CostSheet:
    """A sheet as it lies in the database, priced today, in any state."""
    basis = basis_on(project, TODAY)
    defaults = {"version": 1, "standard": basis.standard, "terms": basis.terms, "priced_on": TODAY}
    sheet = CostSheet.objects.create(project=project, **(defaults | fields))
    for place, line in enumerate([person(), other()] if lines is None else lines, start=1):
        line.sheet, line.place = sheet, place
        priced(line, basis).save()
    return sheet


def started(user: Any, project: PurchaseProject, *lines: CostLine) -> CostSheet:
    """A draft that an officer starts."""
    return cost_sheets.start(user, project, TODAY, "", lines or (person(), other()))


def move(user, sheet, name, said=""):
    return workflow.move(user, COST_SHEET, sheet.pk, name, Decision(said))


def approved(writer, approver, project, *lines):
    sheet = started(writer, project, *lines)
    move(writer, sheet, "submit")
    return move(approver, sheet, "approve")
