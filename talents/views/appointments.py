"""Appointments: proposal with its explanation, the page of one, its end; lists; matching of vacancies and people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from posts.filters import text_condition
from posts.models import CertificateLevel, Post
from talents.actions import appointments as actions
from talents.flows.appointments import APPOINTMENT
from talents.forms.appointments import AppointmentForm, EmployForm, EndForm
from talents.models import Appointment, Employment
from talents.remedies import remedies, with_level
from talents.search import by_person
from xmsw.accounts.roles import Capability
from xmsw.dated import holds_on
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.workflow import actions as workflow
from xmsw.workflow.pages import files
from xmsw.workflow.refusals import Refused
from xmsw.workflow.registry import Decision

WORKER_DIGITS = 19  # more would not be a bigint
EDITABLE = actions.EDITABLE


def _rows(request: HttpRequest) -> QuerySet[Appointment]:
    if not request.user.can(Capability.VIEW_PERSONNEL):
        raise PermissionDenied
    return Appointment.objects.visible_to(request.user).select_related(
        "worker", "post__employer__region", "allocating_region", "rung", "allocation__plan__region"
    )


@require_safe
def appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """All about one appointment, what may be done, and its history."""
    found = get_object_or_404(_rows(request), pk=pk)
    moves = [] if request.is_past else APPOINTMENT.open_to(request.user, found)
    against = actions.hindrances(found) if found.state in (*EDITABLE, Appointment.State.SUBMITTED) else []
    context = {
        "flow": APPOINTMENT,
        "case": found,
        "against": against,
        "moves": [each for each in moves if each.name in ("submit", "withdraw")],
        "review": any(each.name == "approve" for each in moves),
        "editable": request.user.can(Capability.APPLY) and found.state in EDITABLE and not request.is_past,
        "end_form": EndForm() if any(each.name == "end" for each in moves) else None,
        "steps": workflow.history(APPOINTMENT.key, pk),
        "attachments": files(request.user, APPOINTMENT, found),
    }
    return render(request, "talents/appointment.html", context)


def _post(request: HttpRequest, pk: int) -> Post:
    return get_object_or_404(Post.objects.visible_to(request.user).select_related("employer"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose somebody for a post."""
    post = _post(request, pk)
    initial = {"worker": request.GET.get("worker", ""), "start": timezone.localdate()}
    return _proposal(request, post, Appointment(post=post), initial)


@require_http_methods(["POST"])
def employ(request: HttpRequest, pk: int) -> HttpResponse:
    """Register somebody by exact identity number as working here, and go on to propose that person."""
    post = _post(request, pk)
    if not request.user.can(Capability.APPLY):
        raise PermissionDenied
    form = EmployForm(request.POST)
    if form.is_valid():
        try:
            worker = actions.employ(request.user, post, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"已登记{worker.name}到本单位任职。接着填聘用。")
            return redirect(f"{reverse('talents:appointment-new', args=[pk])}?worker={worker.pk}")
    blank = AppointmentForm(request.user, post, initial={"start": timezone.localdate()})
    return _form_page(request, post, None, blank, form)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a draft or returned proposal."""
    found = get_object_or_404(_rows(request), pk=pk)
    if found.state not in EDITABLE:
        messages.error(request, f"这个聘用现在是「{found.get_state_display()}」，不能再改。")
        return redirect("talents:appointment", pk)
    return _proposal(request, found.post, found, {})


def _proposal(request: HttpRequest, post: Post, found: Appointment, initial: dict[str, Any]) -> HttpResponse:
    if not request.user.can(Capability.APPLY):
        raise PermissionDenied
    form = AppointmentForm(request.user, post, request.POST or None, instance=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        proposed = form.save(commit=False)
        proposed.title = proposed.title or actions.usual_title(proposed)
        try:
            actions.propose(request.user, proposed)
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, "已保存。请核对，再提交备案。")
            return redirect("talents:appointment", proposed.pk)
    return _form_page(request, post, found, form, EmployForm(initial={"start": timezone.localdate()}))


def _form_page(
    request: HttpRequest, post: Post, found: Appointment | None, form: AppointmentForm, newcomer: EmployForm
) -> HttpResponse:
    wrong = newcomer if newcomer.errors else form
    context = {
        "form": form,
        "newcomer": newcomer,
        "wrong": wrong,
        "post": post,
        **explanation(request, post, _tried(request, found)),
    }
    return render(request, "talents/appointment_form.html", context, status=422 if wrong.errors else 200)


def _tried(request: HttpRequest, found: Appointment | None) -> Mapping[str, str]:
    """What the explanation is about: what was sent, else what is stored."""
    if request.method == "POST":
        return request.POST
    if found is None or found.pk is None:
        return {"full_time": "on", **request.GET.dict()}
    return {
        "worker": str(found.worker_id),
        "start": f"{found.start:%Y-%m-%d}",
        "end": f"{found.end:%Y-%m-%d}" if found.end else "",
        "full_time": "on" if found.full_time else "",
    }


@require_safe
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Why this person can or cannot be appointed here: a fragment of the form, asked for as it changes."""
    post = _post(request, pk)
    if not request.user.can(Capability.VIEW_PERSONNEL):
        raise PermissionDenied
    return render(request, "talents/_check.html", {"post": post, **explanation(request, post, request.GET)})


def _day(text: str, otherwise: date | None) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


def explanation(request: HttpRequest, post: Post, tried: Mapping[str, str]) -> dict[str, Any]:
    """Sentences against, and ways out, for a person of the post's employer; nothing for anybody else.

    `tried`: worker, start, end, full_time as the form sends them.
    """
    day = _day(tried.get("start", ""), timezone.localdate())
    worker = tried.get("worker", "")
    rows = Employment.objects.visible_to(request.user).filter(employer=post.employer_id)
    found = None
    if worker.isascii() and worker.isdigit() and len(worker) < WORKER_DIGITS:
        found = with_level(rows.filter(worker=int(worker)), day).select_related("worker").first()
    if found is None:
        return {"person": None}
    proposed = Appointment(
        post=post,
        worker=found.worker,
        start=day,
        end=_day(tried.get("end", ""), None),
        full_time=bool(tried.get("full_time")),
    )
    reasons = actions.against(proposed)
    return {
        "person": found.worker,
        "held": CertificateLevel(found.held).label if found.held else "没有证书",
        "day": day,
        "against": reasons.all,
        "ways": remedies(request.user, proposed, found.held, reasons, request.on) if reasons.all else None,
    }


@require_http_methods(["POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a filed appointment on a day, with the reason."""
    get_object_or_404(_rows(request), pk=pk)
    form = EndForm(request.POST)
    if form.is_valid():
        decision = Decision(form.cleaned_data["opinion"], data={"end": form.cleaned_data["end"]})
        try:
            workflow.move(request.user, APPOINTMENT, pk, "end", decision)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, "已结束聘用。岗位空出来了，几秒内重新核查。")
    else:
        for field in form.errors.values():
            messages.error(request, field[0])
    return redirect("talents:appointment", pk)


class Appointments(ListingView):
    """Appointments in every state; in the past those that held."""

    title, name, unit, section = "聘用", "聘用", "个", "人才"
    capability = Capability.VIEW_PERSONNEL
    default_sort = "-start"
    empty = "还没有聘用。在岗位页面点「聘人」可以申报。"
    columns = (
        Column(
            "worker",
            "姓名",
            "worker.name",
            order="worker__pinyin",
            link=lambda row: reverse("talents:appointment", args=[row.pk]),
        ),
        Column("post", "岗位", "post", link=lambda row: reverse("posts:post", args=[row.post_id])),
        Column(
            "employer",
            "单位",
            "post.employer.name",
            order="post__employer__pinyin",
            link=lambda row: reverse("posts:employer", args=[row.post.employer_id]),
        ),
        Column("start", "聘用日期", order="start"),
        Column("end", "聘期截止"),
        Column("full_time", "专职"),
        Column("source", "来源", "get_source_display"),
        Column("state", "状态", "get_state_display"),
    )
    filters = (
        Text("q", "单位", lambda rows, text: rows.filter(text_condition(text, "post__employer__")), "名称、拼音或代码"),
        Text("person", "人员", by_person, "姓名、拼音、证书号"),
        Choice("state", "状态", Appointment.State.choices, lambda rows, value: rows.filter(state=value)),
        Choice("source", "来源", Appointment.Source.choices, lambda rows, value: rows.filter(source=value)),
    )

    def base_queryset(self) -> QuerySet:
        rows = Appointment.objects.visible_to(self.request.user)
        if self.request.is_past:
            rows = rows.in_force(self.request.on)
        return rows.select_related("worker", "post__employer")


class Unappointed(ListingView):
    """证而未聘 (二(四)-5): certified people whom no post has."""

    title, name, unit, section = "证而未聘", "证而未聘", "人", "人才"
    capability = Capability.VIEW_PERSONNEL
    default_sort = "worker"
    template_name = "talents/unappointed.html"
    empty = "持证人员都已聘到岗位。"
    columns = (
        Column("worker", "姓名", "worker.name", order="worker__pinyin"),
        Column("held", "证书", lambda row: CertificateLevel(row.held).label, order="held"),
        Column(
            "employer",
            "单位",
            "employer.name",
            order="employer__pinyin",
            link=lambda row: reverse("talents:employer-people", args=[row.employer_id]),
        ),
        Column("region", "所在", "employer.region.name"),
        Column("role", "现任职务"),
        Column("start", "入职日期", order="start"),
    )
    filters = (
        Text("q", "单位", lambda rows, text: rows.filter(text_condition(text, "employer__")), "名称、拼音或代码"),
        Choice("level", "证书", CertificateLevel.choices, lambda rows, value: rows.filter(held=value)),
    )

    def base_queryset(self) -> QuerySet:
        return unappointed(Employment.objects.visible_to(self.request.user), self.request.on)


def unappointed(rows: QuerySet[Employment], on: date) -> QuerySet[Employment]:
    """Employments in force of certified people without any appointment on that day."""
    sitting = Appointment.objects.in_force(on).filter(worker=OuterRef("worker"))
    found = with_level(rows.filter(holds_on(on)), on).filter(~Exists(sitting), held__gt=0)
    return found.select_related("worker", "employer__region").defer("worker__identity", "worker__phone")
