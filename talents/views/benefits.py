"""Preferential treatment: the guide, applications, and recommendations for the special allowance."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from talents.actions import benefits as actions
from talents.actions.honoured import keep_listed
from talents.flows.benefits import ALLOWANCE, BENEFIT
from talents.forms.honoured import AllowanceForm, BenefitForm, BenefitTypeForm
from talents.models import AllowanceRecommendation, BenefitApplication, BenefitType, SocialWorker
from talents.search import by_person
from xmsw.accounts.roles import Capability
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.workflow.forming import edit_methods, form_page
from xmsw.workflow.pages import case_context

READERS = (
    Capability.OWN_RECORD,
    Capability.APPLY,
    Capability.HANDLE_BENEFITS,
    Capability.RECORD_TALENT,
)
PERSON = Text("person", "人员", by_person, "姓名、拼音、证书号")


def _permitted(request: HttpRequest, *capabilities: str) -> None:
    if not any(map(request.user.can, capabilities)):
        raise PermissionDenied


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """What there is to apply for, who handles it, by which document."""
    _permitted(request, *READERS)
    context = {
        "types": BenefitType.objects.in_force(request.on).order_by("name"),
        "may_edit": _keeps_types(request),
        "own": request.user.can(Capability.OWN_RECORD),
        "worker": _entitled(request),
    }
    return render(request, "talents/benefit_guide.html", context)


def _entitled(request: HttpRequest) -> SocialWorker | None:
    """Who signed in, when a recognition opens the benefits to that person."""
    if not request.user.can(Capability.OWN_RECORD) or request.is_past:
        return None
    worker = SocialWorker.objects.filter(account=request.user).first()
    return worker if worker and actions.valid_tag(worker, request.on) else None


def _keeps_types(request: HttpRequest) -> bool:
    return request.user.can(Capability.KEEP_TALENT_LISTS) and not request.is_past


@edit_methods
def type_new(request: HttpRequest) -> HttpResponse:
    """A further benefit."""
    return _type_page(request, None, "登记优惠待遇")


@edit_methods
def type_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a benefit, or say when it ended."""
    return _type_page(request, get_object_or_404(BenefitType, pk=pk), "更正优惠待遇")


def _type_page(request: HttpRequest, found: BenefitType | None, title: str) -> HttpResponse:
    _permitted(request, Capability.KEEP_TALENT_LISTS)
    back = reverse("talents:benefit-guide")

    def save(valid: BenefitTypeForm) -> tuple[str, str]:
        keep_listed(request.user, valid.save(commit=False))
        return "已保存。", back

    form = BenefitTypeForm(request.POST or None, instance=found)
    return form_page(request, form, save, title=title, back=back, back_label="优惠待遇")


class Benefits(ListingView):
    """Applications routed to the account's bureau, of its employer, or its own."""

    title, name, unit, section = "优惠待遇申请", "优惠待遇申请", "件", "人才"
    default_sort = "-id"
    template_name = "talents/benefits.html"
    empty = "还没有申请。"
    columns = (
        Column("id", "编号", "pk", order="pk", link=lambda row: reverse("talents:benefit", args=[row.pk])),
        Column("worker", "姓名", "worker.name", order="worker__pinyin"),
        Column("type", "待遇", "type.name", order="type__name"),
        Column("employer", "用人单位", "employer.name", order="employer__pinyin"),
        Column("state", "状态", "get_state_display"),
        Column("result", "结果"),
        Column("result_on", "结果日期"),
    )
    filters = (
        PERSON,
        Choice("state", "状态", BenefitApplication.State.choices, lambda rows, state: rows.filter(state=state)),
    )

    def base_queryset(self) -> QuerySet:
        _permitted(self.request, *READERS)
        rows = BenefitApplication.objects.visible_to(self.request.user)
        return rows.select_related("worker", "type", "employer").defer("worker__identity", "worker__phone")


@require_safe
def benefit(request: HttpRequest, pk: int) -> HttpResponse:
    """One application: what, for whom, how far."""
    _permitted(request, *READERS)
    rows = BenefitApplication.objects.visible_to(request.user).select_related(*BENEFIT.select)
    found = get_object_or_404(rows, pk=pk)
    editable = found.state in actions.EDITABLE and actions.may_apply(request.user, found.worker)
    context = case_context(request, BENEFIT, found, editable=editable, edit="talents:benefit-edit")
    back = {"back": reverse("talents:benefits"), "back_label": "优惠待遇申请"}
    return render(request, "workflow/case.html", context | back)


@edit_methods
def benefit_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply for a person."""
    _permitted(request, Capability.OWN_RECORD, Capability.APPLY)
    worker = get_object_or_404(SocialWorker.objects.visible_to(request.user), pk=pk)
    back = reverse("talents:recognition", args=[pk])
    if actions.valid_tag(worker, timezone.localdate()) is None:
        messages.error(request, actions.NO_TAG)
        return redirect(back)

    def save(valid: BenefitForm) -> tuple[str, str]:
        made = actions.apply_for(request.user, valid.save(commit=False))
        return "已保存。请上传材料，再提交。", BENEFIT.url(made)

    initial = {"type": request.GET.get("type", "")[:19]}
    form = BenefitForm(request.POST or None, instance=BenefitApplication(worker=worker), initial=initial)
    title = f"申请优惠待遇：{worker.name}"
    return form_page(request, form, save, title=title, back=back, back_label=worker.name)


@edit_methods
def benefit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a draft or returned application."""
    _permitted(request, Capability.OWN_RECORD, Capability.APPLY)
    rows = BenefitApplication.objects.visible_to(request.user).select_related("worker")
    found = get_object_or_404(rows, pk=pk, state__in=actions.EDITABLE)
    back = BENEFIT.url(found)

    def save(valid: BenefitForm) -> tuple[str, str]:
        actions.correct(valid.save(commit=False))
        return "已保存。", back

    form = BenefitForm(request.POST or None, instance=found)
    return form_page(request, form, save, title="修改申请", back=back, back_label=str(found))


class Allowances(ListingView):
    """Recommendations for the special allowance, the latest year first."""

    title, name, unit, section = "政府特殊津贴推荐", "政府特殊津贴推荐", "人", "人才"
    default_sort = "-year"
    empty = "还没有推荐过人选。在人员档案的「人才待遇」里推荐。"
    columns = (
        Column("year", "年度", order="year"),
        Column(
            "worker",
            "人选",
            "worker.name",
            order="worker__pinyin",
            link=lambda row: reverse("talents:allowance", args=[row.pk]),
        ),
        Column("recommender", "推荐部门", "recommender.name", order="recommender__name"),
        Column("state", "状态", "get_state_display"),
        Column("result_on", "结果日期"),
        Column("result_document", "结果文件"),
    )
    filters = (
        PERSON,
        Choice("state", "状态", AllowanceRecommendation.State.choices, lambda rows, state: rows.filter(state=state)),
    )

    def base_queryset(self) -> QuerySet:
        _permitted(self.request, Capability.RECOMMEND_ALLOWANCE, Capability.OWN_RECORD)
        rows = AllowanceRecommendation.objects.visible_to(self.request.user)
        return rows.select_related("worker", "recommender").defer("worker__identity", "worker__phone")


@require_safe
def allowance(request: HttpRequest, pk: int) -> HttpResponse:
    """One recommendation."""
    _permitted(request, Capability.RECOMMEND_ALLOWANCE, Capability.OWN_RECORD)
    found = get_object_or_404(_recommendations(request), pk=pk)
    editable = found.state in actions.EDITABLE and request.user.can(Capability.RECOMMEND_ALLOWANCE)
    context = case_context(request, ALLOWANCE, found, editable=editable, edit="talents:allowance-edit")
    back = {"back": reverse("talents:allowances"), "back_label": "政府特殊津贴推荐"}
    return render(request, "workflow/case.html", context | back)


def _recommendations(request: HttpRequest) -> QuerySet[AllowanceRecommendation]:
    return AllowanceRecommendation.objects.visible_to(request.user).select_related(*ALLOWANCE.select)


@edit_methods
def allowance_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Recommend a person of the own area."""
    _permitted(request, Capability.RECOMMEND_ALLOWANCE)
    worker = get_object_or_404(SocialWorker.objects.visible_to(request.user), pk=pk)
    fresh = AllowanceRecommendation(worker=worker)
    back = reverse("talents:recognition", args=[pk])
    return _allowance_page(request, fresh, f"推荐政府特殊津贴人选：{worker.name}", back)


@edit_methods
def allowance_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a draft or returned recommendation."""
    _permitted(request, Capability.RECOMMEND_ALLOWANCE)
    found = get_object_or_404(_recommendations(request), pk=pk, state__in=actions.EDITABLE)
    return _allowance_page(request, found, "修改推荐", ALLOWANCE.url(found))


def _allowance_page(request: HttpRequest, found: AllowanceRecommendation, title: str, back: str) -> HttpResponse:
    def save(valid: AllowanceForm) -> tuple[str, str]:
        kept: Any = valid.save(commit=False)
        if kept.pk is None:
            actions.recommend(request.user, kept)
        else:
            actions.correct(kept)
        return "已保存。请核对，再报市级审核。", ALLOWANCE.url(kept)

    form = AllowanceForm(request.POST or None, instance=found)
    return form_page(request, form, save, title=title, back=back, back_label="返回")
