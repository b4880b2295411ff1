"""Employers' applications: the form by matter, the page of one, the list; and who acts for an employer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from posts.actions import registrations as actions
from posts.flows.registrations import REGISTRATION
from posts.forms.registrations import ColleagueForm, RegistrationForm
from posts.models import Employer, EmployerRegistration, Membership
from posts.views.employers import record_context, render_tab
from xmsw.accounts.roles import Capability
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.workflow import actions as workflow
from xmsw.workflow.models import Step
from xmsw.workflow.refusals import Refused

Matter = EmployerRegistration.Matter
form_page = require_http_methods(["GET", "HEAD", "POST"])


def _rows(request: HttpRequest) -> QuerySet[EmployerRegistration]:
    if not (request.user.can(Capability.APPLY) or request.user.can(Capability.REVIEW_EMPLOYERS)):
        raise PermissionDenied
    return EmployerRegistration.objects.visible_to(request.user).select_related(
        "employer", "region__parent", "parent", "applicant"
    )


@require_safe
def registration(request: HttpRequest, pk: int) -> HttpResponse:
    """One application with its state, the officer's opinion, and what to do next."""
    found = get_object_or_404(_rows(request), pk=pk)
    moves = [] if request.is_past else REGISTRATION.open_to(request.user, found)
    applies = request.user.can(Capability.APPLY) and not request.is_past
    context = {
        "flow": REGISTRATION,
        "case": found,
        "against": list(actions.faults(found)) if found.editable else [],
        "moves": [each for each in moves if each.name in ("submit", "withdraw")],
        "review": any(each.name == "approve" for each in moves),
        "editable": applies and found.editable,
        "steps": workflow.history(REGISTRATION.key, pk),
        "attachments": workflow.attachments(REGISTRATION.key, pk),
    }
    return render(request, "posts/registration.html", context)


@form_page
def new(request: HttpRequest) -> HttpResponse:
    """Register an employer."""
    blank = EmployerRegistration(matter=Matter.REGISTER, applicant=request.user, effective_on=timezone.localdate())
    return _form(request, blank, "登记单位")


@form_page
def about(request: HttpRequest, pk: int, matter: str) -> HttpResponse:
    """Change, move or close an employer of one's own."""
    if matter not in Matter.values or matter == Matter.REGISTER:
        raise Http404
    employer = get_object_or_404(Employer.objects.visible_to(request.user).select_related("region", "parent"), pk=pk)
    if not Membership.objects.filter(user=request.user, employer=employer).exists():
        raise PermissionDenied
    fresh = actions.of_employer(employer, matter, request.user, timezone.localdate())
    return _form(request, fresh, f"{Matter(matter).label}：{employer.name}")


@form_page
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft, or what was returned."""
    found = get_object_or_404(_rows(request), pk=pk)
    if not found.editable:
        messages.error(request, f"这份申请现在是「{found.get_state_display()}」，不能再改。")
        return redirect("posts:registration", pk)
    return _form(request, found, f"修改：{found}")


def _form(request: HttpRequest, found: EmployerRegistration, title: str) -> HttpResponse:
    if not request.user.can(Capability.APPLY):
        raise PermissionDenied
    form = RegistrationForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_draft(request.user, form.save())
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, "已保存。请上传材料、核对，再提交。")
            return redirect("posts:registration", saved.pk)
    steps = workflow.history(REGISTRATION.key, found.pk)[:1] if found.pk else []
    context = {"form": form, "title": title, "steps": steps if found.state == found.State.RETURNED else []}
    return render(request, "posts/registration_form.html", context, status=422 if form.errors else 200)


class Registrations(ListingView):
    """Applications: an officer's area, or one's own."""

    title, name, unit, section = "单位登记申请", "单位登记申请", "份", "单位与岗位"
    default_sort = "-created"
    empty = "没有符合条件的申请。"
    columns = (
        Column("name", "单位", "name", order="name", link=lambda row: reverse("posts:registration", args=[row.pk])),
        Column("matter", "事项", "get_matter_display"),
        Column("kind", "类别", "get_kind_display"),
        Column("region", "所在", "region.name", order="region_id"),
        Column("state", "状态", "get_state_display"),
        Column("applicant", "申请人", "applicant"),
        Column("created", "创建时间", "created_at", order="created_at"),
    )
    filters = (
        Text("q", "单位", lambda rows, text: rows.filter(name__contains=text), "名称"),
        Choice("matter", "事项", Matter.choices, lambda rows, value: rows.filter(matter=value)),
        Choice("state", "状态", EmployerRegistration.State.choices, lambda rows, value: rows.filter(state=value)),
    )

    def base_queryset(self) -> QuerySet:
        return _rows(self.request)


@form_page
def colleagues(request: HttpRequest, pk: int) -> HttpResponse:
    """Who acts for the employer; a member adds and removes colleagues."""
    employer = get_object_or_404(Employer.objects.visible_to(request.user), pk=pk)
    members = Membership.objects.filter(employer=employer).select_related("user").order_by("pk")
    may = request.user.can(Capability.APPLY) and any(each.user_id == request.user.pk for each in members)
    if not may and not request.user.can(Capability.REVIEW_EMPLOYERS):
        raise PermissionDenied
    form = ColleagueForm(request.POST or None)
    told: dict[str, Any] = {}
    if request.method == "POST":
        if form.is_valid():
            try:
                colleague, password = actions.add_colleague(request.user, employer, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, refusal.messages)
            else:
                told, form = {"colleague": colleague, "password": password}, ColleagueForm()
        elif not may:
            raise PermissionDenied
    context = {"employer": employer, "members": members.all(), "form": form, "may": may, **told}
    return render(request, "posts/colleagues.html", context, status=422 if form.errors else 200)


@require_POST
def remove_colleague(request: HttpRequest, pk: int) -> HttpResponse:
    """Untie one account."""
    employer = get_object_or_404(Employer.objects.visible_to(request.user), pk=pk)
    user = request.POST.get("user", "")
    try:
        actions.remove_colleague(request.user, employer, int(user) if user.isdigit() and len(user) < 19 else 0)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "已移除。这个账号不能再办理本单位的事。")
    return redirect("posts:colleagues", pk)


@require_safe
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """Tab «经过» of an employer's record: its applications and their steps, newest first."""
    record = record_context(request, pk, tab="timeline")
    own = EmployerRegistration.objects.filter(employer=pk)
    steps = Step.objects.filter(flow=REGISTRATION.key, subject_id__in=own.values("pk")).select_related("user")
    below = Employer.objects.visible_to(request.user).filter(parent=pk).order_by("pinyin", "pk")[:100]
    member = Membership.objects.filter(user=request.user, employer=pk).exists()
    context = {
        **record,
        "steps": steps.filter(at__date__lte=request.on).order_by("-id")[:100],
        "below": below,
        "matters": [each for each in Matter if each != Matter.REGISTER] if member and not request.is_past else [],
    }
    return render_tab(request, "posts/_timeline.html", context)
