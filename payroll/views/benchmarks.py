"""Benchmarks on screen: 同类人员薪酬参照, clause 三(一)-3, and their publication."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from payroll import actions, peer_pages, selectors
from payroll.benchmarking import Month
from payroll.forms.benchmarks import ALL_SECTORS, LIVE, TREND, PeerGroupForm, PublicationForm
from payroll.models import Publication
from payroll.peers import GROUPINGS, HEADINGS
from payroll.publishing import NotClosed
from posts.models import Sector
from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability
from xmsw.regions.models import Region
from xmsw.ui.sheets import csv_response, sheet_response

TEMPLATE = "payroll/benchmarks.html"
FILES = {"xlsx": sheet_response, "csv": csv_response}
MONTHS_TO_PUBLISH, PUBLICATIONS_SHOWN = 24, 20


@require_safe
def benchmarks(request: HttpRequest) -> HttpResponse:
    """Percentiles of full-time-equivalent monthly pay by group, for one month, area and sector; never of a person."""
    user = request.user
    if not (user.can(Capability.VIEW_COMPLIANCE) or user.can(Capability.VIEW_PAY)):
        raise PermissionDenied
    live_areas = [] if request.is_past else selectors.live_areas(user)
    live = bool(live_areas) and request.GET.get("figures") == LIVE
    areas = live_areas if live else selectors.areas(user)
    months = _months(request, areas, live)
    if not months:
        return render(request, TEMPLATE, {"group": None, "may_live": bool(live_areas), **_publishing(request)})
    form = PeerGroupForm(request.GET, months, areas, _own_area(user.area_code, areas), may_live=bool(live_areas))
    if not form.is_valid():
        raise Http404("没有这个月份、地区或领域的薪酬参照，或者不在你的工作范围内。")
    chosen = form.cleaned_data
    period = next(each for each in months if f"{each:%Y-%m}" == chosen["month"])
    area = next(each for each in areas if each.code == chosen["area"])
    given = (period, area, chosen["sector"], GROUPINGS[chosen["by"]])
    if live:
        return _shown(request, form, selectors.live_group(*given), None)
    group = selectors.peer_group(user, *given)
    asked = chosen["view"] == TREND
    return _shown(request, form, group, peer_pages.trend(user, months, group) if asked else None)


def _months(request: HttpRequest, areas: list[Region], live: bool) -> list[Any]:
    if not areas:
        return []
    return selectors.live_months(request.on) if live else selectors.months(request.user, request.on, areas[0])


def _own_area(code: str | None, areas: list[Region]) -> str:
    """An officer begins in the own area, others in the city."""
    codes = [each.code for each in areas]
    own = (code or "")[:6]
    return own if own in codes else codes[0]


def _publishing(request: HttpRequest) -> dict[str, bool]:
    return {"may_publish": _may_publish(request.user) and not request.is_past}


def _shown(
    request: HttpRequest, form: PeerGroupForm, group: selectors.PeerGroup, trend: peer_pages.Trend | None
) -> HttpResponse:
    sector = Sector(group.sector).label if group.sector else ALL_SECTORS
    month = Month.of(group.period)
    export = FILES.get(request.GET.get("export", ""))
    if export:
        name = f"同类人员薪酬参照_{group.period:%Y-%m}_{group.area.name}_{sector}_按{group.grouping.label}"
        rows = peer_pages.sheet_rows(group, sector, month.rule.people)
        return export(name, peer_pages.sheet_header(group), rows)
    context: dict[str, Any] = {
        "form": form,
        "group": group,
        "sector": sector,
        "headings": [HEADINGS[name] for name in group.columns],
        "trend": trend,
        "chart": trend.chart if trend else peer_pages.chart_of(group),
        "gap": peer_pages.gap_of(group),
        "month": month,
        "released": selectors.released(group),
        "withheld": selectors.withheld_label(month.rule.people),
        **_publishing(request),
    }
    if context["chart"]:
        said = "每月的月薪中位数" if trend else peer_pages.message_of(group)
        context["message"] = f"{group.area.name} · {sector}：{said}"
    return render(request, TEMPLATE, context)


def _may_publish(user: User) -> bool:
    """Officers of a whole city: what one of its districts shows depends on the others."""
    return user.can(Capability.PUBLISH_BENCHMARKS) and len(user.area_code or "") == 4


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """Publish a closed month of the own city anew, with a reason; and what was published before."""
    user = request.user
    if not _may_publish(user) or request.is_past:
        raise PermissionDenied
    today = timezone.localdate()
    form = PublicationForm(actions.closed_months(today, MONTHS_TO_PUBLISH), request.POST or None, request.GET.dict())
    if request.method == "POST" and form.is_valid():
        period = form.cleaned_data["month"]
        try:
            new = actions.publish_anew(user, period, form.cleaned_data["reason"], today)
        except NotClosed as refusal:
            form.add_error("month", str(refusal))
        else:
            if new is None:
                messages.info(request, f"{period:%Y-%m} 的数字与已发布的相同，没有发布新版本。")
            else:
                messages.success(request, f"已发布 {period:%Y-%m} 第 {new.version} 版。")
            return redirect(f"{reverse('payroll:benchmarks')}?month={period:%Y-%m}")
    past = Publication.objects.visible_to(user).select_related("published_by").order_by("-published_at", "-pk")
    context = {"form": form, "publications": past[:PUBLICATIONS_SHOWN]}
    return render(request, "payroll/benchmark_publish.html", context, status=422 if form.errors else 200)
