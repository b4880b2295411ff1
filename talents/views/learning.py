"""Hours of continuing education: who will fall short, a person's tab, entering hours with a proof, one case."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from posts.filters import text_condition
from posts.models import CertificateLevel
from talents.actions import learning as actions
from talents.flows.learning import LEARNING
from talents.forms.learning import AttendanceForm
from talents.learning import balance, balance_of, counted_certificates
from talents.models import Attendance, Certificate, Course, Employment, SocialWorker
from talents.places import place_choice
from talents.search import by_person
from talents.views.courses import number
from talents.views.person import person_context, render_person
from xmsw.accounts.roles import Capability
from xmsw.dated import months_later
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.workflow import actions as workflow
from xmsw.workflow.forming import edit_methods
from xmsw.workflow.pages import case_context
from xmsw.workflow.refusals import Refused

COMING = 3  # courses shown on a person's tab
WITHIN = (("3", "3 个月内截止"), ("6", "6 个月内截止"), ("12", "12 个月内截止"), ("over", "已过截止日期"))


def _place(row: Certificate) -> str:
    return "、".join(each.employer.name for each in row.worker.places)


class Hours(ListingView):
    """继续教育学时: certified people at work, with the hours of their registration period; the next to end first."""

    title, name, unit, section = "继续教育学时", "继续教育学时", "人", "人才"
    capability = Capability.VIEW_PERSONNEL
    template_name = "talents/hours.html"
    default_sort = "end"
    empty = "还没有持证人员。"
    columns = (
        Column(
            "worker",
            "姓名",
            "worker.name",
            order="worker__pinyin",
            link=lambda row: reverse("talents:person-learning", args=[row.worker_id]),
        ),
        Column("employer", "单位", _place),
        Column("level", "证书", "get_level_display", order="level"),
        Column("start", "周期开始", "period_start", chosen=False),
        Column("end", "周期截止", "period_end", order="period_end"),
        Column("basis", "周期起算", lambda row: "登记" if row.registered else "取证（没有登记）"),
        Column("done", "已完成", lambda row: number(row.done), numeric=True),
        Column("needed", "应完成", lambda row: number(row.needed), numeric=True),
        Column("missing", "还差", lambda row: number(row.missing), numeric=True),
        Column("pace", "每月约需", lambda row: number(balance_of(row, row.on).pace), numeric=True, chosen=False),
        Column("left", "剩余天数", lambda row: (row.period_end - row.on).days, numeric=True),
    )

    @cached_property
    def filters(self) -> tuple[Choice | Text, ...]:
        """Person, employer, short only, ending soon, level, area."""
        user, on = self.request.user, self.request.on
        here = Employment.objects.visible_to(user).in_force(on).filter(worker=OuterRef("worker"))
        return (
            Text("q", "姓名", by_person, "姓名、拼音、证书号"),
            Text(
                "employer",
                "单位",
                lambda rows, text: rows.filter(Exists(here.filter(text_condition(text, "employer__")))),
                "名称、拼音或代码",
            ),
            Choice("short", "学时", (("yes", "只看不足的"),), lambda rows, value: rows.filter(missing__gt=0)),
            Choice("within", "截止", WITHIN, lambda rows, value: _within(rows, value, on)),
            Choice("level", "证书", CertificateLevel.choices, lambda rows, value: rows.filter(level=value)),
            place_choice(
                user, lambda rows, code: rows.filter(Exists(here.filter(employer__region__code__startswith=code)))
            ),
        )

    def base_queryset(self) -> QuerySet:
        user, on = self.request.user, self.request.on
        here = Employment.objects.visible_to(user).in_force(on)
        # Whoever works today where the account sees it: narrower than everybody whose record it sees.
        seen = Certificate.objects.filter(Exists(here.filter(worker=OuterRef("worker"))))
        rows = counted_certificates(seen, on)
        if self.request.GET.get("within") != "over":
            rows = rows.filter(period_end__gte=on)
        places = Prefetch("worker__employments", here.select_related("employer").order_by("start"), to_attr="places")
        return rows.select_related("worker").defer("worker__identity", "worker__phone").prefetch_related(places)


def _within(rows: QuerySet[Certificate], value: str, on: date) -> QuerySet[Certificate]:
    if value == "over":
        return rows.filter(period_end__lt=on)
    return rows.filter(period_end__lte=months_later(on, int(value)))


@require_safe
def tab(request: HttpRequest, pk: int) -> HttpResponse:
    """A person's hours: what is done and missing in this period, every record, and the courses to come."""
    record = person_context(request, pk, tab="learning")
    worker = record["worker"]
    rows = Attendance.objects.visible_to(request.user).filter(worker=worker, on__lte=request.on)
    coming = Course.objects.visible_to(request.user).filter(start__gte=request.on).order_by("start", "pk")
    found = balance(worker.pk, request.on)
    context = {
        **record,
        "balance": found,
        "level": CertificateLevel(found.level).label if found else "",
        "attendances": rows.select_related("course").order_by("-on", "-pk"),
        "coming": coming.select_related("region")[:COMING],
        "may_enter": not request.is_past and actions.may_enter(request.user, worker.pk),
    }
    return render_person(request, "talents/_learning.html", context)


def _rows(request: HttpRequest) -> QuerySet[Attendance]:
    if not (request.user.can(Capability.VIEW_PERSONNEL) or request.user.can(Capability.OWN_RECORD)):
        raise PermissionDenied
    rows = Attendance.objects.visible_to(request.user).select_related("worker", "course")
    return rows.defer("worker__identity", "worker__phone")


@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One record: what it is, its proof, what may be done, and its history."""
    found = get_object_or_404(_rows(request), pk=pk)
    editable = actions.may_edit(request.user, found)
    context = {
        **case_context(request, LEARNING, found, editable=editable, edit="talents:learning-edit"),
        "balance": balance(found.worker_id, request.on),
        "back": reverse("talents:person-learning", args=[found.worker_id]),
        "back_label": found.worker.name,
    }
    if not actions.may_enter(request.user, found.worker_id):
        context["moves"] = []
    return render(request, "talents/learning_case.html", context)


@edit_methods
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter hours of a person."""
    people = SocialWorker.objects.visible_to(request.user).defer("identity", "phone")
    worker = get_object_or_404(people, pk=pk)
    fresh = Attendance(worker=worker)
    course = request.GET.get("course", "")
    return _form(request, fresh, {"course": course} if course.isascii() and course.isdigit() else {})


@edit_methods
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a draft or returned record."""
    found = get_object_or_404(_rows(request), pk=pk)
    if found.state not in actions.EDITABLE:
        messages.error(request, f"这条学时现在是「{found.get_state_display()}」，不能再改。")
        return redirect("talents:learning-case", pk)
    return _form(request, found, {})


def _form(request: HttpRequest, found: Attendance, initial: dict[str, Any]) -> HttpResponse:
    if not actions.may_enter(request.user, found.worker_id):
        raise PermissionDenied
    form = AttendanceForm(request.POST or None, instance=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.keep(request.user, form.save(commit=False))
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            _attach(request, saved)
            return redirect("talents:learning-case", saved.pk)
    context = {"form": form, "worker": found.worker, "found": found}
    return render(request, "talents/learning_form.html", context, status=422 if form.errors else 200)


def _attach(request: HttpRequest, saved: Attendance) -> None:
    """The proof that came with the form; what is wrong with it is told on the page of the record."""
    file = request.FILES.get("proof")
    try:
        if file is not None:
            workflow.attach_upload(request.user, LEARNING, saved.pk, file)
    except Refused as refusal:
        messages.error(request, f"学时已保存，但{refusal.sentence}")
    else:
        proven = workflow.attachments(LEARNING.key, saved.pk).exists()
        messages.success(request, "已保存。请核对，再提交。" if proven else "已保存。上传证明之后才能提交。")


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take out a draft or returned record."""
    found = get_object_or_404(_rows(request), pk=pk)
    try:
        actions.drop(request.user, found)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("talents:learning-case", pk)
    messages.success(request, f"已删除「{found.title}」。")
    return redirect("talents:person-learning", found.worker_id)
