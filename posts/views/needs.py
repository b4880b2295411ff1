"""Need assessments and inclusion filings of an employer: page, form, lists."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from posts.actions import needs as actions
from posts.filters import text_condition
from posts.flows.needs import INCLUSION, NEED
from posts.forms.plans import InclusionForm, NeedForm
from posts.models import Employer, FilingState, Inclusion, Kind, NeedAssessment
from posts.models.kinds import B_KINDS
from xmsw.accounts.models import Bureau
from xmsw.accounts.roles import Capability
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.workflow.pages import case_context
from xmsw.workflow.refusals import Refused
from xmsw.workflow.registry import Flow

EDITABLE = (FilingState.DRAFT, FilingState.RETURNED)
form_page = require_http_methods(["GET", "HEAD", "POST"])


def _able(request: HttpRequest) -> bool:
    return request.user.can(Capability.APPLY) or request.user.can(Capability.REVIEW_NEEDS)


def _page(request: HttpRequest, flow: Flow, pk: int) -> HttpResponse:
    if not _able(request):
        raise PermissionDenied
    found = get_object_or_404(flow.model._default_manager.visible_to(request.user).select_related(*flow.select), pk=pk)
    editable = request.user.can(Capability.APPLY) and found.state in EDITABLE
    context = case_context(request, flow, found, editable=editable, edit=f"posts:{flow.key}-edit") | {
        "again_url": f"posts:{flow.key}-new",
        "again": found.state == FilingState.FILED and _may_start(request, found.employer),
        "back": reverse("posts:employer", args=[found.employer_id]),
        "back_label": found.employer.name,
    }
    return render(request, "posts/filing.html", context)


def _may_start(request: HttpRequest, employer: Employer) -> bool:
    if request.is_past or not actions.may_file(request.user, employer):
        return False
    return request.user.can(Capability.APPLY) or actions.records_for(request.user, employer)


def _form(request: HttpRequest, flow: Flow, found: Any, form_class: type[ModelForm]) -> HttpResponse:
    if not _able(request) or not actions.may_file(request.user, found.employer):
        raise PermissionDenied
    form = form_class(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.keep(request.user, form.save(commit=False))
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            told = "已保存。请核对，再提交。" if saved.state == FilingState.DRAFT else "已备案。"
            messages.success(request, told)
            return redirect(flow.url(saved))
    context = {"form": form, "flow": flow, "employer": found.employer}
    if not request.user.can(Capability.APPLY):
        context["told"] = "你代为登记的，保存后即备案。"
        if not actions.records_for(request.user, found.employer):
            context |= {"told": actions.HAS_ACCOUNT, "closed": True}
    return render(request, "posts/filing_form.html", context, status=422 if form.errors else 200)


def _employer(request: HttpRequest, pk: int) -> Employer:
    return get_object_or_404(Employer.objects.visible_to(request.user), pk=pk)


def _editable(request: HttpRequest, flow: Flow, pk: int) -> Any:
    rows = flow.model._default_manager.visible_to(request.user).select_related("employer")
    found = get_object_or_404(rows, pk=pk)
    if found.state not in EDITABLE or not request.user.can(Capability.APPLY):
        raise PermissionDenied
    return found


@require_safe
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """One need assessment."""
    return _page(request, NEED, pk)


@form_page
def need_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Assess the need of an employer."""
    fresh = NeedAssessment(employer=_employer(request, pk), assessed_on=timezone.localdate())
    return _form(request, NEED, fresh, NeedForm)


@form_page
def need_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a draft or returned assessment."""
    return _form(request, NEED, _editable(request, NEED, pk), NeedForm)


@require_safe
def inclusion(request: HttpRequest, pk: int) -> HttpResponse:
    """One inclusion filing."""
    return _page(request, INCLUSION, pk)


@form_page
def inclusion_new(request: HttpRequest, pk: int) -> HttpResponse:
    """File the inclusion of an employer's posts."""
    fresh = Inclusion(employer=_employer(request, pk), included_on=timezone.localdate())
    return _form(request, INCLUSION, fresh, InclusionForm)


@form_page
def inclusion_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a draft or returned filing."""
    return _form(request, INCLUSION, _editable(request, INCLUSION, pk), InclusionForm)


class _Filings(ListingView):
    section, unit = "单位与岗位", "份"
    template_name = "posts/filings.html"
    kinds: ClassVar[tuple[str, ...]] = ()
    pending: ClassVar[tuple[tuple[str, str], ...]] = ()
    common = (
        Text("q", "单位", lambda rows, text: rows.filter(text_condition(text, "employer__")), "名称、拼音或代码"),
        Choice("state", "状态", FilingState.choices, lambda rows, value: rows.filter(state=value)),
    )

    @cached_property
    def filters(self) -> tuple[Choice | Text, ...]:
        """Employer, state, kind, and the competent bureau for those who see several."""
        kinds = [(kind, Kind(kind).label) for kind in self.kinds]
        found = (*self.common, Choice("kind", "类别", kinds, lambda rows, kind: rows.filter(employer__kind=kind)))
        if not self.request.user.is_lead:
            return found
        by_bureau = lambda rows, bureau: rows.filter(employer__competent_bureau=bureau)  # noqa: E731
        return (*found, Choice("bureau", "主管部门", Bureau.choices, by_bureau))

    def context(self) -> dict[str, Any]:
        looks = self.request.user.can(Capability.VIEW_COMPLIANCE)
        return super().context() | {"pending": self.pending if looks else ()}

    def base_queryset(self) -> QuerySet:
        if not _able(self.request):
            raise PermissionDenied
        return self.model.objects.visible_to(self.request.user).select_related("employer")


class Needs(_Filings):
    """Every assessment, newest first."""

    model = NeedAssessment
    title, name = "需求评估", "需求评估"
    kinds = actions.AS_NEEDED
    pending = (
        ("还没有评估的医院、学校等", "supervision:inclusion", "pending"),
        ("还没有评估的综治中心等 8 类机构", "supervision:staffing", "pending"),
    )
    default_sort = "-on"
    empty = "还没有需求评估。"
    columns = (
        Column(
            "employer",
            "单位",
            "employer.name",
            order="employer__pinyin",
            link=lambda row: reverse("posts:need", args=[row.pk]),
        ),
        Column("kind", "类别", "employer.get_kind_display"),
        Column("bureau", "主管部门", "employer.get_competent_bureau_display"),
        Column("on", "评估日期", "assessed_on", order="assessed_on"),
        Column("headcount", "需要人数", order="headcount", numeric=True),
        Column("assessor", "评估单位"),
        Column("state", "状态", "get_state_display"),
    )


class Inclusions(_Filings):
    """Every inclusion filing, newest first."""

    model = Inclusion
    title, name = "纳入备案", "纳入备案"
    kinds = tuple(B_KINDS)
    pending = (("需要而未纳入的单位", "supervision:inclusion", "missing"),)
    default_sort = "-on"
    empty = "还没有纳入备案。"
    columns = (
        Column(
            "employer",
            "单位",
            "employer.name",
            order="employer__pinyin",
            link=lambda row: reverse("posts:inclusion", args=[row.pk]),
        ),
        Column("kind", "类别", "employer.get_kind_display"),
        Column("bureau", "主管部门", "employer.get_competent_bureau_display"),
        Column("on", "纳入日期", "included_on", order="included_on"),
        Column("document", "文件"),
        Column("state", "状态", "get_state_display"),
    )
