"""Courses of continuing education: what is coming, one course with who attended, and its form."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from talents.actions import learning as actions
from talents.forms.learning import CourseForm
from talents.models import Attendance, Course
from talents.models.learning import Delivery
from talents.places import place_choice
from talents.search import by_person
from xmsw.accounts.roles import Capability
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.workflow.forming import edit_methods
from xmsw.workflow.refusals import Refused


def number(hours: Any) -> int | float | None:
    """Hours as a plain number for lists and exports."""
    if hours is None:
        return None
    return int(hours) if hours == int(hours) else float(hours)


class Courses(ListingView):
    """Courses that are still to end; past ones where asked for."""

    title, name, unit, section = "继续教育课程", "继续教育课程", "门", "人才"
    template_name = "talents/courses.html"
    default_sort = "start"
    empty = "还没有课程。选「已结束」可以看过去的课程。"
    columns = (
        Column("title", "课程", order="title", link=lambda row: reverse("talents:course", args=[row.pk])),
        Column("provider", "举办单位", order="provider"),
        Column("delivery", "形式", "get_delivery_display"),
        Column("hours", "学时", lambda row: number(row.hours), order="hours", numeric=True),
        Column("start", "开始", order="start"),
        Column("end", "结束", order="end"),
        Column("region", "地区", "region.name", order="region_id"),
        Column("place", "地点"),
        Column("seats", "名额", numeric=True),
        Column("attended", "已登记人数", numeric=True),
    )

    @cached_property
    def filters(self) -> tuple[Choice | Text, ...]:
        """Time, form, area, words."""
        when = (("past", "已结束"), ("all", "全部"))
        return (
            Text(
                "q", "课程或单位", lambda rows, text: rows.filter(Q(title__contains=text) | Q(provider__contains=text))
            ),
            Choice("when", "时间", when, lambda rows, value: rows),
            Choice("delivery", "形式", Delivery.choices, lambda rows, value: rows.filter(delivery=value)),
            place_choice(self.request.user, lambda rows, code: rows.filter(region__code__startswith=code)),
        )

    def base_queryset(self) -> QuerySet:
        if not _may_read(self.request):
            raise PermissionDenied
        rows, on = Course.objects.visible_to(self.request.user).select_related("region"), self.request.on
        when = self.request.GET.get("when", "")
        if when == "past":
            rows = rows.filter(end__lt=on)
        elif when != "all":
            rows = rows.filter(end__gte=on)
        mine = Attendance.objects.visible_to(self.request.user).filter(course=OuterRef("pk")).order_by()
        counted = mine.values("course").annotate(n=Count("pk")).values("n")
        return rows.annotate(attended=Coalesce(Subquery(counted), 0))

    def context(self) -> dict[str, Any]:
        may = actions.may_arrange(self.request.user) and not self.request.is_past
        return super().context() | {"may_arrange": may}


def _may_read(request: HttpRequest) -> bool:
    return request.user.can(Capability.VIEW_PERSONNEL) or request.user.can(Capability.OWN_RECORD)


def _person(row: Attendance) -> str:
    return reverse("talents:person-learning", args=[row.worker_id])


class Attendances(ListingView):
    """Hours of people whom the account sees, newest first."""

    title, name, unit, section = "学时记录", "学时记录", "条", "人才"
    template_name = "talents/attendances.html"
    default_sort = "-on"
    empty = "还没有学时记录。在人员的「继续教育」里补登，或用 Excel 导入。"
    columns = (
        Column("worker", "姓名", "worker.name", order="worker__pinyin", link=_person),
        Column(
            "title",
            "内容",
            order="title",
            link=lambda row: reverse("talents:learning-case", args=[row.pk]),
        ),
        Column("provider", "举办单位"),
        Column("delivery", "形式", "get_delivery_display"),
        Column("hours", "学时", lambda row: number(row.hours), order="hours", numeric=True),
        Column("on", "完成日期", order="on"),
        Column("state", "状态", "get_state_display"),
    )
    filters = (
        Text("person", "人员", by_person, "姓名、拼音、证书号"),
        Text("q", "内容", lambda rows, text: rows.filter(title__contains=text)),
        Choice("state", "状态", Attendance.State.choices, lambda rows, value: rows.filter(state=value)),
        Choice("delivery", "形式", Delivery.choices, lambda rows, value: rows.filter(delivery=value)),
    )

    def base_queryset(self) -> QuerySet:
        if not _may_read(self.request):
            raise PermissionDenied
        rows = Attendance.objects.visible_to(self.request.user).filter(on__lte=self.request.on)
        return rows.select_related("worker").defer("worker__identity", "worker__phone")


class CoursePage(Attendances):
    """One course, and who attended it."""

    template_name = "talents/course.html"
    empty = "还没有人登记这门课程的学时。"
    filters = (
        Text("person", "人员", by_person, "姓名、拼音、证书号"),
        Choice("state", "状态", Attendance.State.choices, lambda rows, value: rows.filter(state=value)),
    )
    columns = tuple(each for each in Attendances.columns if each.name in ("worker", "hours", "on", "state"))
    default_sort = "worker"

    @cached_property
    def course(self) -> Course:
        """The course of the address."""
        rows = Course.objects.visible_to(self.request.user).select_related("region")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def base_queryset(self) -> QuerySet:
        return super().base_queryset().filter(course=self.course)

    def context(self) -> dict[str, Any]:
        may = actions.may_arrange(self.request.user, self.course) and not self.request.is_past
        return super().context() | {"course": self.course, "may_arrange": may}


@edit_methods
def course_new(request: HttpRequest) -> HttpResponse:
    """Record a course."""
    return _form(request, Course())


@edit_methods
def course_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a course of the own area."""
    found = get_object_or_404(Course.objects.visible_to(request.user), pk=pk)
    if not actions.may_arrange(request.user, found):
        raise PermissionDenied
    return _form(request, found)


def _form(request: HttpRequest, found: Course) -> HttpResponse:
    if not actions.may_arrange(request.user):
        raise PermissionDenied
    form = CourseForm(request.user, request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.arrange(request.user, form.save(commit=False))
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"已保存课程「{saved}」。")
            return redirect("talents:course", saved.pk)
    context = {"form": form, "course": found}
    return render(request, "talents/course_form.html", context, status=422 if form.errors else 200)


@require_POST
def course_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take out a course that nobody attended."""
    found = get_object_or_404(Course.objects.visible_to(request.user), pk=pk)
    try:
        actions.cancel(request.user, found)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("talents:course", pk)
    messages.success(request, f"已删除课程「{found}」。")
    return redirect("talents:courses")
