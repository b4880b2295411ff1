"""Guidance standards on screen (三(一)-5, -6): versions, drafts, comparison, district floats, indicators."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from payroll import guidance, issuing
from payroll.flows.standards import STANDARD
from payroll.forms.standards import SECTORS, CompareForm, FloatForm, IndicatorForm, KeepForm, StandardForm
from payroll.models import DistrictFloat, EconomicIndicator, GuidanceStandard, StandardReview
from payroll.versions import described
from xmsw.accounts.roles import Capability
from xmsw.ui.listing import Choice, Column, ListingView
from xmsw.ui.numbers import whole
from xmsw.workflow.forming import edit_methods, form_page
from xmsw.workflow.pages import case_context

MAKERS = Capability.EDIT_STANDARDS


def makes(request: HttpRequest) -> bool:
    """Whether the account drafts standards now, for its own city."""
    return request.user.can(MAKERS) and bool(request.user.area_code) and not request.is_past


def only_makers(request: HttpRequest) -> None:
    """Raises PermissionDenied for everybody else."""
    if not request.user.can(MAKERS) or not request.user.area_code:
        raise PermissionDenied


class Standards(ListingView):
    """Every version: issued ones for everybody, drafts for those who make them."""

    title, name, unit, section = "薪酬指导标准", "薪酬指导标准", "版", "薪酬"
    default_sort = "-start"
    template_name = "payroll/standards.html"
    empty = "还没有发布薪酬指导标准。"
    columns = (
        Column("document", "文号", order="document", link=lambda row: reverse("payroll:standard", args=[row.pk])),
        Column("sector", "领域", "get_sector_display", order="sector"),
        Column("base_year", "基准年", order="base_year"),
        Column("base_wage", "基准年平均工资", order="base_wage", numeric=True),
        Column("float", "区可浮动", lambda row: f"−{percent(row.float_down)} ~ +{percent(row.float_up)}"),
        Column("start", "施行", order="start"),
        Column("end", "废止"),
        Column("state", "状态", "get_state_display"),
    )
    filters = (
        Choice("sector", "领域", SECTORS, lambda rows, value: rows.filter(sector=value)),
        Choice("state", "状态", GuidanceStandard.State.choices, lambda rows, value: rows.filter(state=value)),
    )

    def base_queryset(self) -> QuerySet:
        rows = GuidanceStandard.objects.visible_to(self.request.user).exclude(state="withdrawn")
        return rows.filter(start__lte=self.request.on) if self.request.is_past else rows

    def context(self) -> dict[str, Any]:
        user, on = self.request.user, self.request.on
        todo = issuing.unreviewed((user.area_code or "")[:4], on) if makes(self.request) else []
        return super().context() | {
            "makes": makes(self.request),
            "sets_float": user.can(Capability.SET_FLOAT) and not self.request.is_past,
            "unreviewed": [{"indicator": indicator, "sector": dict(SECTORS)[sector]} for indicator, sector in todo],
        }


def percent(share: Decimal) -> str:
    """«10%»."""
    return f"{(share * 100).normalize():f}%"


@require_safe
def standard(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: its rungs, what it changes, what it does to people, and how it came about."""
    found = get_object_or_404(_versions(request), pk=pk)
    edit = issuing.may_edit(request.user, found)
    context = case_context(request, STANDARD, found, editable=edit, edit="payroll:standard-edit")
    back = {"back": reverse("payroll:standards"), "back_label": "薪酬指导标准", "makes": makes(request)}
    return render(request, "payroll/standard.html", context | back | described(request.user, request.on, found))


def _versions(request: HttpRequest) -> QuerySet[GuidanceStandard]:
    return GuidanceStandard.objects.visible_to(request.user).select_related("city").prefetch_related("rungs")


@edit_methods
def new(request: HttpRequest) -> HttpResponse:
    """Draft a version: empty, from a former one (`from`), or from a what-if (its figures in the address)."""
    only_makers(request)
    initial = request.GET.dict()
    asked = whole(initial.get("from", ""))
    if asked is not None:
        source = get_object_or_404(_versions(request), pk=asked)
        initial = _figures_of(source) | initial
    return _form(request, GuidanceStandard(), "起草薪酬指导标准", initial)


def _figures_of(source: GuidanceStandard) -> dict[str, Any]:
    names = ("sector", "base_year", "base_wage", "float_down", "float_up")
    shares = {f"rung_{each.rung}": each.share or each.annual / source.base_wage for each in guidance.in_order(source)}
    percents = {name: f"{(share * 100).quantize(Decimal('0.0001')).normalize():f}" for name, share in shares.items()}
    return {name: getattr(source, name) for name in names} | percents


@edit_methods
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft or a returned version."""
    only_makers(request)
    found = get_object_or_404(_versions(request), pk=pk, state__in=issuing.EDITABLE)
    return _form(request, found, f"修改 {found.document}", {})


def _form(request: HttpRequest, found: GuidanceStandard, title: str, initial: dict[str, Any]) -> HttpResponse:
    indicator = _indicator(request)
    form = StandardForm(request.POST or None, instance=found, initial=initial)

    def save(valid: StandardForm) -> tuple[str, str]:
        made = issuing.store(request.user, valid.save(commit=False), valid.rungs, indicator)
        return "已保存草稿。核对影响以后提交审查。", STANDARD.url(made)

    back = STANDARD.url(found) if found.pk else reverse("payroll:standards")
    context = {"title": title, "back": back, "back_label": "薪酬指导标准", "template": "payroll/standard_form.html"}
    return form_page(request, form, save, **context, indicator=indicator)


def _indicator(request: HttpRequest) -> EconomicIndicator | None:
    asked = whole(request.GET.get("indicator", ""))
    if asked is None:
        return None
    return EconomicIndicator.objects.filter(pk=asked, city_id=(request.user.area_code or "")[:4]).first()


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Two versions, rung by rung."""
    form = CompareForm(request.user, request.GET or None)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        before, after = form.cleaned_data["a"], form.cleaned_data["b"]
        context |= {"before": before, "after": after, "differences": guidance.compare(before, after)}
    return render(request, "payroll/standards_compare.html", context)


class Floats(ListingView):
    """What the districts have set, for everybody to read."""

    title, name, unit, section = "区浮动比例", "区浮动比例", "项", "薪酬"
    default_sort = "-start"
    template_name = "payroll/floats.html"
    empty = "各区还没有确定浮动比例，按指导标准和可下浮的下限执行。"
    columns = (
        Column("district", "区", "district.name", order="district"),
        Column("standard", "指导标准", "standard.document", link=lambda row: STANDARD.url(row.standard)),
        Column("sector", "领域", "standard.get_sector_display"),
        Column("rate", "浮动比例", lambda row: f"{row.rate * 100:+.2f}%"),
        Column("document", "文号"),
        Column("start", "施行", order="start"),
        Column("end", "废止"),
    )
    filters = (Choice("sector", "领域", SECTORS, lambda rows, value: rows.filter(standard__sector=value)),)

    def base_queryset(self) -> QuerySet:
        return DistrictFloat.objects.filter(start__lte=self.request.on).select_related("district", "standard")

    def context(self) -> dict[str, Any]:
        user, on = self.request.user, self.request.on
        missing = issuing.without_float(user.area_code[:4], on) if user.area_code else []
        return super().context() | {"sets_float": user.can(Capability.SET_FLOAT), "missing": missing}


@edit_methods
def float_new(request: HttpRequest) -> HttpResponse:
    """Set the own district's rate."""
    if not request.user.can(Capability.SET_FLOAT) or not request.user.area_code:
        raise PermissionDenied
    back = reverse("payroll:floats")

    def save(valid: FloatForm) -> tuple[str, str]:
        made = issuing.set_float(request.user, valid.save(commit=False))
        return f"已保存：{made.district.name} {made.rate * 100:+.2f}%，{made.start:%Y-%m-%d} 起。", back

    form = FloatForm(request.user, request.POST or None)
    hint = "不能超出指导标准允许的浮动幅度。"
    return form_page(request, form, save, title="确定区浮动比例", back=back, back_label="区浮动比例", hint=hint)


class Indicators(ListingView):
    """The figures that standards follow, with what was decided on them."""

    title, name, unit, section = "经济指标与审议", "经济指标", "年", "薪酬"
    default_sort = "-year"
    template_name = "payroll/indicators.html"
    empty = "还没有登记经济指标。"
    rest = (
        Column("average_wage", "在岗职工年平均工资", order="average_wage", numeric=True),
        Column("gdp_growth", "GDP 增长", lambda row: "" if row.gdp_growth is None else percent(row.gdp_growth)),
        Column("cpi_growth", "CPI 涨幅", lambda row: "" if row.cpi_growth is None else percent(row.cpi_growth)),
        Column("source", "来源"),
        Column("published_on", "公布", order="published_on"),
        Column("reviews", "审议", lambda row: "；".join(_review_said(each) for each in row.reviews.all())),
    )

    @property
    def columns(self) -> tuple[Column, ...]:
        """Whoever makes the standards corrects a year's figures behind the year."""
        link = _correction if makes(self.request) else None
        return (Column("year", "年份", order="year", link=link), *self.rest)

    def base_queryset(self) -> QuerySet:
        rows = EconomicIndicator.objects.visible_to(self.request.user).filter(published_on__lte=self.request.on)
        return rows.prefetch_related("reviews")

    def context(self) -> dict[str, Any]:
        return super().context() | {"makes": makes(self.request)}


def _correction(row: EconomicIndicator) -> str:
    return reverse("payroll:indicator-edit", args=[row.pk])


def _review_said(review: StandardReview) -> str:
    return f"{review.get_sector_display()}：{review.get_outcome_display()}"


@edit_methods
def indicator_new(request: HttpRequest) -> HttpResponse:
    """Record a year's figures."""
    return _indicator_form(request, EconomicIndicator(city_id=(request.user.area_code or "")[:4]), "登记经济指标")


@edit_methods
def indicator_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct them."""
    only_makers(request)
    rows = EconomicIndicator.objects.filter(city_id=request.user.area_code[:4])
    return _indicator_form(request, get_object_or_404(rows, pk=pk), "更正经济指标")


def _indicator_form(request: HttpRequest, found: EconomicIndicator, title: str) -> HttpResponse:
    only_makers(request)
    back = reverse("payroll:indicators")

    def save(valid: IndicatorForm) -> tuple[str, str]:
        made = issuing.store_indicator(request.user, valid.save(commit=False))
        return f"已保存 {made.year} 年经济指标。", f"{reverse('payroll:wizard')}?indicator={made.pk}"

    form = IndicatorForm(request.POST or None, instance=found)
    return form_page(request, form, save, title=title, back=back, back_label="经济指标与审议")


@edit_methods
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide that a sector's standard stays."""
    only_makers(request)
    rows = EconomicIndicator.objects.filter(city_id=request.user.area_code[:4])
    indicator = get_object_or_404(rows, pk=pk)
    back = reverse("payroll:indicators")

    def save(valid: KeepForm) -> tuple[str, str]:
        issuing.keep(request.user, indicator, valid.cleaned_data["sector"], valid.cleaned_data["reason"])
        return "已记录：暂不调整。", back

    form = KeepForm(request.POST or None, initial={"sector": request.GET.get("sector", "")})
    title = f"{indicator.year} 年指标：暂不调整"
    return form_page(request, form, save, title=title, back=back, back_label="经济指标与审议")
