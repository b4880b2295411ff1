"""Nominations on screen: the list, one with its checks and its way, the form."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from awards import cycles
from awards import nominations as actions
from awards.flows.nomination import NOMINATION
from awards.forms.nominations import NominationForm
from awards.models import AwardCycle, Nomination
from awards.views.cycles import readers_only, seen
from posts.filters import text_condition
from talents.places import place_choice
from talents.search import person_condition
from xmsw.regions.areas import in_district
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.workflow.forming import edit_methods, form_page
from xmsw.workflow.pages import case_context

_S = AwardCycle.State


class Nominations(ListingView):
    """Nominations of the area and line, of the employer, or one's own; drafts only of who writes them."""

    title, name, unit, section = "推荐人选", "推荐人选", "人", "表彰"
    default_sort = "-id"
    empty = "还没有推荐人选。在申报阶段的表彰页面上推荐。"
    columns = (
        Column("id", "编号", "pk", order="pk", chosen=False),
        Column("worker", "姓名", "worker.name", order="worker__pinyin", link=lambda row: NOMINATION.url(row)),
        Column("employer", "单位", "employer.name", order="employer__pinyin"),
        Column("cycle", "表彰", "cycle.title", order="cycle"),
        Column("state", "状态", "get_state_display", order="state"),
        Column("by", "方式", lambda row: "自荐" if row.by_oneself else "单位推荐"),
        Column("result", "说明", "result", chosen=False),
    )

    @property
    def filters(self) -> tuple[Choice | Text, ...]:
        """By round, place, state, person and employer."""
        rounds = AwardCycle.objects.visible_to(self.request.user).exclude(state=_S.DRAFT).order_by("-call_start")
        listed = [(str(pk), title) for pk, title in rounds.values_list("pk", "title")[:50]]
        return (
            Choice("cycle", "表彰", listed, lambda rows, value: rows.filter(cycle=value)),
            place_choice(
                self.request.user, lambda rows, code: rows.filter(in_district("employer__region__code", code))
            ),
            Choice("state", "状态", Nomination.State.choices, lambda rows, value: rows.filter(state=value)),
            Text("person", "人员", lambda rows, text: rows.filter(person_condition(text, "worker__")), "姓名、拼音"),
            Text("q", "单位", lambda rows, text: rows.filter(text_condition(text, "employer__")), "名称、拼音或代码"),
        )

    def base_queryset(self) -> QuerySet:
        readers_only(self.request)
        rows = Nomination.objects.visible_to(self.request.user).select_related("worker", "employer", "cycle")
        return rows.defer("achievements", "worker__identity", "worker__phone")


def _nominations(request: HttpRequest) -> QuerySet[Nomination]:
    readers_only(request)
    return Nomination.objects.visible_to(request.user).select_related(*NOMINATION.select)


@require_safe
def nomination(request: HttpRequest, pk: int) -> HttpResponse:
    """One nomination: who, why, which conditions are met, its files and its way."""
    found = get_object_or_404(_nominations(request), pk=pk)
    editable = found.state in actions.EDITABLE and actions.may_edit(request.user, found)
    context = case_context(request, NOMINATION, found, editable=editable, edit="awards:nomination-edit")
    context |= NOMINATION.context(request, found)
    context |= {"back": reverse("awards:cycle", args=[found.cycle_id]), "back_label": found.cycle.title}
    context["shows_score"] = found.score is not None and (
        cycles.runs(request.user, found.cycle) or found.cycle.state == _S.COMMENDED
    )
    return render(request, "workflow/case.html", context)


@edit_methods
def nominate(request: HttpRequest, pk: int) -> HttpResponse:
    """Nominate somebody in a round."""
    cycle = seen(request, pk)
    people = actions.nominees(request.user, cycle)
    if not people or request.is_past:
        raise PermissionDenied
    form = NominationForm(request.POST or None, instance=Nomination(cycle=cycle), people=people)

    def save(valid: NominationForm) -> tuple[str, str]:
        made = valid.save(commit=False)
        made.worker, made.employer = valid.chosen.worker, valid.chosen.employer
        actions.nominate(request.user, made)
        return "已保存。请上传材料，核对条件，再提交。", NOMINATION.url(made)

    back = reverse("awards:cycle", args=[pk])
    hint = f"{cycle.call_end:%Y-%m-%d} 截止。保存以后立即核对参评条件。"
    return form_page(request, form, save, title=f"推荐：{cycle.title}", back=back, back_label=cycle.title, hint=hint)


@edit_methods
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend a draft or what was returned."""
    found = get_object_or_404(_nominations(request), pk=pk, state__in=actions.EDITABLE)
    if not actions.may_edit(request.user, found):
        raise PermissionDenied
    back = NOMINATION.url(found)

    def save(valid: NominationForm) -> tuple[str, str]:
        actions.correct(request.user, valid.save(commit=False))
        return "已保存。", back

    form = NominationForm(request.POST or None, instance=found)
    return form_page(request, form, save, title=f"修改：{found}", back=back, back_label=str(found))
