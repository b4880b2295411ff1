"""Cycles on screen: the list, one round with its phases and nominees, its form, and what the organiser does."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from awards import commending, cycles, nominations, notices, panel
from awards.forms.cycles import (
    CommendForm,
    CriteriaFormSet,
    CycleForm,
    ExtensionForm,
    ProlongForm,
    ReasonForm,
    ResultForm,
    criteria_of,
)
from awards.models import AwardCycle, AwardLevel, Nomination, Objection
from xmsw.accounts.roles import Capability
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.ui.numbers import whole
from xmsw.workdays import arranged
from xmsw.workflow.forming import edit_methods, form_page, performed

_S, _N = AwardCycle.State, Nomination.State
READERS = (Capability.VIEW_AWARDS, Capability.RUN_AWARDS)


def readers_only(request: HttpRequest) -> None:
    """Officers, employers' people and social workers; an outside reviewer has the panel only."""
    if not any(map(request.user.can, READERS)):
        raise PermissionDenied


def seen(request: HttpRequest, pk: int) -> AwardCycle:
    """A round the account sees."""
    readers_only(request)
    rows = AwardCycle.objects.visible_to(request.user).select_related("region")
    return get_object_or_404(rows, pk=pk)


def organised(request: HttpRequest, pk: int) -> AwardCycle:
    """A round the account organises; 403 else, and on a past day."""
    found = seen(request, pk)
    cycles.only_organiser(request.user, found)
    if request.is_past:
        raise PermissionDenied
    return found


class Cycles(ListingView):
    """Every round that was called, and own drafts."""

    title, name, unit, section = "表彰周期", "表彰周期", "届", "表彰"
    default_sort = "-call_start"
    template_name = "awards/cycles.html"
    empty = "还没有表彰周期。"
    columns = (
        Column("title", "名称", order="title", link=lambda row: reverse("awards:cycle", args=[row.pk])),
        Column("level", "级别", "get_level_display", order="level"),
        Column("region", "组织地", "region.name", order="region"),
        Column("year", "年度", order="year"),
        Column("state", "阶段", "get_state_display"),
        Column("call_start", "申报开始", order="call_start"),
        Column("call_end", "申报截止", order="call_end"),
        Column("quota", "名额", numeric=True),
        Column("commended_on", "表彰日期", order="commended_on"),
    )
    filters = (
        Text("title", "名称", lambda rows, text: rows.filter(title__contains=text)),
        Choice("level", "级别", AwardLevel.choices[:-1], lambda rows, value: rows.filter(level=value)),
        Choice("state", "阶段", _S.choices, lambda rows, value: rows.filter(state=value)),
    )

    def base_queryset(self) -> QuerySet:
        readers_only(self.request)
        return AwardCycle.objects.visible_to(self.request.user).select_related("region")

    def context(self) -> dict[str, Any]:
        user = self.request.user
        may = user.can(Capability.RUN_AWARDS) and user.area_code and not self.request.is_past
        return super().context() | {"may_start": may}


@require_safe
def cycle(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: phases, rules, what I can do, the nominees I may see, the notice, the winners."""
    found = seen(request, pk)
    runs = cycles.runs(request.user, found) and not request.is_past
    own = Nomination.objects.visible_to(request.user).filter(cycle=found)
    counted = own.aggregate(
        all=Count("pk", filter=~Q(state__in=(_N.DRAFT, _N.WITHDRAWN))),
        waiting=Count("pk", filter=Q(state=_N.SUBMITTED)),
        recommended=Count("pk", filter=Q(state=_N.RECOMMENDED)),
        eligible=Count("pk", filter=Q(state__in=(_N.ELIGIBLE, _N.SCORED, _N.ON_NOTICE, _N.AWARDED))),
    )
    nominable = nominations.nominees(request.user, found) if found.state == _S.CALL and not request.is_past else []
    notice = notices.current(found)
    context = {
        "cycle": found,
        "phases": cycles.phases(found),
        "criteria": list(found.criteria.all()),
        "counted": counted,
        "nominees": _nominees(own, ranked=runs or found.state == _S.COMMENDED),
        "drafts": own.filter(state__in=nominations.EDITABLE).select_related("worker")[:20],
        "may_nominate": bool(nominable) and not nominations.open_for(found, _S.CALL),
        "runs": runs,
        "editable": runs and found.state in cycles.EDITABLE,
        "unready": list(cycles.unready(found)) if runs and found.state == _S.DRAFT else [],
        "notice": notice,
        "notice_over": notice is not None and timezone.localdate() > notice.end,
        "open_objections": _open_objections(found) if runs else 0,
        "prolongs": runs and found.state in cycles.LAST_DAYS,
        "arranged": notice is None or arranged(notice.end.year),
        "honours": found.honours.filter(revoked_on=None).select_related("worker", "employer").order_by("number", "pk")
        if found.state == _S.COMMENDED
        else [],
        "free_places": found.quota - own.filter(state=_N.ON_NOTICE).count() if found.state == _S.NOTICE else 0,
    }
    return render(request, "awards/cycle.html", context)


def _nominees(own: QuerySet, *, ranked: bool) -> QuerySet:
    """The first twenty. Their order tells the ranking, so it is that of the ranking only for whoever may know it."""
    rows = own.exclude(state=_N.DRAFT).select_related("worker", "employer")
    return rows.order_by("rank", "-pk")[:20] if ranked else rows.order_by("-pk")[:20]


def _open_objections(found: AwardCycle) -> int:
    return Objection.objects.filter(nomination__cycle=found, state__in=Objection.OPEN).count()


@edit_methods
def new(request: HttpRequest) -> HttpResponse:
    """Set up a round; `from` copies the rules of an earlier one."""
    if not request.user.can(Capability.RUN_AWARDS) or not request.user.area_code or request.is_past:
        raise PermissionDenied
    given, criteria = {"year": timezone.localdate().year}, []
    source = whole(request.GET.get("from", ""))
    if source is not None:
        earlier = get_object_or_404(AwardCycle.objects.visible_to(request.user), pk=source)
        left = {"call_start", "call_end", "recommend_end", "preliminary_end", "panel_end", "document", "year"}
        given |= {name: getattr(earlier, name) for name in CycleForm.Meta.fields if name not in left}
        criteria = [{"name": each.name, "weight": each.weight, "note": each.note} for each in earlier.criteria.all()]
    return _form(request, AwardCycle(), "组织一届表彰", given, criteria)


@edit_methods
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the rules before anybody can nominate."""
    found = organised(request, pk)
    if found.state not in cycles.EDITABLE:
        raise PermissionDenied
    criteria = [{"name": each.name, "weight": each.weight, "note": each.note} for each in found.criteria.all()]
    return _form(request, found, f"修改 {found.title}", {}, criteria)


def _form(
    request: HttpRequest, found: AwardCycle, title: str, initial: dict[str, Any], criteria: list[dict[str, Any]]
) -> HttpResponse:
    form = CycleForm(request.user, request.POST or None, instance=found, initial=initial)
    formset = CriteriaFormSet(request.POST or None, prefix="c", initial=criteria)
    if request.method == "POST" and not formset.is_valid():
        form.add_error(None, "评审指标没有填对，请看表格里的提示。")

    def save(valid: CycleForm) -> tuple[str, str]:
        made = cycles.save(request.user, valid.save(commit=False), criteria_of(formset))
        return "已保存。", reverse("awards:cycle", args=[made.pk])

    back = reverse("awards:cycle", args=[found.pk]) if found.pk else reverse("awards:cycles")
    return form_page(
        request, form, save, title=title, back=back, back_label="表彰周期",
        template="awards/cycle_form.html", formset=formset,
    )  # fmt: skip


def _done(request: HttpRequest, pk: int, work: Any, told: str) -> HttpResponse:
    return performed(request, work, told, reverse("awards:cycle", args=[pk]))


@require_POST
def announce(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft public."""
    found = organised(request, pk)
    return _done(request, pk, lambda: cycles.announce(request.user, found), "已发布，到申报开始日自动开放申报。")


@require_POST
def open_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the scoring."""
    found = organised(request, pk)
    return _done(request, pk, lambda: panel.open_panel(request.user, found), "评审已开始，请通知评审人打分。")


@require_POST
def close_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """End the scoring and rank."""
    found = organised(request, pk)
    return _done(request, pk, lambda: panel.close_panel(request.user, found), "评审已结束，名次见下表。")


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the notice."""
    found = organised(request, pk)
    return _done(request, pk, lambda: notices.publish(request.user, found), "已公示，任何人都能看到公示页面。")


@edit_methods
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """End the round with a reason."""
    found = organised(request, pk)

    def save(form: ReasonForm) -> tuple[str, str]:
        cycles.cancel(request.user, found, form.cleaned_data["reason"])
        return "已取消本届。", reverse("awards:cycle", args=[pk])

    return _small(
        request, found, ReasonForm(request.POST or None), save, "取消本届", "取消以后不能恢复，各推荐一并终止。"
    )


@edit_methods
def prolong(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the present phase more days."""
    found = organised(request, pk)

    def save(form: ProlongForm) -> tuple[str, str]:
        made = cycles.prolong(request.user, found, form.cleaned_data["until"])
        return f"「{made.get_state_display()}」阶段延长到 {form.cleaned_data['until']:%Y-%m-%d}。", back

    back = reverse("awards:cycle", args=[pk])
    hint = "后面各阶段的截止日期不早于这一天，必要时一并顺延。"
    return _small(request, found, ProlongForm(request.POST or None), save, "延长本阶段", hint)


@edit_methods
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the notice longer."""
    found = organised(request, pk)

    def save(form: ExtensionForm) -> tuple[str, str]:
        notice = notices.extend(request.user, found, form.cleaned_data["days"], form.cleaned_data["reason"])
        return f"公示延长到 {notice.end:%Y-%m-%d}。", reverse("awards:cycle", args=[pk])

    return _small(request, found, ExtensionForm(request.POST or None), save, "延长公示", "")


@edit_methods
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the next of the ranking follow."""
    found = organised(request, pk)

    def save(form: ReasonForm) -> tuple[str, str]:
        follower = notices.fill(request.user, found, form.cleaned_data["reason"])
        return f"{follower.worker.name}已递补，公示重新计算。", reverse("awards:cycle", args=[pk])

    hint = "名次最前的后备人选进入公示，公示期从今天重新计算。也可以不递补，名额空缺。"
    return _small(request, found, ReasonForm(request.POST or None), save, "递补人选", hint)


@edit_methods
def commend(request: HttpRequest, pk: int) -> HttpResponse:
    """Commend those on notice; of a higher round, enter who won."""
    found = organised(request, pk)
    if found.higher:
        return _results(request, found)

    def save(form: CommendForm) -> tuple[str, str]:
        given = form.cleaned_data
        made = commending.commend(request.user, found, given["on"], given["document"])
        return f"已表彰 {len(made)} 人，证书可以打印。", reverse("awards:cycle", args=[pk])

    hint = "公示结束、异议都核查完以后表彰。公示中的人选全部获奖。"
    return _small(request, found, CommendForm(request.POST or None), save, "表彰", hint)


def _results(request: HttpRequest, found: AwardCycle) -> HttpResponse:
    nominees = found.nominations.filter(state=_N.ELIGIBLE).select_related("worker", "employer", "cycle")

    def save(form: ResultForm) -> tuple[str, str]:
        given = form.cleaned_data
        won = [each.pk for each in given["winners"]]
        made = commending.enter_results(request.user, found, won, given["on"], given["title"], given["document"])
        return f"已登记 {len(made)} 人获奖。", reverse("awards:cycle", args=[found.pk])

    form = ResultForm(nominees, request.POST or None, initial={"title": found.title})
    return _small(request, found, form, save, "登记结果", "按上级公布的结果登记。")


def _small(request: HttpRequest, found: AwardCycle, form: Any, save: Any, title: str, hint: str) -> HttpResponse:
    back = reverse("awards:cycle", args=[found.pk])
    return form_page(request, form, save, title=title, back=back, back_label=found.title, hint=hint)
