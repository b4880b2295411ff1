"""High-level talent: the register, its categories, and the tab of a person's record."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from talents.actions.benefits import may_apply, valid_tag
from talents.actions.honoured import keep_listed, recognise
from talents.actions.stories import WRITERS
from talents.forms.honoured import CategoryForm, TagForm
from talents.models import (
    AllowanceRecommendation,
    BenefitApplication,
    HighLevelTag,
    SocialWorker,
    SpecialistFile,
    TalentCategory,
)
from talents.search import by_person
from talents.views.benefits import READERS
from talents.views.person import person_context, render_person
from xmsw.accounts.roles import Capability
from xmsw.ui.listing import Column, ListingView, Text
from xmsw.workflow.forming import edit_methods, form_page


class HighLevel(ListingView):
    """Recognitions that hold on the as-of date."""

    title, name, unit, section = "高层次人才", "高层次人才", "人次", "人才"
    capability = Capability.VIEW_PERSONNEL
    template_name = "talents/high_level.html"
    default_sort = "-start"
    empty = "这一天没有有效的高层次人才认定。"
    columns = (
        Column(
            "worker",
            "姓名",
            "worker.name",
            order="worker__pinyin",
            link=lambda row: reverse("talents:recognition", args=[row.worker_id]),
        ),
        Column("category", "类别", "category.name", order="category__name"),
        Column("recognised_by", "认定机关"),
        Column("document", "认定文件"),
        Column("start", "认定日期", order="start"),
        Column("end", "有效期至"),
    )
    filters = (Text("person", "人员", by_person, "姓名、拼音、证书号"),)

    def base_queryset(self) -> QuerySet:
        rows = HighLevelTag.objects.visible_to(self.request.user).in_force(self.request.on)
        return rows.select_related("worker", "category").defer("worker__identity", "worker__phone")

    def context(self) -> dict[str, Any]:
        return super().context() | {"may_record": _records(self.request)}


def _records(request: HttpRequest) -> bool:
    return request.user.can(Capability.RECORD_TALENT) and not request.is_past


@require_safe
def recognition(request: HttpRequest, pk: int) -> HttpResponse:
    """Tab «人才待遇»: recognitions, benefits, recommendations, the 专技 file."""
    record = person_context(request, pk, tab="recognition")
    worker, user = record["worker"], request.user
    tags = HighLevelTag.objects.filter(worker=worker, start__lte=request.on).select_related("category")
    benefits = BenefitApplication.objects.visible_to(user).filter(worker=worker).select_related("type")
    context = {
        **record,
        "tags": list(tags.order_by("-start")),
        "valid": valid_tag(worker, request.on),
        "benefits": list(benefits.order_by("-pk")),
        "recommendations": list(
            AllowanceRecommendation.objects.visible_to(user).filter(worker=worker).order_by("-year")
        ),
        "file": SpecialistFile.objects.filter(worker=worker, included_on__lte=request.on)
        .select_related("unit")
        .first(),
        "may_record": _records(request),
        "opens": any(map(user.can, READERS)),
        "may_apply": not request.is_past and may_apply(user, worker),
        "may_write": not request.is_past and any(map(user.can, WRITERS)),
        "may_recommend": not request.is_past and user.can(Capability.RECOMMEND_ALLOWANCE),
    }
    return render_person(request, "talents/_recognition.html", context)


@edit_methods
def tag_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a recognition with its document."""
    worker = _worker(request, pk)
    form = TagForm(request.POST or None, instance=HighLevelTag(worker=worker))
    return _tag_page(request, form, worker, "登记高层次人才")


@edit_methods
def tag_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a recognition, or say until when it holds."""
    found = get_object_or_404(HighLevelTag.objects.visible_to(request.user).select_related("worker"), pk=pk)
    worker = _worker(request, found.worker_id)
    return _tag_page(request, TagForm(request.POST or None, instance=found), worker, "更正高层次人才认定")


def _worker(request: HttpRequest, pk: int) -> SocialWorker:
    if not request.user.can(Capability.RECORD_TALENT):
        raise PermissionDenied
    return get_object_or_404(SocialWorker.objects.visible_to(request.user), pk=pk)


def _tag_page(request: HttpRequest, form: TagForm, worker: SocialWorker, title: str) -> HttpResponse:
    back = reverse("talents:recognition", args=[worker.pk])

    def save(valid: TagForm) -> tuple[str, str]:
        recognise(request.user, valid.save(commit=False))
        return "已登记认定。", back

    return form_page(request, form, save, title=f"{title}：{worker.name}", back=back, back_label=worker.name)


@require_safe
def categories(request: HttpRequest) -> HttpResponse:
    """Categories with their documents; the policy itself defines none."""
    if not request.user.can(Capability.RECORD_TALENT):
        raise PermissionDenied
    listed = TalentCategory.objects.order_by("-start", "name")
    return render(request, "talents/categories.html", {"categories": listed, "today": timezone.localdate()})


@edit_methods
def category_new(request: HttpRequest) -> HttpResponse:
    """A new category."""
    return _category_page(request, None, "登记高层次人才类别")


@edit_methods
def category_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a category, or say when its document ended."""
    return _category_page(request, get_object_or_404(TalentCategory, pk=pk), "更正高层次人才类别")


def _category_page(request: HttpRequest, found: TalentCategory | None, title: str) -> HttpResponse:
    if not request.user.can(Capability.KEEP_TALENT_LISTS):
        raise PermissionDenied
    back = reverse("talents:categories")

    def save(valid: CategoryForm) -> tuple[str, str]:
        keep_listed(request.user, valid.save(commit=False))
        return "已保存类别。", back

    form = CategoryForm(request.POST or None, instance=found)
    return form_page(request, form, save, title=title, back=back, back_label="高层次人才类别")
