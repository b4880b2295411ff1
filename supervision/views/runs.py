"""Runs of recalculation: list, start, progress, result."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from supervision.models import Run
from supervision.runs import request_run
from supervision.selectors.runs import own_counts, own_numbers, visible_runs, why, with_progress
from supervision.views import for_officers
from xmsw.accounts.roles import Capability
from xmsw.regions.models import Region

SHOWN = 30


@require_safe
@for_officers
def runs(request: HttpRequest) -> HttpResponse:
    """The latest runs, and the button that starts one."""
    rows = list(with_progress(visible_runs(request.user)).order_by("-id")[:SHOWN])
    counts = own_counts(rows, request.user)
    places = dict(Region.objects.filter(code__in={each.area for each in rows}).values_list("code", "name"))
    listed = [
        {"run": each, "counts": counts.get(each.pk), "place": places.get(each.area, "全部"), "why": why(each)}
        for each in rows
    ]
    context = {"runs": listed, "may_start": _may_start(request), "place": _place(request.user.area_code)}
    return render(request, "supervision/runs.html", context)


def _place(area: str | None) -> str:
    """The name of an area; «全部» where it is all or unknown."""
    found = Region.objects.filter(pk=area).first() if area else None
    return found.name if found else "全部"


def _may_start(request: HttpRequest) -> bool:
    return request.user.can(Capability.RECALCULATE) and not request.is_past


@require_POST
@for_officers
def start(request: HttpRequest) -> HttpResponse:
    """Recalculate the officer's own area today; leads to the unfinished run if there is one."""
    if not request.user.can(Capability.RECALCULATE):
        raise PermissionDenied
    made = request_run(request.user, day=timezone.localdate(), present=True, area=request.user.area_code)
    return redirect("supervision:run", made.pk)


@require_safe
@for_officers
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress while it runs, then the result with what to do next."""
    return _page(request, pk, "supervision/run.html")


@require_safe
@for_officers
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The live part of the run page, asked for every second until the run ends."""
    return _page(request, pk, "supervision/_progress.html")


def _page(request: HttpRequest, pk: int, template: str) -> HttpResponse:
    found: Run = get_object_or_404(with_progress(visible_runs(request.user)), pk=pk)
    context = {
        "run": found,
        "own": own_numbers(found, request.user),
        "counts": own_counts([found], request.user).get(found.pk),
        "place": _place(request.user.area_code),
        "run_place": _place(found.area),
        "why": why(found),
        "may_start": _may_start(request),
    }
    return render(request, template, context)
