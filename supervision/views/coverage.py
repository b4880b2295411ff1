"""覆盖情况 (一-2): a heat map of service fields by place, each number a link to exactly what it counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from posts.filters import ITSELF
from posts.models import ServiceField
from supervision.selectors.areas import path_to
from supervision.selectors.coverage import Cell, Coverage, coverage
from supervision.views import for_officers
from xmsw.ui.sheets import sheet_response

HEADER = ("服务领域", "地区", "在设岗位", "在岗人员", "执行中的项目", "提示")
LISTS = {"posts": "supervision:field-posts", "people": "supervision:seated", "projects": "payroll:projects"}
UNITS = {"posts": "岗", "people": "人", "projects": "项"}
DENSE, HALF = "4", 2


@require_safe
@for_officers
def page(request: HttpRequest) -> HttpResponse:
    """Fields × districts of a city, or streets of a district; `area` looks deeper. A fixed number of queries."""
    path = path_to(request.user, request.GET.get("area", ""))
    area = path[-1]
    found = coverage(request.user, area.code, request.on)
    if request.GET.get("export") == "xlsx":
        return sheet_response(f"覆盖情况-{area.name}-{request.on:%Y-%m-%d}", HEADER, _rows(found))
    context = {
        "path": path,
        "area": area,
        "found": found,
        "total": found.total,
        "blank": len(found.blank),
        "places": [{"code": code, "name": name, "deeper": _deeper(found, code)} for code, name in found.places],
        "grid": [_line(found, value, label) for value, label in ServiceField.choices],
        "whole": [_shown(found, found.of_place(code), "", code, name) for code, name in found.places],
    }
    return render(request, "supervision/coverage.html", context)


def _deeper(found: Coverage, code: str) -> bool:
    return code != found.area and len(found.area) == len("3502")


def _line(found: Coverage, value: str, label: str) -> dict[str, Any]:
    cells = [_shown(found, found.cell(value, code), value, code, name) for code, name in found.places]
    most = max((each["cell"].weight for each in cells), default=0)
    for each in cells:
        each["heat"] = _heat(each["cell"], most)
    return {
        "field": value,
        "label": label,
        "cells": cells,
        "sum": _shown(found, found.of_field(value), value, "", "合计"),
    }


def _heat(cell: Cell, most: int) -> str:
    """Darker where a place has at least half of what the fullest place has."""
    if cell.empty:
        return "none"
    return DENSE if cell.weight * HALF >= most else "3"


def _shown(found: Coverage, cell: Cell, service: str, place: str, name: str) -> dict[str, Any]:
    """A cell with its numbers, each with the list that makes it up; no link where there is nothing."""
    parts = [{"n": getattr(cell, part), "unit": UNITS[part], "name": part} for part in LISTS]
    for each in parts:
        each["url"] = list_url(found, each["name"], service, place) if each["n"] else ""
    own = place == found.area and len(found.places) > 1
    return {"name": name, "cell": cell, "parts": parts, "hint": cell.empty and not own}


def list_url(found: Coverage, name: str, service: str, place: str) -> str:
    """The list of what a cell counts; «» for all fields, all places."""
    alone = place == found.area and len(found.places) > 1
    asked = {"field": service, "area": place + ITSELF if alone else place or found.area}
    return f"{reverse(LISTS[name])}?{urlencode({key: value for key, value in asked.items() if value})}"


def _rows(found: Coverage) -> Iterator[tuple[Any, ...]]:
    blank = set(found.blank)
    for value, label in ServiceField.choices:
        for code, name in found.places:
            one = found.cell(value, code)
            yield (label, name, one.posts, one.people, one.projects, "空白" if (value, code) in blank else "")
