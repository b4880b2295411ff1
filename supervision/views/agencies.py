"""Preferential policies, who fits them and who applies (四(二)-5); fees and income of agencies (四(二)-6)."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from posts.filters import text_condition
from posts.models import Employer
from supervision.actions import agencies as actions
from supervision.flows.policies import POLICY
from supervision.forms import agencies as forms
from supervision.models import FeeItem, MarketIncome, PolicyApplication, PreferentialPolicy
from supervision.views.registers import DOCUMENT, READS, REGION, RegisterView, cell, known
from xmsw.accounts.roles import Capability
from xmsw.ui.listing import Choice, Column, ListingView, Text, holding
from xmsw.workflow.forming import edit_methods, form_page
from xmsw.workflow.pages import case_context

READERS = (*READS, Capability.APPLY, Capability.KEEP_FUNDING)
AGENCY = Text("q", "机构", lambda rows, text: rows.filter(text_condition(text, "employer__")), "名称、拼音或代码")


def _reader(request: HttpRequest) -> None:
    if not any(map(request.user.can, READERS)):
        raise PermissionDenied


class Policies(RegisterView):
    """Policies with their conditions, those in force first asked for; agencies see which of these fit."""

    key, title, name, unit = "policies", "优惠政策", "优惠政策", "项"
    model, form, adds = PreferentialPolicy, forms.PolicyForm, "登记政策"
    reads, writes = READERS, (Capability.KEEP_FUNDING,)
    clauses = ("四(二)-5",)
    about = "符合条件的民办社会工作服务机构和社会组织可以按规定享受大众创业、万众创新的优惠政策。"
    default_sort, by_bureau = "name", False
    search, search_label = "name", "政策"
    empty = "还没有登记优惠政策。"
    shown = (
        Column("name", "政策", order="name"),
        REGION,
        Column("authority", "受理机构"),
        Column("benefit", "优惠内容"),
        Column("conditions", "条件", lambda row: conditions(row)),
        Column("start", "施行日期", order="start"),
        Column("end", "失效日期"),
        DOCUMENT,
    )

    @property
    def more_filters(self) -> tuple[Choice, ...]:
        """Those in force, ended, or still to come."""
        return (holding(self.request.on),)

    def tables(self) -> list[dict[str, Any]]:
        """For an agency's people: each policy in force against what their agency is; four queries."""
        if not self.request.user.can(Capability.APPLY):
            return []
        on, found = self.request.on, []
        own = Employer.objects.filter(members__user=self.request.user, kind__in=forms.AGENCIES).order_by("pk")
        policies = list(self.base_queryset().in_force(on).order_by("name"))
        for employer, agency in actions.agencies_on(own, on):
            rows = [self._match(policy, agency, on) for policy in policies]
            known = f"{agency.start:%Y-%m-%d} 成立，在职 {agency.staff} 人，持证 {agency.certified_share:.1%}"
            title = f"{employer.name} 能享受哪些政策"
            found.append(
                {"title": title, "first": "政策", "columns": ["是否符合", "办理"], "rows": rows, "note": known}
            )
        return found

    def _match(self, policy: PreferentialPolicy, agency: actions.Agency, on: Any) -> dict[str, Any]:
        against = list(actions.unfit(policy, agency, on))
        told = cell("不符合：" + "；".join(against), tone="lack") if against else cell("符合", tone="ok")
        apply = cell(None) if against else cell("申请", reverse("supervision:policy-apply", args=[policy.pk]))
        return {"label": policy.name, "cells": [told, apply]}

    def links(self) -> list[tuple[str, str]]:
        return [("申请和结果", reverse("supervision:policy-applications"))]


def conditions(policy: PreferentialPolicy) -> str:
    """The conditions in words."""
    told = []
    if policy.kinds:
        told.append("、".join(forms.Kind(each).label for each in policy.kinds))
    if policy.least_years is not None:
        told.append(f"成立满 {policy.least_years} 年")
    if policy.most_years is not None:
        told.append(f"成立不满 {policy.most_years} 年")
    if policy.least_staff is not None:
        told.append(f"在职至少 {policy.least_staff} 人")
    if policy.least_certified is not None:
        told.append(f"持证至少 {policy.least_certified:.0%}")
    return "；".join([*told, *([policy.other] if policy.other else [])]) or "不限"


class Applications(ListingView):
    """Applications of the account's area, or of the own agency, with the jobs that came of them."""

    title, name, unit, section = "优惠政策申请", "优惠政策申请", "件", "督查"
    default_sort = "-id"
    template_name = "supervision/register.html"
    empty = "还没有申请。机构在「优惠政策」里看符合哪些，再申请。"
    about, clauses = "机构申请优惠政策的结果和新增的就业岗位。", ("四(二)-5",)
    filters = (
        AGENCY,
        Choice("state", "状态", PolicyApplication.State.choices, lambda rows, state: rows.filter(stood=state)),
    )

    @property
    def columns(self) -> tuple[Column, ...]:
        """With state, result and jobs as they stood on the day."""
        on = self.request.on
        return (
            Column("id", "编号", "pk", order="pk", link=lambda row: POLICY.url(row)),
            Column("employer", "机构", "employer.name", order="employer__pinyin"),
            Column("policy", "政策", "policy.name", order="policy__name"),
            Column("state", "状态", lambda row: PolicyApplication.State(row.stood).label),
            Column("result", "结果", lambda row: known(row.result, row.result_on, on)),
            Column("result_on", "结果日期", lambda row: known(row.result_on, row.result_on, on)),
            Column("jobs_planned", "预计新增岗位", numeric=True),
            Column(
                "jobs_created", "实际新增岗位", lambda row: known(row.jobs_created, row.result_on, on), numeric=True
            ),
        )

    def base_queryset(self) -> QuerySet:
        _reader(self.request)
        rows = PolicyApplication.objects.visible_to(self.request.user).standing(self.request.on)
        return rows.select_related("employer", "policy")

    def context(self) -> dict[str, Any]:
        """With the jobs by policy."""
        rows = self.base_queryset().order_by().values(name=F("policy__name"))
        got = Q(stood="granted")
        sums = rows.annotate(
            n=Count("pk"), got=Count("pk", filter=got), jobs=Sum("jobs_created", filter=got), plan=Sum("jobs_planned")
        )
        lines = [
            {"label": each["name"], "cells": [cell(each[key] or 0) for key in ("n", "got", "plan", "jobs")]}
            for each in sums.order_by("name")
        ]
        columns = ["申请", "已享受", "预计新增岗位", "实际新增岗位"]
        table = {"title": "按政策", "first": "政策", "columns": columns, "rows": lines, "numeric": True}
        return super().context() | {"tables": [table] if lines else []}


@edit_methods
def policy_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply for a policy."""
    if not request.user.can(Capability.APPLY) or request.is_past:
        raise PermissionDenied
    policy = get_object_or_404(PreferentialPolicy.objects.visible_to(request.user), pk=pk)
    return _application_form(
        request, PolicyApplication(policy=policy), f"申请：{policy}", reverse("supervision:policies")
    )


@edit_methods
def application_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft or a returned application."""
    if not request.user.can(Capability.APPLY) or request.is_past:
        raise PermissionDenied
    rows = PolicyApplication.objects.visible_to(request.user).filter(state__in=actions.EDITABLE)
    found = get_object_or_404(rows.select_related("policy", "employer"), pk=pk)
    return _application_form(request, found, "修改申请", POLICY.url(found))


def _application_form(request: HttpRequest, found: PolicyApplication, title: str, back: str) -> HttpResponse:
    form = forms.ApplicationForm(request.user, request.POST or None, instance=found)

    def save(valid: forms.ApplicationForm) -> tuple[str, str]:
        made = actions.apply_for(request.user, valid.save(commit=False))
        return "已保存。请上传材料，再提交。", POLICY.url(made)

    hint = f"条件：{conditions(found.policy)}"
    return form_page(request, form, save, title=title, back=back, back_label="返回", hint=hint)


@require_safe
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """One application and how far it is."""
    _reader(request)
    rows = PolicyApplication.objects.visible_to(request.user).select_related(*POLICY.select)
    found = get_object_or_404(rows, pk=pk)
    editable = found.state in actions.EDITABLE and request.user.can(Capability.APPLY)
    context = case_context(request, POLICY, found, editable=editable, edit="supervision:policy-application-edit")
    context |= {"jobs": found.state == PolicyApplication.State.GRANTED and not request.is_past}
    back = {"back": reverse("supervision:policy-applications"), "back_label": "优惠政策申请"}
    return render(request, "supervision/policy_application.html", context | back)


@edit_methods
def jobs(request: HttpRequest, pk: int) -> HttpResponse:
    """How many jobs came of a granted policy."""
    _reader(request)
    if not any(map(request.user.can, (Capability.APPLY, Capability.KEEP_FUNDING))) or request.is_past:
        raise PermissionDenied
    rows = PolicyApplication.objects.visible_to(request.user).filter(state=PolicyApplication.State.GRANTED)
    found = get_object_or_404(rows, pk=pk)
    form = forms.JobsForm(request.POST or None, instance=found)

    def save(valid: forms.JobsForm) -> tuple[str, str]:
        actions.record_jobs(request.user, valid.save(commit=False))
        return "已登记。", POLICY.url(found)

    return form_page(request, form, save, title="登记新增就业岗位", back=POLICY.url(found), back_label="返回")


class Own(ListingView):
    """What agencies enter about themselves: seen by their officers, changed by their own people."""

    section, template_name = "督查", "supervision/register.html"
    clauses = ("四(二)-6",)
    key, about = "", ""

    def base_queryset(self) -> QuerySet:
        _reader(self.request)
        return self.model.objects.visible_to(self.request.user).select_related("employer")

    def context(self) -> dict[str, Any]:
        may_enter = self.request.user.can(Capability.APPLY) and not self.request.is_past
        return super().context() | {"new_url": reverse(f"supervision:{self.key}-new") if may_enter else ""}

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The first leads the agency's own people to the form."""
        first, *rest = self.shown
        if not self.request.user.can(Capability.APPLY) or self.request.is_past:
            return self.shown
        link = lambda row: reverse(f"supervision:{self.key}-edit", args=[row.pk])  # noqa: E731
        return (Column(first.name, first.label, first.value, first.order, link), *rest)


class Fees(Own):
    """Fees, those in force unless others are asked for, with the notice of their price."""

    key, title, name, unit, adds = "fees", "收费项目", "收费项目", "个", "登记收费项目"
    model = FeeItem
    about = "机构探索通过合理收费解决专业人员薪酬保障。价格要公示；政府已经购买的服务不向服务对象重复收费。"
    default_sort = "employer"
    empty = "还没有登记收费项目。"

    @property
    def shown(self) -> tuple[Column, ...]:
        """With the notice of the price as it stood on the day."""
        on = self.request.on
        return (
            Column("service", "服务项目", order="service"),
            Column("employer", "机构", "employer.name", order="employer__pinyin"),
            Column("price", "价格", order="price", numeric=True),
            Column("per", "计价单位"),
            Column("basis", "定价依据", "get_basis_display"),
            Column(
                "notice",
                "价格公示",
                lambda row: known(row.notice_on, row.notice_on, on) or "没有公示",
                link=lambda row: known(row.notice_url, row.notice_on, on) or "",
            ),
            Column("apart", "收费对象", chosen=False),
            Column("start", "开始收费", order="start"),
            Column("end", "停止收费"),
        )

    @cached_property
    def filters(self) -> tuple[Choice | Text, ...]:
        """By agency, how it stands in time, notice of the price, basis."""
        on = self.request.on
        public = Q(notice_on__lte=on)
        return (
            AGENCY,
            holding(on),
            Choice(
                "notice", "价格公示", (("yes", "已公示"), ("no", "没有公示")),
                lambda rows, value: rows.filter(public) if value == "yes" else rows.exclude(public),
            ),
            Choice("basis", "定价依据", FeeItem.Basis.choices, lambda rows, value: rows.filter(basis=value)),
        )  # fmt: skip

    def context(self) -> dict[str, Any]:
        return super().context() | {"links": [("机构收入", reverse("supervision:incomes"))]}


class Incomes(Own):
    """Income of agencies by year, with the share of fees."""

    key, title, name, unit, adds = "incomes", "机构收入", "机构收入", "条", "登记收入"
    model = MarketIncome
    about = "机构每年登记总收入和其中的服务收费收入。"
    default_sort = "-year"
    empty = "还没有登记收入。"
    shown = (
        Column("year", "年度", order="year"),
        Column("employer", "机构", "employer.name", order="employer__pinyin"),
        Column("total", "总收入", order="total", numeric=True),
        Column("market", "服务收费收入", order="market", numeric=True),
        Column("share", "占比", lambda row: None if row.share is None else f"{row.share:.1%}", numeric=True),
    )
    filters = (AGENCY,)

    def context(self) -> dict[str, Any]:
        rows = self.listing.rows.order_by().values("year").annotate(sum=Sum("total"), got=Sum("market"), n=Count("pk"))
        lines = [
            {
                "label": f"{each['year']} 年",
                "cells": [
                    cell(each["n"]),
                    cell(f"{each['sum']:,.2f}"),
                    cell(f"{each['got']:,.2f}"),
                    cell(f"{each['got'] / each['sum']:.1%}" if each["sum"] else None),
                ],
            }
            for each in rows.order_by("-year")[:5]
        ]
        columns = ["机构", "总收入（元）", "服务收费收入（元）", "占比"]
        table = {"title": "各年合计", "first": "年度", "columns": columns, "rows": lines, "numeric": True}
        links = [("收费项目", reverse("supervision:fees"))]
        return super().context() | {"tables": [table] if lines else [], "links": links}


def _own_form(request: HttpRequest, form: Any, enter: Any, view: type[Own]) -> HttpResponse:
    if not request.user.can(Capability.APPLY) or request.is_past:
        raise PermissionDenied
    back = reverse(f"supervision:{view.key}")

    def save(valid: Any) -> tuple[str, str]:
        enter(request.user, valid.save(commit=False))
        return "已保存。", back

    return form_page(request, form, save, title=f"登记{view.title}", back=back, back_label=view.title)


@edit_methods
def fee_new(request: HttpRequest) -> HttpResponse:
    """A further fee of the own agency."""
    return _own_form(request, forms.FeeForm(request.user, request.POST or None), actions.enter_fee, Fees)


@edit_methods
def fee_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a fee, or say that its price is public."""
    found = get_object_or_404(FeeItem.objects.visible_to(request.user), pk=pk)
    form = forms.FeeForm(request.user, request.POST or None, instance=found)
    return _own_form(request, form, actions.enter_fee, Fees)


@edit_methods
def income_new(request: HttpRequest) -> HttpResponse:
    """A year's income of the own agency."""
    return _own_form(request, forms.IncomeForm(request.user, request.POST or None), actions.enter_income, Incomes)


@edit_methods
def income_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a year's income."""
    found = get_object_or_404(MarketIncome.objects.visible_to(request.user), pk=pk)
    form = forms.IncomeForm(request.user, request.POST or None, instance=found)
    return _own_form(request, form, actions.enter_income, Incomes)
