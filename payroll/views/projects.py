"""Purchase projects: the list for any day, one project, and its form."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from payroll import projects as actions
from payroll.cost_pages import chart
from payroll.cost_sheets import OPEN, may_write
from payroll.costing import figures
from payroll.forms.projects import ProjectForm
from payroll.models import CostSheet, PurchaseProject
from posts.filters import place_choices, text_condition, within
from posts.models import ServiceField
from xmsw.accounts.models import Bureau
from xmsw.accounts.roles import Capability
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.workflow.refusals import Refused

READERS = (Capability.VIEW_COMPLIANCE, Capability.APPLY)


class Projects(ListingView):
    """Projects in force on the as-of date."""

    title, name, unit, section = "购买服务项目", "购买服务项目", "个", "薪酬"
    template_name = "payroll/projects.html"
    default_sort = "-start"
    empty = "没有执行中的购买服务项目。登记之后会出现在这里。"
    columns = (
        Column("title", "项目", order="title", link=lambda row: reverse("payroll:project", args=[row.pk])),
        Column("buyer", "购买方", order="buyer"),
        Column("street", "街道（镇）", lambda row: row.street.name if row.street else ""),
        Column("field", "服务领域", lambda row: row.field.label),
        Column("provider", "承接机构", "provider.name", order="provider__pinyin"),
        Column("replaces_staff", "代替养人"),
        Column("amount", "合同金额", order="amount", numeric=True),
        Column("onsite_workers", "驻点社工", order="onsite_workers", numeric=True),
        Column("start", "开始", order="start"),
        Column("end", "结束", order="end"),
    )
    own_filters = (
        Text("q", "承接机构", lambda rows, text: rows.filter(text_condition(text, "provider__")), "名称、拼音或代码"),
        Choice(
            "bureau",
            "承接机构主管部门",
            Bureau.choices,
            lambda rows, value: rows.filter(provider__competent_bureau=value),
        ),
        Choice(
            "replaces",
            "代替养人",
            (("yes", "是"), ("no", "否")),
            lambda rows, value: rows.filter(replaces_staff=value == "yes"),
        ),
        Choice("field", "服务领域", ServiceField.choices, lambda rows, value: rows.filter(in_field=value)),
    )

    @cached_property
    def filters(self) -> tuple[Choice | Text, ...]:
        """The fixed ones, and where it is bought."""
        own = self.request.user.area_code
        return (
            (*self.own_filters, Choice("area", "购买地", place_choices(own), within("at"))) if own else self.own_filters
        )

    def base_queryset(self) -> QuerySet:
        if not any(map(self.request.user.can, READERS)):
            raise PermissionDenied
        rows = PurchaseProject.objects.visible_to(self.request.user).in_force(self.request.on).placed()
        return rows.select_related("provider", "street")

    def context(self) -> dict[str, Any]:
        return super().context() | {"may_record": _may_record(self.request) and not self.request.is_past}


@require_safe
def project(request: HttpRequest, pk: int) -> HttpResponse:
    """One project, its cost sheets, and what the approved one comes to."""
    rows = PurchaseProject.objects.visible_to(request.user).select_related("provider", "region", "street")
    found = get_object_or_404(rows, pk=pk)
    sheets = CostSheet.objects.visible_to(request.user).filter(project=found).exclude(state="withdrawn")
    sheets = list(sheets.with_figures().order_by("-version"))
    approved = next((each for each in sheets if each.state == CostSheet.State.APPROVED), None)
    shares = figures(approved) if approved else None
    may_edit = _may_record(request) and not request.is_past
    context = {
        "project": found,
        "may_edit": may_edit,
        "may_start": may_edit and may_write(request.user, found) and not any(each.state in OPEN for each in sheets),
        "sees_costs": request.user.can(Capability.VIEW_PAY),
        "sheets": sheets,
        "approved": approved,
        "figures": shares,
        "chart": chart(shares) if shares is not None and shares.total else None,
    }
    return render(request, "payroll/project.html", context)


def _may_record(request: HttpRequest) -> bool:
    return request.user.can(Capability.RECORD_PROJECTS) and request.user.area_code is not None


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Record a project."""
    return _form(request, PurchaseProject())


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a project."""
    rows = PurchaseProject.objects.visible_to(request.user).select_related("provider")
    return _form(request, get_object_or_404(rows, pk=pk))


def _form(request: HttpRequest, found: PurchaseProject) -> HttpResponse:
    if not _may_record(request):
        raise PermissionDenied
    form = ProjectForm(request.user, request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.store(request.user, form.save(commit=False))
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"已保存项目「{saved}」。")
            return redirect("payroll:project", saved.pk)
    context = {"form": form, "project": found}
    return render(request, "payroll/project_form.html", context, status=422 if form.errors else 200)
