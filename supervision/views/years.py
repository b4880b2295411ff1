"""Year by year (一-1, 四(三)-3, -4): figures of an area beside its year ends, outcomes, confirming a year end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from supervision import year_ends as actions
from supervision.figures import FIGURES, chart, read
from supervision.figures.declared import HONOUR
from supervision.models import Run, YearEnd
from supervision.runs import request_run
from supervision.selectors import years as selectors
from supervision.selectors.clauses import EVERY_STATE
from supervision.selectors.runs import calculated, with_progress
from supervision.selectors.years import Column
from xmsw.accounts.roles import Capability
from xmsw.policy.models import Clause
from xmsw.regions.models import Region
from xmsw.ui.numbers import whole
from xmsw.ui.sheets import sheet_response
from xmsw.workflow.refusals import Refused

View = Callable[..., HttpResponse]
SHARES = ("guided", "insured")
OUTCOMES = ("pay_mean", "pay_median", "guided", "insured", "certified_share", "pool_members")


def for_leads(view: View) -> View:
    """Only officers of the lead: figures are of all lines (四(一)-4)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        user = request.user
        if not (user.can(Capability.TAKE_SNAPSHOTS) and user.is_lead):
            raise PermissionDenied
        return view(request, *args, **named)

    return guarded


def asked_area(request: HttpRequest, areas: list[Region]) -> Region:
    """The area of `?area=`, the account's own by default; 404 outside it."""
    code = request.GET.get("area") or request.POST.get("area") or request.user.area_code
    found = next((each for each in areas if each.code == code), None)
    if found is None:
        raise Http404("这个地区不在你的工作范围内。")
    return found


@require_safe
@for_leads
def years(request: HttpRequest) -> HttpResponse:
    """Every figure at each year's end and on the day, with the change; as a file too."""
    areas = selectors.areas_of(request.user)
    area = asked_area(request, areas)
    columns = _columns(request, area)
    known = selectors.sectors(columns)
    sector = request.GET.get("sector", "")
    sector = sector if sector in dict(known) else ""
    if request.GET.get("export") == "xlsx":
        header = ("类别", "指标", "条款", "单位", *(each.label for each in columns))
        return sheet_response(f"{area.name}年度统计-{request.on:%Y-%m-%d}", header, _rows(columns, sector))
    context = {
        "areas": areas,
        "area": area,
        "columns": columns,
        "groups": selectors.compared(columns, sector),
        "sectors": known,
        "sector": sector,
        "uncalculated": columns[-1].row is None and request.is_past and not calculated(area.code, request.on),
        "confirm": _confirming(request, area),
    }
    return render(request, "supervision/years.html", context)


def _columns(request: HttpRequest, area: Region) -> list[Column]:
    """Year ends that were over by the day, then the day; a day that was confirmed is told once, as it was confirmed."""
    kept = [each for each in selectors.year_ends(request.user, area.code) if each.day <= request.on]
    columns = selectors.kept_columns(kept)
    if kept and kept[-1].day == request.on:
        return columns
    return [*columns, selectors.day_column(read(request.on, area.code), area.code, request.on)]


def _rows(columns: list[Column], sector: str) -> Iterator[tuple[Any, ...]]:
    for group, rows in selectors.compared(columns, sector):
        for figure, values, _, _ in rows:
            yield (group, figure.label, figure.clause, figure.unit, *(each.plain for each in values))


def _confirming(request: HttpRequest, area: Region) -> dict[str, Any] | None:
    """The year that ended last: whether it is confirmed, calculated, being calculated; nothing on a past day."""
    if request.is_past or not actions.may_take(request.user):
        return None
    year = request.on.year - 1
    run = actions.calculation(area.code, year)
    newest = YearEnd.objects.visible_to(request.user).newest().filter(region=area, year=year).first()
    return {
        "year": year,
        "day": actions.last_day(year),
        "newest": newest,
        "run": with_progress(Run.objects.filter(pk=run.pk)).get() if run else None,
        "fresh": actions.is_fresh(run),
    }


@require_POST
@for_leads
def calculate(request: HttpRequest) -> HttpResponse:
    """Judge the last day of the year that ended last anew, so that its year end can be confirmed."""
    area = asked_area(request, selectors.areas_of(request.user))
    if not request.is_past:
        day = actions.last_day(request.on.year - 1)
        try:
            request_run(request.user, day=day, present=False, area=area.code)
        except Refused as refused:
            messages.error(request, refused.sentence)
    return _back(area)


@require_POST
@for_leads
def take(request: HttpRequest) -> HttpResponse:
    """Confirm it, or a corrected version of it."""
    area = asked_area(request, selectors.areas_of(request.user))
    if request.is_past:
        raise PermissionDenied("查看过去日期时不能确认。")
    year = request.on.year - 1
    try:
        seen = whole(request.POST.get("seen", ""))
        made = actions.take(request.user, area.code, year, request.POST.get("reason", "")[:200], seen=seen)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(
            request, f"{year} 年末统计已确认：{'、'.join(each.region.name for each in made)}。以后不再改变。"
        )
    return _back(area)


def _back(area: Region) -> HttpResponse:
    return redirect(f"{reverse('supervision:years')}?{urlencode({'area': area.code})}")


@require_safe
@for_leads
def year_end(request: HttpRequest, pk: int) -> HttpResponse:
    """One year end as it was confirmed, with its versions and whether it is whole."""
    found = get_object_or_404(YearEnd.objects.visible_to(request.user).select_related("region", "taken_by"), pk=pk)
    column = selectors.kept_columns([found])[0]
    quotes = dict(Clause.objects.values_list("pk", "quote"))
    clauses = [
        {"row": each, "quote": quotes.get(each.clause, ""), "label": EVERY_STATE.get(each.state, each.state)}
        for each in found.clauses.order_by("pk")
    ]
    same = YearEnd.objects.visible_to(request.user).filter(region=found.region, year=found.year)
    context = {
        "found": found,
        "groups": selectors.compared([column]),
        "clauses": clauses,
        "versions": same.select_related("taken_by").order_by("-version"),
        "whole": actions.is_whole(found),
    }
    return render(request, "supervision/year_end.html", context)


@require_safe
@for_leads
def outcomes(request: HttpRequest) -> HttpResponse:
    """Whether pay and standing clearly improved (四(三)-4): by year, and district by district today."""
    areas = selectors.areas_of(request.user)
    area = asked_area(request, areas)
    columns = _columns(request, area)
    book = read(request.on, area.code)
    parts = [each for each in book.areas if each.code != area.code]
    points = [(each.name, [book.told(key, each.code) for key in SHARES]) for each in parts]
    honours = [each for each in FIGURES if each.group == HONOUR]
    context = {
        "areas": areas,
        "area": area,
        "figures": [_headline(columns, each) for each in FIGURES if each.key in OUTCOMES],
        "pay": _over(columns, "pay_mean", "pay_median"),
        "shares": _over(columns, "guided", "insured", "certified_share"),
        "districts": chart("bar", "地区", SHARES, points) if points else None,
        "honours": [(each, [column.told(each) for column in columns]) for each in honours],
        "columns": columns,
        "uncalculated": request.is_past and not calculated(area.code, request.on),
    }
    return render(request, "supervision/outcomes.html", context)


def _headline(columns: list[Column], figure: Any) -> dict[str, Any]:
    values = [column.told(figure) for column in columns]
    before = values[-2] if len(values) > 1 else None
    return {
        "label": figure.label, "value": values[-1].text, "clause": figure.clause,
        "change": values[-1].change(before), "better": values[-1].better(before),
        "since": columns[-2].label if before else "",
    }  # fmt: skip


def _over(columns: list[Column], *keys: str) -> dict[str, Any]:
    """A line a figure, over the columns."""
    return chart("line", "时间", keys, ((each.label, [each.told(key) for key in keys]) for each in columns))
