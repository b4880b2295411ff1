"""The mechanism between the bureaus (四(一)-2): contacts, joint meetings, the tasks they give."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from supervision.actions import registers as actions
from supervision.forms import duties as forms
from supervision.models import Contact, JointMeeting, MeetingTask
from supervision.selectors.targets import lines_of
from supervision.views.registers import (
    BUREAU,
    DOCUMENT,
    READS,
    REGION,
    RegisterView,
    cell,
    file_column,
    known,
    nodes,
)
from xmsw.accounts.models import Bureau
from xmsw.accounts.roles import Capability
from xmsw.ui.listing import Choice, Column, holding
from xmsw.workflow.forming import edit_methods, form_page

DONE_BY = (Capability.KEEP_DUTIES,)
FIRST_YEAR = 2017  # of the policy


class Contacts(RegisterView):
    """Who leads and who is the contact of each bureau."""

    key, title, name, unit = "contacts", "部门联络员", "部门联络员", "人"
    model, form, adds = Contact, forms.ContactForm, "登记联络员"
    reads, writes = READS, (Capability.KEEP_PLANS, Capability.KEEP_DUTIES)
    clauses = ("四(一)-2",)
    about = "12 个部门在市和各区各有分管领导和联络员。缺联络员作预警。换人时先给原来的填结束日期，再登记新的。"
    default_sort = "region"
    search, search_label = "name", "联络员"
    shown = (
        Column("name", "联络员", order="name"),
        REGION,
        BUREAU,
        Column("phone", "办公电话"),
        Column("lead", "分管领导"),
        Column("lead_title", "职务"),
        Column("start", "起始", order="start"),
        Column("end", "结束"),
        DOCUMENT,
    )

    @property
    def more_filters(self) -> tuple[Choice, ...]:
        """Those in office, former ones, or those still to come."""
        return (holding(self.request.on),)

    def tables(self) -> list[dict[str, Any]]:
        rows = Contact.objects.visible_to(self.request.user).in_force(self.request.on)
        found = {(each.bureau, each.region_id): each for each in rows}
        places = nodes(self.request)
        lines = [
            {"label": label, "cells": [self._cell(found.get((bureau, place.pk)), bureau, place.pk) for place in places]}
            for bureau, label in lines_of(self.request.user)
        ]
        return [{"title": "现任联络员", "first": "部门", "columns": [each.name for each in places], "rows": lines}]

    def _cell(self, one: Contact | None, bureau: str, place: str) -> dict[str, Any]:
        if one is not None:
            return cell(one.name, self.way_in(one))
        link = f"{self.url('-new')}?bureau={bureau}&region={place}" if self.may_write else ""
        return cell("缺", link, "lack")


def _labels(bureaus: list[str]) -> str:
    """Names of bureaus in the order of the policy's letterhead."""
    return "、".join(label for code, label in Bureau.choices if code in bureaus)


class Meetings(RegisterView):
    """Joint meetings with their minutes."""

    key, title, name, unit = "meetings", "联席会议", "联席会议", "次"
    model, form, adds = JointMeeting, forms.MeetingForm, "登记会议"
    reads, writes = READS, (Capability.KEEP_PLANS,)
    clauses = ("四(一)-2",)
    about = "民政部门召集，登记参加部门、纪要和交办的任务。"
    default_sort, day = "-on", "on"
    by_bureau, search, search_label = False, "title", "会议"
    shown = (
        Column("title", "会议", order="title"),
        REGION,
        Column("on", "召开日期", order="on"),
        Column("chair", "主持人"),
        Column(
            "attending",
            "参加部门",
            lambda row: _labels(row.attending),
        ),
        Column(
            "tasks", "交办任务", "given", link=lambda row: f"{reverse('supervision:meeting-tasks')}?meeting={row.pk}"
        ),
        file_column("meetings"),
        DOCUMENT,
    )

    @property
    def more_filters(self) -> tuple[Choice, ...]:
        """By bureau that attended, and by year."""
        years = [(year, f"{year} 年") for year in range(self.request.on.year, FIRST_YEAR - 1, -1)]
        return (
            Choice("with", "参加部门", Bureau.choices, lambda rows, value: rows.filter(attending__contains=[value])),
            Choice("year", "年度", years, lambda rows, value: rows.filter(on__year=value)),
        )

    def base_queryset(self) -> QuerySet:
        return super().base_queryset().annotate(given=Count("tasks"))

    def links(self) -> list[tuple[str, str]]:
        return [("任务", reverse("supervision:meeting-tasks")), ("联络员", reverse("supervision:contacts"))]


def _tasks_that_stand(on: Any) -> Choice:
    def narrowed(rows: QuerySet, value: str) -> QuerySet:
        if value == "overdue":
            return rows.overdue(on)
        return rows.open_on(on) if value == "open" else rows.filter(done_on__lte=on)

    return Choice("stands", "情况", (("open", "没有完成"), ("overdue", "逾期"), ("done", "已完成")), narrowed)


class Tasks(RegisterView):
    """Tasks that meetings gave, by duty bureau, with what is overdue."""

    key, title, name, unit = "meeting-tasks", "联席任务", "联席任务", "项"
    model, form, adds = MeetingTask, forms.TaskForm, "交办任务"
    reads, writes = (*READS, Capability.KEEP_DUTIES), (Capability.KEEP_PLANS,)
    clauses = ("四(一)-2",)
    about = "联席会议交办的任务：责任部门在期限内完成，写明完成情况。"
    default_sort, day = "deadline", "given_on"
    search, search_label = "title", "任务"
    empty = "还没有交办任务。"

    @property
    def shown(self) -> tuple[Column, ...]:
        """With how each stands on the day, and the duty bureau's own way to say that it is done."""
        return (
            Column("title", "任务", order="title"),
            REGION,
            Column("bureau", "责任部门", "get_bureau_display", order="bureau"),
            Column("meeting", "会议", lambda row: str(row.meeting) if row.meeting else None),
            Column("given_on", "交办", order="given_on", chosen=False),
            Column("deadline", "期限", order="deadline"),
            Column("stands", "情况", self._stands, link=self._way),
            Column("evidence", "完成情况", lambda row: known(row.evidence, row.done_on, self.request.on)),
            file_column("meeting-tasks"),
        )

    def _stands(self, task: MeetingTask) -> str:
        on = self.request.on
        if task.done_on and task.done_on <= on:
            return f"{task.done_on:%Y-%m-%d} 完成"
        late = (on - task.deadline).days
        return f"逾期 {late} 天" if late > 0 else "办理中"

    def _way(self, task: MeetingTask) -> str:
        mine = not self.request.is_past and actions.may_keep(self.request.user, task, DONE_BY)
        return reverse("supervision:meeting-task-done", args=[task.pk]) if mine and task.done_on is None else ""

    @cached_property
    def filters(self) -> list[Any]:
        """With how it stands, and the meeting that gave it."""
        given = JointMeeting.objects.visible_to(self.request.user).order_by("-on")[:50]
        listed = [(each.pk, str(each)) for each in given]
        meeting = Choice("meeting", "会议", listed, lambda rows, value: rows.filter(meeting=value))
        return [*super().filters, _tasks_that_stand(self.request.on), meeting]

    def base_queryset(self) -> QuerySet:
        return super().base_queryset().select_related("meeting")

    def tables(self) -> list[dict[str, Any]]:
        on = self.request.on
        late = Q(deadline__lt=on)
        rows = self.base_queryset().order_by().open_on(on).values("bureau")
        counted = {each["bureau"]: each for each in rows.annotate(n=Count("pk"), late=Count("pk", filter=late))}
        if not counted:
            return []
        base = f"{self.url()}?bureau="
        lines = [
            {
                "label": label,
                "cells": [
                    cell(f"{counted[code]['n']:,}", f"{base}{code}&stands=open"),
                    cell(
                        f"{counted[code]['late']:,}",
                        f"{base}{code}&stands=overdue",
                        "lack" if counted[code]["late"] else "",
                    ),
                ],
            }
            for code, label in Bureau.choices
            if code in counted
        ]
        columns = ["没有完成", "其中逾期"]
        return [{"title": "各部门任务", "first": "责任部门", "columns": columns, "rows": lines, "numeric": True}]


@edit_methods
def task_done(request: HttpRequest, pk: int) -> HttpResponse:
    """The duty bureau says that a task is done, with evidence."""
    found = get_object_or_404(MeetingTask.objects.visible_to(request.user), pk=pk)
    if request.is_past or not actions.may_keep(request.user, found, DONE_BY):
        raise PermissionDenied("这项任务不归你的部门办。")
    form = forms.DoneForm(request.user, DONE_BY, request.POST or None, request.FILES or None, instance=found)

    def save(valid: forms.DoneForm) -> tuple[str, str]:
        made, file = valid.save(commit=False), valid.cleaned_data.get("file")
        actions.keep(request.user, made, DONE_BY, file, against=_done_already)
        return "已登记完成情况。", Tasks.url()

    hint = f"{found.title}（期限 {found.deadline:%Y-%m-%d}）"
    return form_page(request, form, save, title="登记完成情况", back=Tasks.url(), back_label=Tasks.title, hint=hint)


def _done_already(before: MeetingTask) -> Iterator[str]:
    if before.done_on:
        yield f"这项任务已于 {before.done_on:%Y-%m-%d} 登记完成，不能再登记。登记错的请牵头部门更正。"


REGISTERS: dict[str, type[RegisterView]] = {"contacts": Contacts, "meetings": Meetings, "meeting-tasks": Tasks}
