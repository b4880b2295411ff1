"""一线与稳定 (一-6): frontline share, turnover and retention by place and sector, now and a year before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from posts.filters import ITSELF
from posts.models import Sector
from supervision.selectors.areas import path_to
from supervision.selectors.frontline import COHORTS, Frontline, Group, frontline
from supervision.views import for_officers
from supervision.views.registers import cell
from xmsw.policy.parameters import values_on
from xmsw.ui.listing import TEXT_LIMIT
from xmsw.ui.sheets import sheet_response
from xmsw.ui.templatetags.ui import percent

HEADER = (
    "分组",
    "名称",
    "在岗人员",
    "一线人员",
    "一线占比",
    "一年前的一线占比",
    "离职人次",
    "平均人数",
    "离职率",
    "一年前的离职率",
    *(f"满 {years} 年{what}" for years in COHORTS for what in ("的起始人数", "时还在")),
)
COLUMNS = (
    "在岗",
    "一线",
    "一线占比",
    "比一年前",
    "离职",
    "离职率",
    "比一年前",
    *(f"{years} 年留任" for years in COHORTS),
)
REASONS_SHOWN = 15


@require_safe
@for_officers
def page(request: HttpRequest) -> HttpResponse:
    """The figures of an area, of one sector where it is chosen. A fixed number of queries."""
    path = path_to(request.user, request.GET.get("area", ""))
    area, asked = path[-1], request.GET.get("sector", "")
    sector = asked if asked in Sector.values else ""
    report = frontline(request.user, area.code, request.on, sector)
    if request.GET.get("export") == "xlsx":
        return sheet_response(f"一线与稳定-{area.name}-{request.on:%Y-%m-%d}", HEADER, _rows(report))
    bounds = values_on(request.on)
    context = {
        "path": path,
        "area": area,
        "report": report,
        "sector": sector,
        "sectors": Sector.choices,
        "bounds": bounds,
        "figures": _figures(report, sector),
        "tables": [
            _table("按地区", "地区", [*report.places, report.total], report, sector, bounds),
            _table("按领域", "领域", report.sectors, report, sector, bounds),
            _reasons(report, sector),
        ],
    }
    return render(request, "supervision/frontline.html", context)


def _link(report: Frontline, name: str, place: str, sector: str, **more: str) -> str:
    """A list, narrowed to a place and a sector."""
    asked = {"area": place, "sector": sector, **more}
    return f"{reverse(f'supervision:{name}')}?{urlencode({key: value for key, value in asked.items() if value})}"


def _figures(report: Frontline, sector: str) -> list[dict[str, Any]]:
    now, before = report.total.now, report.total.before
    area = report.area
    front = f"一线占 {percent(now.share)}（{_points(report.total.share_change)}）"
    stayed = "，".join(f"{years} 年 {percent(now.retention(years))}" for years in COHORTS[1:])
    return [
        _figure("在岗人员", f"{now.people:,} 人", front, _link(report, "seated", area, sector)),
        _figure(
            "近 12 个月离职",
            f"{now.leavers:,} 人次",
            f"前一年 {before.leavers:,}",
            _link(report, "leavers", area, sector),
        ),
        _figure("离职率", percent(now.turnover), f"比一年前{_points(report.total.turnover_change)}", ""),
        _figure("1 年留任", percent(now.retention(1)), stayed, _link(report, "beginners", area, sector, years="1")),
    ]


def _figure(label: str, value: str, note: str, link: str) -> dict[str, Any]:
    return {"label": label, "value": value, "note": note, "link": link}


def _points(change: Decimal | None) -> str:
    """A change in percentage points: «+1.2 个百分点», «不变», «无从比较»."""
    if change is None:
        return "无从比较"
    points = round(change * 100, 1)
    return f"{points:+} 个百分点" if points else "不变"


def _table(
    title: str, first: str, groups: Sequence[Group], report: Frontline, sector: str, bounds: dict[str, Any]
) -> dict[str, Any]:
    rows = [{"label": each.label, "cells": _cells(each, report, sector, bounds)} for each in groups]
    return {"title": title, "first": first, "columns": COLUMNS, "rows": rows, "numeric": True}


def _cells(group: Group, report: Frontline, sector: str, bounds: dict[str, Any]) -> list[dict[str, Any]]:
    """One row in the order of COLUMNS; an INFO mark where a bound is passed."""
    now = group.now
    by_sector = group.code in Sector.values
    place, of_sector = (report.area, group.code) if by_sector else (group.code, sector)
    # What is of no place below stands under the area's own code.
    if group.code == report.area and group is not report.total and len(report.places) > 1:
        place += ITSELF

    def linked(n: int, name: str, text: str = "", **more: str) -> dict[str, Any]:
        return cell(text or f"{n:,}", _link(report, name, place, of_sector, **more) if n else "")

    fell = group.share_change is not None and -group.share_change * 100 > bounds["frontline_fall_percent"]
    much = now.turnover is not None and now.turnover * 100 > bounds["turnover_hint_percent"]
    return [
        linked(now.people, "seated"),
        linked(now.frontline, "seated", frontline="yes"),
        cell(percent(now.share)),
        cell(_points(group.share_change), tone="info" if fell else ""),
        linked(now.leavers, "leavers"),
        cell(percent(now.turnover), tone="info" if much else ""),
        cell(_points(group.turnover_change)),
        *(
            linked(now.began[years], "beginners", _stay(now.stayed[years], now.began[years]), years=str(years))
            for years in COHORTS
        ),
    ]


def _stay(stayed: int, began: int) -> str:
    return f"{stayed:,}/{began:,}（{percent(Decimal(stayed) / began)}）" if began else "—"


def _reasons(report: Frontline, sector: str) -> dict[str, Any]:
    rows = []
    for words, now, before in report.reasons[:REASONS_SHOWN]:
        findable = " ".join(words.split())[:TEXT_LIMIT] == words and now
        link = _link(report, "leavers", report.area, sector, reason=words) if findable else ""
        rows.append({"label": words, "cells": [cell(f"{now:,}", link), cell(f"{before:,}")]})
    rest = report.reasons[REASONS_SHOWN:]
    if rest:
        sums = [sum(each[place] for each in rest) for place in (1, 2)]
        rows.append({"label": f"其他 {len(rest)} 种", "cells": [cell(f"{n:,}") for n in sums]})
    columns = ("近 12 个月", "前一个 12 个月")
    return {"title": "离职原因", "first": "原因", "columns": columns, "rows": rows, "numeric": True}


def _rows(report: Frontline) -> Iterator[tuple[Any, ...]]:
    for title, groups in (("地区", [*report.places, report.total]), ("领域", report.sectors)):
        for each in groups:
            yield (title, each.label, *_numbers(each))
    for words, now, _ in report.reasons:
        yield ("离职原因", words, *[None] * 4, now)


def _numbers(group: Group) -> tuple[Any, ...]:
    now, before = group.now, group.before
    shares = [
        None if each is None else round(each, 4) for each in (now.share, before.share, now.turnover, before.turnover)
    ]
    kept = (n for years in COHORTS for n in (now.began[years], now.stayed[years]))
    return (now.people, now.frontline, *shares[:2], now.leavers, now.mean, *shares[2:], *kept)
