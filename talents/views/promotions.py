"""Careers: who is due for promotion on a day, the promotion of one appointment, and the titles of certificates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from posts.filters import text_condition
from posts.models import CertificateLevel, Rung
from talents.actions import promotions as actions
from talents.actions import titles
from talents.forms.promotions import PromotionForm, TitleForm
from talents.models import Appointment, Certificate, Promotion, TitleMap
from talents.models.appointments import IN_FORCE_STATES
from talents.registration import YearsAfter
from xmsw.accounts.roles import Capability
from xmsw.dated import holds_on
from xmsw.ui.listing import Column, ListingView, Text
from xmsw.workflow.refusals import Refused


class Due(ListingView):
    """应晋升人员: on the day they meet the certificate and the years of the next rung."""

    title, name, unit, section = "应晋升人员", "应晋升人员", "人", "人才"
    capability = Capability.VIEW_PERSONNEL
    default_sort = "due"
    empty = "没有已符合晋升条件而未晋升的人员。"
    columns = (
        Column(
            "worker",
            "姓名",
            "appointment.worker.name",
            order="appointment__worker__pinyin",
            link=lambda row: reverse("talents:promote", args=[row.appointment_id]),
        ),
        Column(
            "employer",
            "单位",
            "appointment.post.employer.name",
            order="appointment__post__employer__pinyin",
            link=lambda row: reverse("posts:ladders", args=[row.appointment.post.employer_id]),
        ),
        Column("post", "岗位", "appointment.post.name"),
        Column("rung", "现职级", "rung.name"),
        Column("on", "任现职级", order="on"),
        Column("next", "高一级职级", "next_name"),
        Column("needs", "证书条件", lambda row: CertificateLevel(row.needed).label if row.needed else "不要求"),
        Column("due", "条件满足", "due_on", order="due_on"),
    )
    filters = (
        Text(
            "q",
            "单位",
            lambda rows, text: rows.filter(text_condition(text, "appointment__post__employer__")),
            "名称、拼音或代码",
        ),
    )

    def base_queryset(self) -> QuerySet:
        return due(Promotion.objects.visible_to(self.request.user), self.request.on).select_related(
            "rung", "appointment__worker", "appointment__post__employer"
        )


def due(rows: QuerySet[Promotion], on: Any) -> QuerySet[Promotion]:
    """Last promotions up to the day whose next rung's certificate and years are met by then."""
    later = Promotion.objects.filter(appointment=OuterRef("appointment"), on__gt=OuterRef("on"), on__lte=on)
    above = Rung.objects.filter(ladder=OuterRef("rung__ladder"), order=OuterRef("rung__order") + 1)
    held = Certificate.objects.filter(worker=OuterRef("appointment__worker"), issued_on__lte=on)
    return (
        rows.filter(
            ~Exists(later),
            holds_on(on, "appointment__start", "appointment__end"),
            on__lte=on,
            appointment__state__in=IN_FORCE_STATES,
        )
        .annotate(
            next_name=Subquery(above.values("name")[:1]),
            years=Subquery(above.values("min_years")[:1]),
            needed=Coalesce(Subquery(above.values("min_certificate")[:1]), 0),
            held=Coalesce(Subquery(held.order_by().values("worker").annotate(m=Max("level")).values("m")), 0),
        )
        .filter(years__isnull=False, held__gte=F("needed"))
        .annotate(due_on=YearsAfter(F("on"), F("years")))
        .filter(due_on__lte=on)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def promote(request: HttpRequest, pk: int) -> HttpResponse:
    """The career in one appointment, and the form of the next step."""
    rows = Appointment.objects.visible_to(request.user).select_related("post__employer", "worker", "rung__ladder")
    found = get_object_or_404(rows, pk=pk)
    if not request.user.can(Capability.VIEW_PERSONNEL):
        raise PermissionDenied
    rungs = actions.rungs_open(found, request.on)
    form = PromotionForm(rungs, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        rung = form.rungs[data["rung"]]
        try:
            actions.promote(request.user, pk, rung=rung, on=data["on"], document=data["document"])
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"{found.worker} 从 {data['on']:%Y-%m-%d} 起任「{rung.name}」。")
            return redirect("talents:promote", pk)
    context = {
        "appointment": found,
        "form": form,
        "rungs": [{"is": rung, "against": list(actions.hindrances(found, rung, request.on))} for rung in rungs],
        "career": found.promotions.filter(on__lte=request.on).select_related("rung__ladder").order_by("-on"),
        "may_promote": not request.is_past and actions.may_promote(request.user, found),
    }
    return render(request, "talents/promote.html", context, status=422 if form.errors else 200)


@require_safe
def title_list(request: HttpRequest) -> HttpResponse:
    """Every version of every level's title, the one of the as-of date marked."""
    versions = TitleMap.objects.order_by("level", "-start")
    current = set(TitleMap.objects.in_force(request.on).values_list("pk", flat=True))
    context = {
        "versions": [{"is": each, "current": each.pk in current} for each in versions],
        "may_edit": request.user.can(Capability.EDIT_TITLES) and not request.is_past,
    }
    return render(request, "talents/titles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def title_new(request: HttpRequest) -> HttpResponse:
    """A new version of one level's title."""
    if not request.user.can(Capability.EDIT_TITLES):
        raise PermissionDenied
    form = TitleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = titles.set_title(request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"{made} 从 {made.start:%Y-%m-%d} 起施行。")
            return redirect("talents:titles")
    return render(request, "talents/title_form.html", {"form": form}, status=422 if form.errors else 200)
