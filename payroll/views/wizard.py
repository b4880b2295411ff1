"""适时调整 (三(一)-6): what-ifs side by side before anything is stored; and the calculator, for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from payroll import guidance
from payroll.forms.standards import SECTORS, CalculatorForm, ScenarioFormSet, WizardForm
from payroll.models import GUIDED_SECTORS, DistrictFloat, EconomicIndicator, GuidanceStandard, RungCode
from payroll.scenarios import Impact, Scenario, impacts, of_standard
from payroll.views.standards import makes, only_makers
from xmsw.dated import holds_on
from xmsw.ui.sheets import sheet_response

PREFIX = "s"
STEP = Decimal("0.0001")
HEADER = (
    "方案", "基准工资", "分组", "名称", "可比较人数", "低于下限", "占比", "补到下限每年需", "占现有薪酬",
)  # fmt: skip


@require_safe
def wizard(request: HttpRequest) -> HttpResponseBase:
    """Any number of what-ifs over the city's people, beside the version in force; `?export=xlsx`. Nothing is stored."""
    only_makers(request)
    city, on = request.user.area_code[:4], request.on
    newest = EconomicIndicator.objects.filter(city_id=city, published_on__lte=on).order_by("-year").first()
    asked = {"sector": SECTORS[0][0], "indicator": newest.pk if newest else ""} | request.GET.dict()
    form = WizardForm(request.user, asked)
    if not form.is_valid():
        return render(request, "payroll/wizard.html", {"form": form}, status=422)
    sector, indicator = form.cleaned_data["sector"], form.cleaned_data["indicator"]
    present = guidance.standard_on(sector, city, on)
    formset = _formset(request, present, indicator)
    context: dict[str, Any] = {
        "form": form,
        "formset": formset,
        "present": present,
        "indicator": indicator,
        "sector": dict(SECTORS)[sector],
        "sector_code": sector,
        "makes": makes(request),
        "keeps_floats": form.keeps_floats,
        "export": urlencode({**asked, **formset.data, "add": "", "export": "xlsx"}),
    }
    if formset.is_valid():
        floats = present.pk if present and form.keeps_floats else None
        chosen = [each for each in formset if each.cleaned_data and not each.cleaned_data.get("DELETE")]
        wanted = [each.scenario(sector, floats) for each in chosen]
        found = impacts([*([of_standard(present, "现行标准")] if present else []), *wanted], city, on)
        if request.GET.get("export") == "xlsx":
            return sheet_response(f"薪酬指导标准测算_{dict(SECTORS)[sector]}_{on:%Y-%m-%d}", HEADER, _lines(found))
        context |= {"impacts": [_with_draft(each, sector, indicator) for each in found], **_tables(found)}
    return render(request, "payroll/wizard.html", context, status=200 if formset.is_valid() else 422)


def _formset(request: HttpRequest, present: GuidanceStandard | None, indicator: EconomicIndicator | None) -> Any:
    """What was asked, with one more row where «add» was pressed; at first some proposals."""
    if f"{PREFIX}-TOTAL_FORMS" not in request.GET:
        return _bound([_row(each) for each in _proposals(present, indicator)])
    data = request.GET.dict()
    asked = ScenarioFormSet(data, prefix=PREFIX)
    if request.GET.get("add") and asked.is_valid():
        kept = [each.scenario("") for each in asked if each.cleaned_data and not each.cleaned_data.get("DELETE")]
        last = kept[-1] if kept else _proposals(present, indicator)[0]
        return _bound([_row(each) for each in [*kept, _renamed(last, f"方案{len(kept) + 1}")]])
    return asked


def _bound(rows: list[dict[str, str]]) -> Any:
    data = {f"{PREFIX}-TOTAL_FORMS": str(len(rows)), f"{PREFIX}-INITIAL_FORMS": "0"}
    for place, row in enumerate(rows):
        data |= {f"{PREFIX}-{place}-{name}": value for name, value in row.items()}
    return ScenarioFormSet(data, prefix=PREFIX)


def _renamed(scenario: Scenario, name: str) -> Scenario:
    return replace(scenario, name=name, standard=None)


def _row(scenario: Scenario) -> dict[str, str]:
    shares = {code: _percent(share) for code, share in scenario.shares.items()}
    figures = {"name": scenario.name, "base_wage": f"{scenario.base_wage:.2f}"}
    floats = {"float_down": _percent(scenario.float_down), "float_up": _percent(scenario.float_up)}
    return figures | floats | shares


def _percent(share: Decimal) -> str:
    return f"{(share * 100).quantize(STEP).normalize():f}"


def _proposals(present: GuidanceStandard | None, indicator: EconomicIndicator | None) -> list[Scenario]:
    """The version in force moved by the year's wage, by prices, by output; nothing to move where there is none."""
    if present is None:
        wage = indicator.average_wage if indicator else Decimal(100_000)
        even = {code: Decimal("0.7") + place * Decimal("0.14") for place, code in enumerate(RungCode.values[:6])}
        return [Scenario("六档均匀 70%–140%", (), wage, even, Decimal("0.1"), float_up=Decimal("0.1"))]
    base = of_standard(present)
    if indicator is None:
        return [_renamed(base, "方案1")]
    by = {f"改用 {indicator.year} 年平均工资": indicator.average_wage}
    for label, growth in (("按 CPI 涨幅调整", indicator.cpi_growth), ("按 GDP 增长调整", indicator.gdp_growth)):
        if growth is not None:
            by[label] = (present.base_wage * (1 + growth)).quantize(Decimal("0.01"))
    return [replace(_renamed(base, name), base_wage=wage) for name, wage in by.items()]


def _with_draft(impact: Impact, sector: str, indicator: EconomicIndicator | None) -> dict[str, Any]:
    """An impact with the address that drafts its scenario; the version in force needs none."""
    scenario = impact.scenario
    if scenario.standard is not None:
        return {"impact": impact, "draft": ""}
    given = {"sector": sector, "base_wage": f"{scenario.base_wage:.2f}"}
    given |= {"float_down": _percent(scenario.float_down), "float_up": _percent(scenario.float_up)}
    given |= {f"rung_{code}": _percent(share) for code, share in scenario.shares.items()}
    if indicator is not None:
        given |= {"indicator": indicator.pk, "base_year": indicator.year}
    return {"impact": impact, "draft": f"{reverse('payroll:standard-new')}?{urlencode(given)}"}


def _tables(found: list[Impact]) -> dict[str, Any]:
    """By district and by budget: a row a place, a cell a scenario."""

    def lined(name: str) -> list[dict[str, Any]]:
        by = [{cell.label: cell for cell in getattr(impact, name)} for impact in found]
        labels = list(dict.fromkeys(label for cells in by for label in cells))
        return [{"label": label, "cells": [cells.get(label) for cells in by]} for label in labels]

    return {"tables": [("按区", lined("districts")), ("按经费来源", lined("budgets"))]}


def _lines(found: list[Impact]) -> Iterator[tuple[Any, ...]]:
    """Rows of the export: each scenario in all, by district and by budget."""
    for impact in found:
        groups = (("全部", [impact.total]), ("区", impact.districts), ("经费来源", impact.budgets))
        for group, cells in groups:
            for cell in cells:
                head = (impact.scenario.name, impact.scenario.base_wage, group, cell.label, cell.people, cell.below)
                yield (*head, round(cell.share, 4), cell.gap, round(cell.growth, 4))


@login_not_required
@require_safe
def calculator(request: HttpRequest) -> HttpResponse:
    """Which band holds for a rung in a district on a day, and by which document; for everybody."""
    form = CalculatorForm(request.GET or None)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        on, share = given["on"] or timezone.localdate(), given["time_share"] or Decimal(1)
        rungs = [given["rung"]] if given["rung"] else []
        found = guidance.bands(given["sector"], given["district"].code, on, rungs)
        context |= {"bands": [_judged(each, given["pay"], share) for each in found], "on": on, "share": share}
        context["asked"] = True
    return render(request, "payroll/public_calculator.html", context)


def _judged(band: guidance.Band, pay: Decimal | None, share: Decimal) -> dict[str, Any]:
    full = None if pay is None else (pay / share).quantize(guidance.CENT)
    return {"band": band, "full": full, "missing": None if full is None else band.missing(full)}


@login_not_required
@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """The standards in force, for everybody, with the districts' rates and the former versions."""
    today = timezone.localdate()
    rows = GuidanceStandard.objects.in_force(today).prefetch_related("rungs").order_by("city", "start")
    former = GuidanceStandard.objects.filter(state="superseded", end__lt=today).order_by("-start")
    order = [sector.value for sector in GUIDED_SECTORS]
    context = {
        "standards": [_public(each, today) for each in sorted(rows, key=lambda row: order.index(row.sector))],
        "former": former.select_related("city")[:20],
    }
    return render(request, "payroll/public_standards.html", context)


def _public(standard: GuidanceStandard, today: date) -> dict[str, Any]:
    floats = DistrictFloat.objects.filter(holds_on(today), standard=standard).select_related("district")
    rungs = [
        {"label": each.get_rung_display(), "annual": each.annual, "monthly": guidance.monthly(each.annual)}
        for each in guidance.in_order(standard)
    ]
    return {"standard": standard, "rungs": rungs, "floats": list(floats.order_by("district"))}
