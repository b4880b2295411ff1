"""The officer's overview, today or on a past day, drilled down to the employers of a street."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from posts.models import Employer
from supervision.models import EmployerFacts, Run
from supervision.runs import request_run
from supervision.selectors import areas, lists
from supervision.selectors import overview as selectors
from supervision.selectors.runs import last_present_run, past_runs, with_progress
from supervision.views import for_officers
from xmsw.regions.models import Region
from xmsw.ui.paging import paged
from xmsw.workflow.refusals import Refused


@require_safe
@for_officers
def overview(request: HttpRequest) -> HttpResponse:
    """Figures, heat grid with drill-down (`?area=`), trend; a past day needs its snapshot first."""
    path = areas.path_to(request.user, request.GET.get("area", ""))
    area = path[-1]
    day = request.on if request.is_past else None
    context = {"area": area, "path": path, "day": day}
    if day:
        known = past_runs(area.code, day)
        done = next((each for each in known if each.state == Run.State.DONE), None)
        if done is None:
            return _uncalculated(request, context, known)
        context["calculated"] = done
    else:
        context["calculated"] = last_present_run(area.code)
    return render(request, "supervision/overview.html", {**context, **_shown(request, area, day)})


def _shown(request: HttpRequest, area: Region, day: date | None) -> dict[str, Any]:
    found = selectors.picture(request.user, area.code, day)
    parts = areas.parts_of(area)
    fact = lists.professionals(request.on)
    columns, grid = selectors.heat(found, parts)
    return {
        "empty": found.is_empty,
        "figures": selectors.figures(request.user, area.code, fact if day is None else "", found),
        "columns": columns,
        "grid": grid if parts else [],
        "whole": [{"topic": each, "counts": found.sum(each.numbers)} for each in columns],
        "trend": selectors.trend(request.user, area.code, request.on, present=day is None) if parts else None,
        "street": None if parts else {**_street(request, area, day), "fact": fact},
    }


def _uncalculated(request: HttpRequest, context: dict[str, Any], known: list[Run]) -> HttpResponse:
    """A past day nobody has calculated yet: offer it, or show how far it is."""
    newest = known[0] if known else None
    run = with_progress(Run.objects.filter(pk=newest.pk)).get() if newest else None
    return render(request, "supervision/past.html", {**context, "run": run})


def _street(request: HttpRequest, area: Region, day: date | None) -> dict[str, Any]:
    """Employers of one street with their facts and open findings."""
    rows = Employer.objects.visible_to(request.user).in_force(request.on).within(area.code)
    page = paged(request, rows, ("pinyin", "id"))
    ids = [each.pk for each in page.rows]
    if day:
        facts = {each["id"]: each for each in lists.past_facts(rows.filter(pk__in=ids), day, "TRUE")}
        counts: dict[int, dict[str, int]] = {}
    else:
        facts = {each.pk: vars(each) for each in EmployerFacts.objects.visible_to(request.user).filter(pk__in=ids)}
        counts = lists.finding_counts(request.user, ids)
    listed = [{"employer": each, "facts": facts.get(each.pk), "counts": counts.get(each.pk)} for each in page.rows]
    return {"page": page, "employers": listed}


@require_POST
@for_officers
def past(request: HttpRequest) -> HttpResponse:
    """Ask for the snapshot of the as-of date; harmless while the frame is read-only."""
    area = areas.path_to(request.user, request.POST.get("area", ""))[-1]
    if request.on < timezone.localdate():
        try:
            request_run(request.user, day=request.on, present=False, area=area.code)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
    return redirect(f"{reverse('supervision:overview')}?{urlencode({'area': area.code})}")
