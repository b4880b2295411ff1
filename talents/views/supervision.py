"""Professional supervision: the list of pairs, one pair with its sessions, a new pair, a person's tab."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from posts.filters import text_condition
from talents.actions import supervision as actions
from talents.forms.supervision import EndPairForm, PairForm, SessionForm
from talents.models import SupervisionPair, SupervisionSession
from talents.places import place_choice
from talents.search import by_either
from talents.supervision import totals, with_last_year
from talents.views.courses import number
from talents.views.person import person_context, render_person
from xmsw.accounts.roles import Capability
from xmsw.dated import holds_on
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.workflow.forming import edit_methods
from xmsw.workflow.refusals import Refused

SESSIONS = 200  # shown on a pair's page, newest first
STANDS = (("now", "进行中"), ("over", "已结束"), ("silent", "近 12 个月没有督导"))


def _rows(request: HttpRequest) -> QuerySet[SupervisionPair]:
    if not (request.user.can(Capability.VIEW_PERSONNEL) or request.user.can(Capability.OWN_RECORD)):
        raise PermissionDenied
    rows = SupervisionPair.objects.visible_to(request.user).select_related("supervisor", "supervisee", "employer")
    sealed = ("supervisor__identity", "supervisor__phone", "supervisee__identity", "supervisee__phone")
    return rows.filter(start__lte=request.on).defer(*sealed)


def _page(row: SupervisionPair) -> str:
    return reverse("talents:pair", args=[row.pk])


class Pairs(ListingView):
    """Pairs whose supervisees the account sees, with what they did in the last twelve months."""

    title, name, unit, section = "专业督导", "专业督导", "对", "人才"
    template_name = "talents/pairs.html"
    default_sort = "-start"
    empty = "还没有督导关系。"
    columns = (
        Column("supervisee", "被督导者", "supervisee.name", order="supervisee__pinyin", link=_page),
        Column("supervisor", "督导者", "supervisor.name", order="supervisor__pinyin", link=_page),
        Column("employer", "用人单位", "employer.name", order="employer__pinyin"),
        Column("start", "开始", order="start"),
        Column("end", "结束"),
        Column("times", "近 12 月次数", numeric=True, order="times"),
        Column("hours", "近 12 月小时", lambda row: number(row.hours), numeric=True, order="hours"),
        Column("latest", "最近一次"),
        Column("document", "督导协议", chosen=False),
        Column("end_reason", "结束原因", chosen=False),
    )

    @cached_property
    def filters(self) -> tuple[Choice | Text, ...]:
        """Employer, either person, how it stands, area."""
        return (
            Text("q", "单位", lambda rows, text: rows.filter(text_condition(text, "employer__")), "名称、拼音或代码"),
            Text("person", "督导者或被督导者", by_either("supervisor", "supervisee"), "姓名、拼音、证书号"),
            Choice("stands", "状态", STANDS, self._standing),
            place_choice(self.request.user, lambda rows, code: rows.filter(employer__region__code__startswith=code)),
        )

    def _standing(self, rows: QuerySet, value: str) -> QuerySet:
        on = self.request.on
        if value == "over":
            return rows.filter(end__lt=on)
        rows = rows.filter(holds_on(on))
        return rows.filter(times=0) if value == "silent" else rows

    def base_queryset(self) -> QuerySet:
        return with_last_year(_rows(self.request), self.request.on)

    def context(self) -> dict[str, Any]:
        seen = SupervisionPair.objects.visible_to(self.request.user)
        may_begin = self.request.user.can(Capability.APPLY) and not self.request.is_past
        return super().context() | {"totals": totals(seen, self.request.on), "may_begin": may_begin}


@edit_methods
def new(request: HttpRequest) -> HttpResponse:
    """Record who supervises whom."""
    if not request.user.can(Capability.APPLY):
        raise PermissionDenied
    initial = {"start": request.on, "supervisee": request.GET.get("supervisee", "")}
    form = PairForm(request.user, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            made = actions.begin(request.user, _pair(data), data["name"], data["number"])
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"已登记：{made.supervisor.name} 督导 {made.supervisee.name}。接着登记每次督导。")
            return redirect("talents:pair", made.pk)
    return render(request, "talents/pair_form.html", {"form": form}, status=422 if form.errors else 200)


def _pair(data: dict[str, Any]) -> SupervisionPair:
    of = data["supervisee"]
    about = {name: data[name] for name in ("start", "end", "document")}
    return SupervisionPair(supervisor=data["supervisor"], supervisee=of.worker, employer=of.employer, **about)


@require_safe
def pair(request: HttpRequest, pk: int) -> HttpResponse:
    """One pair: agreement, hours, sessions, and the forms for those who keep it."""
    return _shown(request, pk)


def _shown(request: HttpRequest, pk: int, form: SessionForm | None = None) -> HttpResponse:
    found = get_object_or_404(with_last_year(_rows(request), request.on), pk=pk)
    keeps = not request.is_past and actions.may_keep(request.user, found)
    sessions = SupervisionSession.objects.visible_to(request.user).filter(pair=found, on__lte=request.on)
    context = {
        "pair": found,
        "sessions": sessions.order_by("-on", "-pk")[:SESSIONS],
        "shown": SESSIONS,
        "keeps": keeps,
        "own": request.user.can(Capability.OWN_RECORD),
        "running": found.end is None or found.end >= request.on,
        "form": form or SessionForm(),
        "end_form": EndPairForm(),
    }
    wrong = form is not None and form.errors
    return render(request, "talents/pair.html", context, status=422 if wrong else 200)


@require_POST
def session_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record one session of a pair."""
    get_object_or_404(_rows(request), pk=pk)
    form = SessionForm(request.POST, instance=SupervisionSession())
    if form.is_valid():
        try:
            made = actions.record(request.user, pk, form.save(commit=False))
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"已登记 {made.on:%Y-%m-%d} 的督导。")
            return redirect("talents:pair", pk)
    return _shown(request, pk, form)


@require_POST
def session_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take out a session entered by mistake."""
    rows = SupervisionSession.objects.visible_to(request.user)
    found = get_object_or_404(rows, pk=pk)
    try:
        actions.remove(request.user, found.pair_id, pk)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"已删除 {found.on:%Y-%m-%d} 的督导。")
    return redirect("talents:pair", found.pair_id)


@require_POST
def pair_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a pair with the reason."""
    get_object_or_404(_rows(request), pk=pk)
    form = EndPairForm(request.POST)
    if form.is_valid():
        try:
            actions.end(request.user, pk, last=form.cleaned_data["end"], reason=form.cleaned_data["reason"])
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, "已结束这段督导关系。")
    else:
        for field in form.errors.values():
            messages.error(request, field[0])
    return redirect("talents:pair", pk)


@require_safe
def tab(request: HttpRequest, pk: int) -> HttpResponse:
    """A person's supervision, on either side."""
    record = person_context(request, pk, tab="supervision")
    rows = with_last_year(_rows(request), request.on)
    context = {
        **record,
        "given": rows.filter(supervisor=record["worker"]).order_by("-start", "-pk"),
        "received": rows.filter(supervisee=record["worker"]).order_by("-start", "-pk"),
        "may_begin": request.user.can(Capability.APPLY) and not request.is_past,
    }
    return render_person(request, "talents/_supervision.html", context)
