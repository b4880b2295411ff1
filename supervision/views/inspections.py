"""Inspections on screen: the list, one plan with its draw, its checklist, its units, who goes there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from posts.models import Kind, Sector
from supervision import checklists, inspecting, onsite
from supervision.forms.inspections import CancelForm, InspectionForm, item_forms, items_of
from supervision.models import Inspection, InspectionFrame, InspectionUnit
from xmsw.accounts.roles import Capability
from xmsw.policy.rules import by_number
from xmsw.regions.models import Region
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.ui.paging import count_label, paged
from xmsw.workflow.forming import edit_methods, form_page, performed

READERS = (Capability.PLAN_INSPECTIONS, Capability.INSPECT)
_S = Inspection.State


def readers_only(request: HttpRequest) -> None:
    """Officers who plan or inspect."""
    if not any(map(request.user.can, READERS)):
        raise PermissionDenied


def seen(request: HttpRequest, pk: int) -> Inspection:
    """A plan the account sees."""
    readers_only(request)
    return get_object_or_404(Inspection.objects.visible_to(request.user).select_related("region"), pk=pk)


def planned(request: HttpRequest, pk: int) -> Inspection:
    """A plan the account keeps; 403 else, and on a past day."""
    found = seen(request, pk)
    inspecting.only_planner(request.user, found)
    if request.is_past:
        raise PermissionDenied
    return found


class Inspections(ListingView):
    """Plans of the area, and those in which one inspects."""

    title, name, unit, section = "督促核查", "督促核查", "次", "督查"
    default_sort = "-start"
    template_name = "supervision/inspections/list.html"
    empty = "还没有核查计划。"
    columns = (
        Column("title", "名称", order="title", link=lambda row: reverse("supervision:inspection", args=[row.pk])),
        Column("region", "组织地", "region.name", order="region"),
        Column("state", "状态", "get_state_display", order="state"),
        Column("start", "开始", order="start"),
        Column("end", "结束", order="end"),
        Column("method", "怎样选单位", "get_method_display"),
        Column("units", "单位", "n_units", numeric=True),
        Column("document", "文号", chosen=False),
    )
    filters = (
        Text("title", "名称", lambda rows, text: rows.filter(title__contains=text)),
        Choice("state", "状态", _S.choices, lambda rows, value: rows.filter(state=value)),
    )

    def base_queryset(self) -> QuerySet:
        readers_only(self.request)
        rows = Inspection.objects.visible_to(self.request.user).select_related("region")
        return rows.annotate(n_units=Count("units"))

    def context(self) -> dict[str, Any]:
        user = self.request.user
        may = user.can(Capability.PLAN_INSPECTIONS) and user.is_lead and not self.request.is_past
        return super().context() | {"may_plan": may}


@require_safe
def inspection(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: scope, checklist, seed and frame, units by stratum, and what can be done now."""
    found = seen(request, pk)
    plans = inspecting.plans(request.user, found) and not request.is_past
    strata = inspecting.counted(found)
    named = stratum_names(found, [each["stratum"] for each in strata])
    labels = dict(checklists.countable())
    context = {
        "plan": found,
        "plans": plans,
        "editable": plans and found.state == _S.DRAFT and found.seed_fixed_at is None,
        "items": [(each, labels.get(each.fact, "")) for each in found.items.all()],
        "scope": scope_of(found),
        "strata": [{**each, "name": named[each["stratum"]]} for each in strata],
        "total": {name: sum(each[name] for each in strata) for name in ("n", "done", "skipped", "failing")},
        "short": inspecting.short_of_inspectors(found) if plans and found.state == _S.DRAWN else 0,
        "early": found.draw_on > timezone.localdate(),
        "rules": [by_number(number) for number in found.rules],
    }
    return render(request, "supervision/inspections/plan.html", context)


def scope_of(found: Inspection) -> list[tuple[str, str]]:
    """(label, words) of kinds, sectors and places."""
    places = dict(Region.objects.filter(code__in=found.places).values_list("code", "name"))
    told = (
        ("单位类别", [Kind(each).label for each in found.kinds]),
        ("领域", [Sector(each).label for each in found.sectors]),
        ("地区", [places.get(each, each) for each in found.places]),
    )
    return [(label, "、".join(words) or "全部") for label, words in told]


def stratum_names(found: Inspection, codes: list[str]) -> dict[str, str]:
    """Kinds or districts in words."""
    if found.strata == Inspection.Strata.KIND:
        return {code: Kind(code).label for code in codes}
    return dict(Region.objects.filter(code__in=codes).values_list("code", "name"))


@edit_methods
def new(request: HttpRequest) -> HttpResponse:
    """Set up a plan for one's own area."""
    user = request.user
    if not user.can(Capability.PLAN_INSPECTIONS) or not user.is_lead or request.is_past:
        raise PermissionDenied
    return _form(request, Inspection(), "制定核查计划")


@edit_methods
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft until its seed is fixed."""
    found = planned(request, pk)
    if found.state != _S.DRAFT or found.seed_fixed_at is not None:
        raise PermissionDenied
    return _form(request, found, f"修改 {found.title}")


def _form(request: HttpRequest, found: Inspection, title: str) -> HttpResponse:
    form = InspectionForm(request.user, request.POST or None, instance=found)

    def save(valid: InspectionForm) -> tuple[str, str]:
        made = inspecting.save(request.user, valid.save(commit=False))
        return "已保存。请核对核查项目。", reverse("supervision:inspection-items", args=[made.pk])

    back = reverse("supervision:inspection", args=[found.pk]) if found.pk else reverse("supervision:inspections")
    return form_page(
        request, form, save, title=title, back=back, back_label="督促核查",
        template="supervision/inspections/plan_form.html",
    )  # fmt: skip


@edit_methods
def items(request: HttpRequest, pk: int) -> HttpResponse:
    """The checklist: suggested lines, own ones, what each is held against."""
    found = planned(request, pk)
    if found.state != _S.DRAFT:
        raise PermissionDenied
    formset = item_forms(found, request.POST or None)
    form = CancelForm({"reason": "-"})  # form_page wants one; the lines stand in the formset
    if request.method == "POST" and not formset.is_valid():
        form.add_error(None, "核查项目没有填对，请看表格里的提示。")

    def save(_: Any) -> tuple[str, str]:
        checklists.rewrite(found, items_of(formset))
        return "核查项目已保存。", back

    back = reverse("supervision:inspection", args=[pk])
    return form_page(
        request, form, save, title=f"核查项目：{found.title}", back=back, back_label=found.title,
        template="supervision/inspections/items.html", formset=formset,
    )  # fmt: skip


def _step(work: Callable[[Any, Inspection], Any], told: str) -> Callable[[HttpRequest, int], HttpResponse]:
    """A button of the plan's page: do it, say so or say why not."""

    def view(request: HttpRequest, pk: int) -> HttpResponse:
        found = planned(request, pk)
        address = reverse("supervision:inspection", args=[pk])
        return performed(request, lambda: work(request.user, found), told, address)

    return require_POST(view)


fix_seed = _step(inspecting.fix_seed, "随机种子已固定并公布，不能再改。")
draw = _step(inspecting.draw, "单位已确定，结果和校验值见下。")
start = _step(inspecting.start, "核查已开始，核查人在「我的核查」里能看到。")
close = _step(inspecting.close, "核查已结束。")


@edit_methods
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a plan up, with a reason."""
    found = planned(request, pk)
    back = reverse("supervision:inspection", args=[pk])

    def save(form: CancelForm) -> tuple[str, str]:
        inspecting.cancel(request.user, found, form.cleaned_data["reason"])
        return "已取消这次核查。", back

    form = CancelForm(request.POST or None)
    hint = "取消以后不能恢复；已经记录的内容保留。"
    return form_page(request, form, save, title="取消核查", back=back, back_label=found.title, hint=hint)


@require_safe
def frame(request: HttpRequest, pk: int) -> HttpResponse:
    """The published frame, byte for byte what the hash is over."""
    found = get_object_or_404(InspectionFrame, inspection=seen(request, pk))
    answer = HttpResponse(found.lines, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="frame-{pk}.txt"'
    return answer


class Units(ListingView):
    """Units of one plan in the order of the lot, as a list and as a file."""

    title, name, unit, section = "被核查单位", "被核查单位", "家", "督查"
    default_sort = "stratum"
    template_name = "supervision/inspections/units.html"
    columns = (
        Column("employer", "单位", "employer.name", order="employer__pinyin",
               link=lambda row: reverse("supervision:onsite", args=[row.pk])),
        Column("key", "公开编号", order="key"),
        Column("stratum", "层", order="stratum"),
        Column("region", "所在", "employer.region.name"),
        Column("state", "状态", "get_state_display", order="state"),
        Column("visited", "现场日期", "visited_on"),
        Column("failing", "不符合", "n_failing", numeric=True),
        Column("order", "抽取次序值（SHA-256）", order="order", chosen=False),
    )  # fmt: skip
    filters = (
        Choice(
            "state", "状态", InspectionUnit.State.choices, lambda rows, value: rows.filter(state=value)
        ),
        Text("q", "单位", lambda rows, text: rows.filter(employer__name__contains=text)),
    )  # fmt: skip

    def base_queryset(self) -> QuerySet:
        self.plan = seen(self.request, self.kwargs["pk"])
        rows = InspectionUnit.objects.visible_to(self.request.user).filter(inspection=self.plan)
        return rows.select_related("employer__region").annotate(
            n_failing=Count("records", filter=Q(records__result="fails"))
        )

    def context(self) -> dict[str, Any]:
        return super().context() | {"plan": self.plan}


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Units to which one was sent, by page."""
    if not request.user.can(Capability.INSPECT):
        raise PermissionDenied
    units = onsite.assigned(request.user)
    context = {"page": paged(request, units, onsite.TO_DO_FIRST), "count": count_label(units)}
    return render(request, "supervision/inspections/mine.html", context)
