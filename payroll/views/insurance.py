"""Social insurance and housing fund on screen (三(一)-4): who is in arrears, a person's tab, enrolment, the terms."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from payroll import insuring
from payroll.forms.insurance import BOUNDS, EnrolmentForm, TermsForm
from payroll.models import ITEMS, ContributionTerms, InsuranceEnrolment, InsuranceMonth
from payroll.views.standards import percent
from posts.filters import text_condition
from talents.models import Employment
from talents.places import place_choice
from talents.search import person_condition
from talents.views.person import person_context, render_person
from xmsw.accounts.roles import Capability
from xmsw.regions.areas import in_district
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.workflow.forming import edit_methods, form_page

MONTHS_SHOWN = 24
SOCIAL = tuple(item for item in ITEMS if item != "housing_fund")


class Arrears(ListingView):
    """People not enrolled in everything, in arrears, or of whom nothing is known. It tells no amount."""

    title, name, unit, section = "欠缴与未参保名单", "欠缴与未参保名单", "人", "薪酬"
    capability = Capability.VIEW_PERSONNEL
    default_sort = "-arrears"
    template_name = "payroll/arrears.html"
    empty = "这一天没有欠缴或未参保的人。"

    @property
    def columns(self) -> tuple[Column, ...]:
        """A person leads to the tab where the account may open it."""
        opens = self.request.user.can(Capability.VIEW_PAY)
        target = "payroll:person-insurance" if opens else "talents:person"
        return (
            Column(
                "person", "姓名", "worker.name", order="worker__pinyin",
                link=lambda row: reverse(target, args=[row.worker_id]),
            ),
            Column(
                "employer", "单位", "employer.name", order="employer__pinyin",
                link=lambda row: reverse("posts:employer", args=[row.employer_id]),
            ),
            Column("place", "所在区划", "employer.region.name"),
            Column("start", "入职", order="start"),
            Column("missing", "未参保", lambda row: insuring.said(row, self.request.on)),
            Column("arrears", "欠缴月数", order="arrears", numeric=True),
        )  # fmt: skip

    @property
    def filters(self) -> tuple[Choice | Text, ...]:
        """By kind of defect, place, person and employer."""
        return (
            Choice("defect", "情况", insuring.DEFECTS, insuring.defective),
            place_choice(
                self.request.user, lambda rows, code: rows.filter(in_district("employer__region__code", code))
            ),
            Text(
                "person",
                "人员",
                lambda rows, text: rows.filter(person_condition(text, "worker__")),
                "姓名、拼音、证书号",
            ),
            Text("q", "单位", lambda rows, text: rows.filter(text_condition(text, "employer__")), "名称、拼音或代码"),
        )

    def base_queryset(self) -> QuerySet:
        rows = insuring.defective(insuring.insured(self.request.user, self.request.on))
        rows = rows.select_related("worker", "employer__region", "enrolment")
        return rows.defer("worker__identity", "worker__phone")

    def context(self) -> dict[str, Any]:
        return super().context() | {"grace": insuring.grace(self.request.on)}


@require_safe
def tab(request: HttpRequest, pk: int) -> HttpResponse:
    """Enrolment and the bases of the last months, for the person and whoever may see pay."""
    user = request.user
    if not (user.can(Capability.VIEW_PAY) or user.can(Capability.OWN_RECORD)):
        raise PermissionDenied
    record = person_context(request, pk, tab="insurance")
    rows = Employment.objects.visible_to(user).filter(worker=record["worker"], start__lte=request.on)
    held = list(rows.select_related("employer", "enrolment").order_by("-start"))
    months = InsuranceMonth.objects.visible_to(user).filter(employment__in=held, period__lte=request.on)
    listed = months.select_related("employment__employer").order_by("-period", "-pk")[:MONTHS_SHOWN]
    context: dict[str, Any] = {
        **record,
        "labels": list(ITEMS.values()),
        "enrolments": [{"employment": each, "days": _days(each, request.on)} for each in held],
        "months": [{"month": each, "bases": [getattr(each, item) for item in ITEMS]} for each in listed],
        "grace": insuring.grace(request.on),
        "enrols": user.can(Capability.APPLY) and not request.is_past,
    }
    return render_person(request, "payroll/_person_insurance.html", context)


def _days(employment: Employment, on: Any) -> list[Any]:
    enrolment = getattr(employment, "enrolment", None)
    days = [getattr(enrolment, item, None) for item in ITEMS]
    return [day if day is None or day <= on else None for day in days]


@edit_methods
def enrol(request: HttpRequest, pk: int) -> HttpResponse:
    """Say since when somebody of the own employer is enrolled in what."""
    if not request.user.can(Capability.APPLY):
        raise PermissionDenied
    rows = Employment.objects.visible_to(request.user).select_related("worker", "employer")
    employment = get_object_or_404(rows.defer("worker__identity", "worker__phone"), pk=pk)
    found = InsuranceEnrolment.objects.filter(employment=employment).first()
    back = reverse("payroll:person-insurance", args=[employment.worker_id])

    def save(valid: EnrolmentForm) -> tuple[str, str]:
        insuring.enrol(request.user, valid.save(commit=False))
        return "已登记参保情况。", back

    form = EnrolmentForm(request.POST or None, instance=found or InsuranceEnrolment(employment=employment))
    title = f"{employment.worker.name} 的参保登记"
    hint = f"{employment.employer.name}，{employment.start:%Y-%m-%d} 入职。入职 {insuring.grace(request.on)} 天内办理。"
    return form_page(request, form, save, title=title, back=back, back_label="社保公积金", hint=hint)


def _keeps(request: HttpRequest) -> bool:
    return request.user.can(Capability.KEEP_TERMS) and bool(request.user.area_code) and not request.is_past


def _between(kind: str) -> Any:
    def shown(row: ContributionTerms) -> str:
        least, most = getattr(row, f"{kind}_minimum"), getattr(row, f"{kind}_maximum")
        if least is None and most is None:
            return "未填"
        return f"{'不限' if least is None else f'{least:,.2f}'} ~ {'不限' if most is None else f'{most:,.2f}'}"

    return shown


def _rate(item: str) -> Any:
    return lambda row: percent(getattr(row, item))


class Terms(ListingView):
    """Every version of the city's terms, for everybody to read."""

    title, name, unit, section = "缴费标准", "缴费标准", "版", "薪酬"
    default_sort = "-start"
    template_name = "payroll/terms.html"
    empty = "还没有登记缴费标准：缴费基数不作判断，成本核算不能计价。"
    columns = (
        Column("city", "城市", "city.name", order="city"),
        Column("document", "文号", order="document"),
        Column("start", "施行", order="start"),
        Column("end", "废止"),
        Column("insurance", "社保基数（元/月）", _between("insurance")),
        Column("fund", "公积金基数（元/月）", _between("fund")),
        Column("rate", "单位社保比例合计", lambda row: percent(sum(getattr(row, item) for item in SOCIAL))),
        Column("housing_fund", "公积金单位比例", _rate("housing_fund")),
        *(Column(item, f"{ITEMS[item]}单位比例", _rate(item), chosen=False) for item in SOCIAL),
    )

    def base_queryset(self) -> QuerySet:
        rows = ContributionTerms.objects.visible_to(self.request.user).select_related("city")
        return rows.filter(start__lte=self.request.on) if self.request.is_past else rows

    def context(self) -> dict[str, Any]:
        return super().context() | {"keeps": _keeps(self.request)}


@edit_methods
def terms_new(request: HttpRequest) -> HttpResponse:
    """Enter what the city published; the version before it ends the day before."""
    if not request.user.can(Capability.KEEP_TERMS) or not request.user.area_code:
        raise PermissionDenied
    city = request.user.area_code[:4]
    back = reverse("payroll:terms")
    former = ContributionTerms.objects.visible_to(request.user).filter(city=city).order_by("-start").first()
    initial: dict[str, Decimal | None] = {name: getattr(former, name, None) for name in (*BOUNDS, *ITEMS)}

    def save(valid: TermsForm) -> tuple[str, str]:
        made = insuring.issue_terms(request.user, valid.save(commit=False))
        return f"已保存「{made.document}」，{made.start:%Y-%m-%d} 起施行。", back

    form = TermsForm(request.POST or None, instance=ContributionTerms(city_id=city), initial=initial if former else {})
    hint = (
        "照文件填写；比例只填单位缴纳的部分。已填的数字取自上一版。"
        if former
        else "照文件填写；比例只填单位缴纳的部分。"
    )
    return form_page(request, form, save, title="登记缴费标准", back=back, back_label="缴费标准", hint=hint)
