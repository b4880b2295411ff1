"""养人→办事: services bought in place of staff, by district and year."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from payroll.purchases import Place, Year, altogether, by_place, years_to
from xmsw.accounts.roles import Capability
from xmsw.ui.sheets import sheet_response

HEADER = (
    "年度",
    "地区",
    "购买项目（个）",
    "购买金额（元）",
    "代替养人项目（个）",
    "代替养人金额（元）",
    "驻点社工（人）",
    "事业单位非在编薪酬（元）",
    "办事占比",
)


@require_safe
def purchases(request: HttpRequest) -> HttpResponse:
    """The table of one year (`year`, this one unless asked), the share over the years, and all of it as Excel."""
    officer = request.user.can(Capability.VIEW_COMPLIANCE) and request.user.can(Capability.VIEW_PAY)
    if not officer or request.user.area_code is None:
        raise PermissionDenied
    places, years = by_place(request.user, request.on), years_to(request.on)
    if request.GET.get("export") == "xlsx":
        rows = (_cells(year, place.name, place.years[year]) for year in years for place in places)
        return sheet_response(f"养人与办事_{request.on:%Y-%m-%d}", HEADER, rows)
    asked = request.GET.get("year", "")
    year = next((each for each in years if str(each) == asked), years[-1])
    context = {
        "years": list(reversed(years)),
        "year": year,
        "rows": [{"name": place.name, "of": place.years[year]} for place in places],
        "total": altogether(places, year),
        "chart": _chart(places, years),
    }
    return render(request, "payroll/purchases.html", context)


def _cells(year: int, name: str, of: Year) -> tuple[Any, ...]:
    share = None if of.share is None else round(of.share, 4)
    return (year, name, of.projects, of.amount, of.instead, of.instead_amount, of.workers, of.pay, share)


def _chart(places: list[Place], years: list[int]) -> dict[str, Any]:
    shares = [altogether(places, year).share for year in years]
    values = [None if share is None else float(round(share * 100, 2)) for share in shares]
    series = [{"name": "办事占比", "values": values}]
    return {"kind": "line", "axis": "年度", "unit": "%", "labels": [str(year) for year in years], "series": series}
