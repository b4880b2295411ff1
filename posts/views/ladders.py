"""Rank ladders of an employer: versions with their rungs, and the form of a new version."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from posts.actions import ladders as actions
from posts.forms.ladders import LadderForm, RungFormSet, rungs_of
from posts.models import Employer, RankLadder
from posts.views.employers import record_context, render_tab
from xmsw.dated import holds_on
from xmsw.workflow.refusals import Refused


@require_safe
def ladders(request: HttpRequest, pk: int) -> HttpResponse:
    """Tab «职级» of an employer's record: every version, the one of the as-of date marked."""
    record = record_context(request, pk, tab="ladders")
    versions = RankLadder.objects.visible_to(request.user).filter(employer=pk).prefetch_related("rungs")
    current = set(RankLadder.objects.filter(holds_on(request.on), employer=pk).values_list("pk", flat=True))
    context = {
        **record,
        "versions": [{"is": each, "current": each.pk in current} for each in versions.order_by("-start")],
        "may_change": not request.is_past and actions.may_change(request.user, record["employer"]),
    }
    return render_tab(request, "posts/_ladders.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version, filled in with the rungs of the one in force."""
    employer = get_object_or_404(Employer.objects.visible_to(request.user), pk=pk)
    if not actions.may_change(request.user, employer):
        raise PermissionDenied
    last = employer.ladders.order_by("-version").prefetch_related("rungs").first()
    before = [
        {name: getattr(rung, name) for name in ("name", "grade", "min_certificate", "min_years")}
        for rung in (last.rungs.all() if last else [])
    ]
    form, rungs = LadderForm(request.POST or None), RungFormSet(request.POST or None, initial=before, prefix="rungs")
    if request.method == "POST" and form.is_valid() and rungs.is_valid():
        try:
            made = actions.new_version(request.user, employer, rungs=rungs_of(rungs), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"第 {made.version} 版职级体系从 {made.start:%Y-%m-%d} 起施行。")
            return redirect("posts:ladders", pk)
    context = {"form": form, "rungs": rungs, "employer": employer, "last": last}
    return render(request, "posts/ladder_form.html", context, status=422 if request.method == "POST" else 200)
