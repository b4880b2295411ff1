"""Call-ups on screen: tasks with candidates in turn, every call, one call, and the member's own."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from awards import callups as actions
from awards import conflicts, pools
from awards.forms.callups import AnswerForm, HoursForm, TaskForm
from awards.forms.pools import WhyForm
from awards.models import CallKind, CallTask, CallUp, PoolMember
from awards.views.pools import keepers_only
from posts.models import Employer
from talents.places import place_choice
from talents.search import person_condition
from talents.views.courses import number
from xmsw.accounts.roles import Capability, Role
from xmsw.policy.parameters import values_on
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.ui.numbers import whole
from xmsw.workflow.forming import edit_methods, form_page, performed

OWN_SHOWN = 100
SEALED = ("member__worker__identity", "member__worker__phone")
OWNERS = (Role.SOCIAL_WORKER, Role.REVIEWER)


def _called(row: CallTask) -> str:
    return "已取消" if row.cancelled_because else f"{row.called} / {row.number}"


def _may_plan(request: HttpRequest) -> bool:
    return pools.keeps_any(request.user) and not request.is_past


class Tasks(ListingView):
    """What members were wanted for, and how many of them are found."""

    title, name, unit, section = "抽调", "抽调任务", "件", "表彰"
    template_name = "awards/call_tasks.html"
    default_sort = "-on"
    empty = "还没有抽调任务。"
    columns = (
        Column("title", "内容", order="title", link=lambda row: reverse("awards:call-task", args=[row.pk])),
        Column("kind", "工作", "get_kind_display", order="kind"),
        Column("on", "日期", order="on"),
        Column("region", "组织地", "region.name", order="region"),
        Column("employer", "服务单位", lambda row: row.employer.name if row.employer_id else ""),
        Column("expertise", "专长", lambda row: row.get_expertise_display() or "不限"),
        Column("called", "已抽 / 要抽", _called),
        Column("waiting", "待答复", numeric=True),
    )

    @cached_property
    def filters(self) -> tuple[Choice | Text, ...]:
        """By kind, place and content."""
        return (
            Text("title", "内容", lambda rows, text: rows.filter(title__contains=text)),
            Choice("kind", "工作", CallKind.choices, lambda rows, value: rows.filter(kind=value)),
            place_choice(self.request.user, lambda rows, code: rows.filter(region__code__startswith=code)),
        )

    def base_queryset(self) -> QuerySet:
        keepers_only(self.request)
        rows = CallTask.objects.visible_to(self.request.user).select_related("region", "employer")
        standing = ~Q(calls__state__in=("declined", "cancelled"))
        return rows.annotate(
            called=Count("calls", filter=standing), waiting=Count("calls", filter=Q(calls__state="called"))
        )

    def context(self) -> dict[str, Any]:
        return super().context() | {"may_plan": _may_plan(self.request)}


class Calls(ListingView):
    """Every call-up of the area's members, with what came of it."""

    title, name, unit, section = "抽调记录", "抽调记录", "人次", "表彰"
    default_sort = "-on"
    empty = "还没有抽调记录。"
    columns = (
        Column(
            "member", "姓名", "member.person", order="sorted_by", link=lambda row: reverse("awards:call", args=[row.pk])
        ),
        Column("pool", "人才库", "member.get_pool_display"),
        Column("kind", "工作", "get_kind_display", order="kind"),
        Column("title", "内容", order="title"),
        Column("on", "日期", order="on"),
        Column("employer", "服务单位", lambda row: row.employer.name if row.employer_id else "", chosen=False),
        Column("state", "状态", "get_state_display", order="state"),
        Column("hours", "时数", lambda row: number(row.hours) or None, numeric=True),
        Column("answer", "答复", chosen=False),
        Column("placed", "抽调依据", "placed_because", chosen=False),
    )
    filters = (
        Text("person", "姓名", lambda rows, text: _of_member(rows, text), "姓名、拼音、证书号"),
        Choice("kind", "工作", CallKind.choices, lambda rows, value: rows.filter(kind=value)),
        Choice("state", "状态", CallUp.State.choices, lambda rows, value: rows.filter(state=value)),
    )

    def base_queryset(self) -> QuerySet:
        keepers_only(self.request)
        rows = CallUp.objects.visible_to(self.request.user).select_related("member__worker", "employer")
        rows = rows.annotate(sorted_by=Coalesce(F("member__worker__pinyin"), F("member__pinyin")))
        return rows.defer(*SEALED)


def _of_member(rows: QuerySet, text: str) -> QuerySet:
    outsider = Q(member__worker=None, member__name__startswith=text)
    return rows.filter(person_condition(text, "member__worker__") | outsider)


@edit_methods
def new(request: HttpRequest) -> HttpResponse:
    """State what members are wanted for."""
    if not _may_plan(request):
        raise PermissionDenied
    form = TaskForm(request.user, request.POST or None)

    def save(valid: TaskForm) -> tuple[str, str]:
        made = actions.plan(request.user, valid.save(commit=False))
        return "请核对轮到谁，再确认抽调。", reverse("awards:call-task", args=[made.pk])

    hint = "保存以后列出轮到的成员和理由，确认以后才通知本人。"
    back = reverse("awards:call-tasks")
    return form_page(request, form, save, title="组织抽调", back=back, back_label="抽调", hint=hint, submit="下一步")


def _task(request: HttpRequest, pk: int) -> CallTask:
    keepers_only(request)
    rows = CallTask.objects.visible_to(request.user).select_related("region", "employer", "made_by")
    return get_object_or_404(rows, pk=pk)


def _run(request: HttpRequest, pk: int) -> CallTask:
    """A task the account runs; 403 else, and on a past day."""
    found = _task(request, pk)
    actions.only_runner(request.user, found)
    if request.is_past:
        raise PermissionDenied
    return found


@require_safe
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One task: who was called, whose turn it is next and why, who is left out and why."""
    found = _task(request, pk)
    open_now = not found.cancelled_because and found.on >= timezone.localdate()
    number = actions.wanted(found) if open_now else 0
    asked = actions.candidates(found) if number else actions.Candidates()
    chosen = asked.first(number)
    values = values_on(timezone.localdate())
    context = {
        "task": found,
        "runs": actions.runs(request.user, found) and not request.is_past,
        "open": open_now,
        "wanted": number,
        "rows": [{"turn": each, "member": asked.members[each.member]} for each in asked.turns],
        "chosen": chosen,
        "shown": ",".join(map(str, chosen)),
        "out": asked.out,
        "months": values["pool_rotation_months"],
        "since": conflicts.since(timezone.localdate()) if found.employer_id else None,
        "calls": found.calls.select_related("member__worker").defer(*SEALED).order_by("pk"),
    }
    return render(request, "awards/call_task.html", context)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Call those who were shown."""
    found = _run(request, pk)
    shown = [number for each in request.POST.get("shown", "").split(",") if (number := whole(each)) is not None]
    address = reverse("awards:call-task", args=[pk])
    told = f"已抽调 {len(shown)} 人，有账号的已经通知。"
    return performed(request, lambda: actions.call(request.user, found, shown), told, address)


@edit_methods
def cancel_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the whole task back."""
    found = _run(request, pk)
    back = reverse("awards:call-task", args=[pk])

    def save(form: WhyForm) -> tuple[str, str]:
        actions.cancel_task(request.user, found, form.cleaned_data["reason"])
        return "已取消，并通知了已经抽调的人。", back

    return form_page(request, WhyForm(request.POST or None), save, title="取消抽调", back=back, back_label=str(found))


def _calls(request: HttpRequest) -> QuerySet[CallUp]:
    """Calls the account sees: an officer's area, or one's own."""
    if not (request.user.can(Capability.KEEP_POOLS) or request.user.role in OWNERS):
        raise PermissionDenied
    rows = CallUp.objects.visible_to(request.user)
    rows = rows.select_related("member__worker__account", "member__account", "employer", "task", "called_by")
    return rows.defer(*SEALED)


@require_safe
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One call-up: what, when, why this member; the answer, the hours, and what may be done."""
    found = get_object_or_404(_calls(request), pk=pk)
    keeps = pools.keeps(request.user, found.member) and not request.is_past
    today = timezone.localdate()
    context = {
        "call": found,
        "answers": actions.answers(request.user, found) and not request.is_past,
        "answer_form": AnswerForm(),
        "may_finish": keeps and found.on <= today and found.state in (*CallUp.OPEN, CallUp.State.DONE),
        "may_cancel": keeps and found.state in CallUp.OPEN,
        "lists": request.user.can(Capability.KEEP_POOLS),
        "sees_employer": found.employer_id
        and Employer.objects.visible_to(request.user).filter(pk=found.employer_id).exists(),
    }
    return render(request, "awards/call.html", context)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The member accepts or declines."""
    found = get_object_or_404(_calls(request), pk=pk)
    if request.is_past:
        raise PermissionDenied
    accepts, words = request.POST.get("answer") == "accept", request.POST.get("words", "")
    told = "已答复：参加。" if accepts else "已答复：不参加。"
    return performed(
        request, lambda: actions.answer(request.user, found, accepts=accepts, words=words), told,
        reverse("awards:call", args=[pk]),
    )  # fmt: skip


def _kept(request: HttpRequest, pk: int) -> CallUp:
    found = get_object_or_404(_calls(request), pk=pk)
    pools.only_keeper(request.user, found.member)
    if request.is_past:
        raise PermissionDenied
    return found


@edit_methods
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter that it took place, with the hours."""
    found = _kept(request, pk)
    back = reverse("awards:call", args=[pk])

    def save(form: HoursForm) -> tuple[str, str]:
        actions.finish(request.user, found, form.cleaned_data["hours"])
        return "已登记完成。", back

    form = HoursForm(request.POST or None, initial={"hours": found.hours or None})
    return form_page(request, form, save, title=f"登记完成：{found.member.person}", back=back, back_label=found.title)


@edit_methods
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one call back."""
    found = _kept(request, pk)
    back = reverse("awards:call", args=[pk])

    def save(form: WhyForm) -> tuple[str, str]:
        actions.cancel(request.user, found, form.cleaned_data["reason"])
        return "已取消，并通知了本人。", back

    form = WhyForm(request.POST or None)
    return form_page(request, form, save, title=f"取消抽调：{found.member.person}", back=back, back_label=found.title)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """One's own memberships and call-ups, what waits for an answer first."""
    if request.user.role not in OWNERS:
        raise PermissionDenied
    today = timezone.localdate()
    rows = CallUp.objects.visible_to(request.user).select_related("employer", "member__region")
    members = PoolMember.objects.visible_to(request.user).members(today).select_related("region", "worker")
    context = {
        "waiting": rows.filter(state=CallUp.State.CALLED, on__gte=today).order_by("on", "pk")[:OWN_SHOWN],
        "others": rows.exclude(state=CallUp.State.CALLED, on__gte=today).order_by("-on", "-pk")[:OWN_SHOWN],
        "members": members.defer("worker__identity", "worker__phone").order_by("pk"),
    }
    return render(request, "awards/my_calls.html", context)
