"""Benchmarks on screen: 同类人员薪酬参照, clause 三(一)-3."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from payroll import selectors
from payroll.benchmarking import month_end
from payroll.forms.benchmarks import ALL_SECTORS, PeerGroupForm
from posts.models import Sector
from xmsw.accounts.roles import Capability
from xmsw.policy.parameters import values_on
from xmsw.regions.models import Region
from xmsw.ui.sheets import sheet_response

HEADER = ("薪酬档级", "人数", *(name.upper() for name in selectors.PERCENTILES))
TEMPLATE = "payroll/benchmarks.html"


@require_safe
def benchmarks(request: HttpRequest) -> HttpResponse:
    """Percentiles of full-time-equivalent monthly pay by rung, for one month, area and sector; never of a person."""
    user = request.user
    if not (user.can(Capability.VIEW_COMPLIANCE) or user.can(Capability.VIEW_PAY)):
        raise PermissionDenied
    areas = selectors.areas(user)
    months = selectors.months(user, request.on, areas[0]) if areas else []
    if not months:
        return render(request, TEMPLATE, {"group": None, "may_import": user.can(Capability.IMPORT_STAFF)})
    form = PeerGroupForm(request.GET, months, areas, _own_area(user.area_code, areas))
    if not form.is_valid():
        raise Http404("没有这个月份、地区或领域的薪酬参照，或者不在你的工作范围内。")
    chosen = form.cleaned_data
    period = next(each for each in months if f"{each:%Y-%m}" == chosen["month"])
    area = next(each for each in areas if each.code == chosen["area"])
    return _shown(request, form, selectors.peer_group(user, period, area, chosen["sector"]))


def _own_area(code: str | None, areas: list[Region]) -> str:
    """An officer begins in the own area, others in the city."""
    codes = [each.code for each in areas]
    own = (code or "")[:6]
    return own if own in codes else codes[0]


def _shown(request: HttpRequest, form: PeerGroupForm, group: selectors.PeerGroup) -> HttpResponse:
    sector = Sector(group.sector).label if group.sector else ALL_SECTORS
    if request.GET.get("export") == "xlsx":
        name = f"同类人员薪酬参照_{group.period:%Y-%m}_{group.area.name}_{sector}"
        return sheet_response(name, HEADER, selectors.sheet_rows(group))
    context: dict[str, Any] = {
        "form": form,
        "group": group,
        "sector": sector,
        "chart": selectors.chart_of(group),
        "minimum": values_on(month_end(group.period))["benchmark_min_cell"],
    }
    if context["chart"]:
        context["message"] = f"{group.area.name} · {sector}：{selectors.message_of(group)}"
    return render(request, TEMPLATE, context)
