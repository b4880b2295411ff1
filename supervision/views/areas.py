"""What a city and its districts owe (市区职责): rules by area, what is open, as a page and as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from supervision.selectors.obligations import Obligation, area_rules, obligations, unmet
from supervision.views import for_officers
from xmsw.ui.sheets import sheet_response

HEADER = ("地区", "条款", "规则", "结果", "说明", "怎么办")


@require_safe
@for_officers
def areas(request: HttpRequest) -> HttpResponse:
    """Each rule over the city and its districts, on the as-of day."""
    found = obligations(request.user, request.on)
    if request.GET.get("export") == "xlsx":
        return sheet_response(f"市区职责-{request.on:%Y-%m-%d}", HEADER, (_row(each) for each in found))
    places = list(dict.fromkeys(each.area for each in found))
    cells = {(each.verdict.rule.number, each.area.pk): each for each in found}
    grid = [{"rule": rule, "cells": [cells.get((rule.number, place.pk)) for place in places]} for rule in area_rules()]
    return render(request, "supervision/areas.html", {"places": places, "grid": grid, "open": unmet(found)})


def _row(each: Obligation) -> tuple[Any, ...]:
    told = each.verdict
    return (each.area.name, told.rule.clause, told.rule.title, told.outcome.label, told.message, told.mend)
