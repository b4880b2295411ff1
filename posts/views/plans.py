"""Allocation plans of districts and streets, and incubated agencies."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from posts.actions import plans as actions
from posts.filters import text_condition
from posts.flows.plans import ALLOCATION
from posts.forms.plans import IncubationForm, LineForm, PlanForm
from posts.models import AllocationPlan, Incubation, Support
from xmsw.accounts.roles import Capability
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.ui.numbers import whole
from xmsw.workflow import actions as workflow
from xmsw.workflow.refusals import Refused

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _rows(request: HttpRequest) -> QuerySet[AllocationPlan]:
    if not request.user.can(Capability.VIEW_COMPLIANCE):
        raise PermissionDenied
    return AllocationPlan.objects.visible_to(request.user).select_related("region")


def _plans(request: HttpRequest) -> bool:
    return request.user.can(Capability.PLAN_ALLOCATION) and not request.is_past


class Plans(ListingView):
    """Plans of the area, newest first."""

    title, name, unit, section = "补充配置计划", "补充配置计划", "份", "单位与岗位"
    template_name = "posts/plans.html"
    default_sort = "-year"
    empty = "还没有补充配置计划。"
    columns = (
        Column("title", "计划", order="title", link=lambda row: reverse("posts:plan", args=[row.pk])),
        Column("region", "配置主体", "region.name", order="region_id"),
        Column("year", "年度", lambda row: str(row.year), order="year"),
        Column("headcount", "计划人数", numeric=True),
        Column("arrived", "已到岗", numeric=True),
        Column("document", "批准文件"),
        Column("state", "状态", "get_state_display"),
    )

    @cached_property
    def filters(self) -> list[Choice | Text]:
        """Year, state and name; the years that plans are of."""
        years = _rows(self.request).order_by("-year").values_list("year", flat=True).distinct()
        return [
            Choice("year", "年度", [(year, f"{year} 年") for year in years], lambda rows, of: rows.filter(year=of)),
            *self.common,
        ]

    common = (
        Choice("state", "状态", AllocationPlan.State.choices, lambda rows, value: rows.filter(state=value)),
        Text("q", "名称", lambda rows, text: rows.filter(title__contains=text)),
    )

    def base_queryset(self) -> QuerySet:
        return actions.with_figures(_rows(self.request), self.request.on)

    def context(self) -> dict[str, Any]:
        return super().context() | {"may_plan": _plans(self.request)}


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: what is planned, who has arrived, who is missing."""
    found = get_object_or_404(_rows(request), pk=pk)
    moves = [] if request.is_past else ALLOCATION.open_to(request.user, found)
    listed = list(actions.lines(found, request.on))
    context = {
        "flow": ALLOCATION,
        "case": found,
        "lines": listed,
        "planned": sum(each.headcount for each in listed),
        "arrived": sum(each.arrived for each in listed),
        "missing": sum(each.missing for each in listed),
        "moves": [each for each in moves if each.name in ("submit", "withdraw", "close")],
        "review": any(each.name == "approve" for each in moves),
        "editable": _plans(request) and found.state in actions.EDITABLE,
        "against": list(actions.against(found)) if found.state in actions.EDITABLE else [],
        "line_form": LineForm(),
        "steps": workflow.history(ALLOCATION.key, pk),
    }
    return render(request, "posts/plan.html", context)


@form_page
def plan_new(request: HttpRequest) -> HttpResponse:
    """A new plan."""
    return _plan_form(request, AllocationPlan(year=timezone.localdate().year))


@form_page
def plan_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a draft or returned plan."""
    return _plan_form(request, get_object_or_404(_rows(request), pk=pk))


def _plan_form(request: HttpRequest, found: AllocationPlan) -> HttpResponse:
    if not request.user.can(Capability.PLAN_ALLOCATION) or request.user.area_code is None:
        raise PermissionDenied
    form = PlanForm(request.user, request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.keep(request.user, form.save(commit=False))
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, "已保存。请添加单位，再提交。")
            return redirect("posts:plan", saved.pk)
    context = {"form": form, "title": "补充配置计划", "back": reverse("posts:plans")}
    return render(request, "posts/plan_form.html", context, status=422 if form.errors else 200)


@require_POST
def plan_lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a line, or take one out (`remove`)."""
    found = get_object_or_404(_rows(request), pk=pk)
    remove = request.POST.get("remove", "")
    form = LineForm(request.POST)
    try:
        if remove:
            actions.remove_line(request.user, found, whole(remove) or 0)
        elif form.is_valid():
            actions.add_line(request.user, found, **form.cleaned_data)
        else:
            for field in form.errors.values():
                messages.error(request, field[0])
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("posts:plan", pk)


class Incubations(ListingView):
    """Agencies in incubation on the as-of date, with how many each street has."""

    title, name, unit, section = "孵化机构", "孵化机构", "家", "单位与岗位"
    template_name = "posts/incubations.html"
    default_sort = "street"
    empty = "这一天没有孵化中的机构。"

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The end leads to the form for those who may record it."""
        edit = (lambda row: reverse("posts:incubation-edit", args=[row.pk])) if _plans(self.request) else None
        street = Column("street", "街道（镇）", "street.name", order="street_id", link=edit)
        return (street, *self.told)

    told = (
        Column("agency", "机构", "agency.name", order="agency__pinyin"),
        Column("support", "支持方式", lambda row: "、".join(Support(each).label for each in row.support)),
        Column("start", "孵化开始", order="start"),
        Column("end", "出壳日期"),
        Column("note", "依托资源"),
    )
    filters = (Text("q", "机构", lambda rows, text: rows.filter(text_condition(text, "agency__")), "名称或代码"),)

    def base_queryset(self) -> QuerySet:
        if not self.request.user.can(Capability.VIEW_COMPLIANCE):
            raise PermissionDenied
        rows = Incubation.objects.visible_to(self.request.user).in_force(self.request.on)
        return rows.select_related("street", "agency")

    def context(self) -> dict[str, Any]:
        counted = self.listing.rows.order_by().values("street_id", "street__name").annotate(n=Count("pk"))
        return super().context() | {"streets": counted.order_by("-n", "street_id"), "may_plan": _plans(self.request)}


@form_page
def incubation_new(request: HttpRequest) -> HttpResponse:
    """Record an incubated agency."""
    return _incubation_form(request, Incubation())


@form_page
def incubation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a record, or say when the agency stands by itself."""
    rows = Incubation.objects.visible_to(request.user).select_related("agency", "street")
    return _incubation_form(request, get_object_or_404(rows, pk=pk))


def _incubation_form(request: HttpRequest, found: Incubation) -> HttpResponse:
    if not request.user.can(Capability.PLAN_ALLOCATION) or request.user.area_code is None:
        raise PermissionDenied
    form = IncubationForm(request.user, request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.incubate(request.user, form.save(commit=False), form.cleaned_data["agency_code"].strip())
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"已登记：{made.agency} 由{made.street}孵化。")
            return redirect("posts:incubations")
    context = {"form": form, "title": "孵化机构登记", "back": reverse("posts:incubations")}
    return render(request, "posts/plan_form.html", context, status=422 if form.errors else 200)
