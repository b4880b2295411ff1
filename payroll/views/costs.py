"""Cost sheets: the list, one sheet on screen, on paper and as a table, and its form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from payroll import cost_sheets as actions
from payroll.cost_pages import HEADER, beside, described, printed, table
from payroll.costing import basis_on, priced
from payroll.flows.costs import COST_SHEET
from payroll.forms.costs import SheetForm, line_tables, lines_of, rearranged
from payroll.models import CostCategory, CostLine, CostSheet, PurchaseProject
from posts.filters import text_condition
from xmsw.accounts.roles import Capability
from xmsw.policy.parameters import values_on
from xmsw.printing import pdf, pdf_response
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.ui.sheets import sheet_response
from xmsw.workflow.forming import edit_methods
from xmsw.workflow.pages import case_context
from xmsw.workflow.refusals import Refused

PROVIDER = "project__provider__"


def _permitted(request: HttpRequest) -> None:
    if not request.user.can(Capability.VIEW_PAY):
        raise PermissionDenied


def _sheets(request: HttpRequest) -> QuerySet[CostSheet]:
    return CostSheet.objects.visible_to(request.user).select_related(*COST_SHEET.select)


def _below(on: date) -> Callable[[QuerySet, str], QuerySet]:
    """Whether the personnel share lies below the floor of the as-of day."""

    def narrowed(rows: QuerySet, value: str) -> QuerySet:
        low = Q(personnel__lt=F("total") * values_on(on)["purchase_personnel_share_min"])
        return rows.filter(low) if value == "yes" else rows.exclude(low)

    return narrowed


class Costs(ListingView):
    """Every version of the sheets the account sees; withdrawn ones only when asked for."""

    title, name, unit, section = "成本核算", "成本核算", "份", "薪酬"
    capability = Capability.VIEW_PAY
    template_name = "payroll/costs.html"
    default_sort = "-id"
    empty = "还没有成本核算表。在购买服务项目的页面上编制。"
    columns = (
        Column("id", "编号", "pk", order="pk", chosen=False),
        Column("project", "项目", "project.title", order="project__title", link=lambda row: COST_SHEET.url(row)),
        Column("version", "版本", order="version", numeric=True),
        Column("buyer", "购买方", "project.buyer", order="project__buyer", chosen=False),
        Column("provider", "承接机构", "project.provider.name", order="project__provider__pinyin"),
        Column("state", "状态", "get_state_display"),
        Column("total", "合计", order="total", numeric=True),
        Column("share", "人员占比", lambda row: _percent(row.personnel_share)),
        Column("per_head", "人均成本（年）", numeric=True),
        Column("amount", "合同金额", "project.amount", order="project__amount", numeric=True),
        Column("priced_on", "计价日期", order="priced_on", chosen=False),
        Column("approved_on", "审定日期"),
    )

    @property
    def filters(self) -> tuple[Choice | Text, ...]:
        """By provider, project, state, and whether the personnel share is too low on the as-of day."""
        low = _below(self.request.on)
        return (
            Text("q", "承接机构", lambda rows, text: rows.filter(text_condition(text, PROVIDER)), "名称、拼音或代码"),
            Text("title", "项目", lambda rows, text: rows.filter(project__title__contains=text)),
            Choice("state", "状态", CostSheet.State.choices, lambda rows, value: rows.filter(state=value)),
            Choice("low", "人员占比", (("yes", "低于规定"), ("no", "达到规定")), low),
        )

    def base_queryset(self) -> QuerySet:
        rows = _sheets(self.request).with_figures()
        return rows if self.request.GET.get("state") == "withdrawn" else rows.exclude(state="withdrawn")


def _percent(share: Decimal | None) -> str:
    return "" if share is None else f"{share:.2%}"


@require_safe
def cost(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet: lines, subtotals, shares, what is said about it, where figures come from; `?export=pdf|xlsx`."""
    _permitted(request)
    found = get_object_or_404(_sheets(request), pk=pk)
    name = f"成本核算表_{found.project.title}_第{found.version}版"
    if request.GET.get("export") == "pdf":
        return pdf_response(name, pdf("costs", printed(request.user, found, request.on)))
    if request.GET.get("export") == "xlsx":
        return sheet_response(name, HEADER, table(found))
    editable = actions.may_edit(request.user, found)
    context = case_context(request, COST_SHEET, found, editable=editable, edit="payroll:cost-edit")
    copies = found.state == CostSheet.State.APPROVED and not request.is_past
    context |= {
        "back": reverse("payroll:project", args=[found.project_id]),
        "back_label": found.project.title,
        "beside": beside(request.user, found),
        "may_copy": copies and actions.may_write(request.user, found.project) and not _open(found.project),
    }
    return render(request, "payroll/cost.html", context | described(request.user, request.on, found))


def _open(project: PurchaseProject) -> bool:
    return project.cost_sheets.filter(state__in=actions.OPEN).exists()


@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """新版本: a draft with the lines of the approved sheet, priced as of today."""
    found = get_object_or_404(_sheets(request), pk=pk)
    try:
        made = actions.new_version(request.user, found)
    except Refused as refusal:
        for sentence in refusal.messages:
            messages.error(request, sentence)
        return redirect(COST_SHEET.url(found))
    messages.success(request, f"已复制为第 {made.version} 版草稿，按今天的标准重新计价。")
    return redirect("payroll:cost-edit", made.pk)


@edit_methods
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the sheet of a project."""
    project = get_object_or_404(
        PurchaseProject.objects.visible_to(request.user).select_related("provider", "region"), pk=pk
    )
    if not actions.may_write(request.user, project):
        raise PermissionDenied
    running = project.cost_sheets.filter(state__in=actions.OPEN).first()
    if running is not None:
        messages.info(request, "这个项目已有一份还没有审定的核算表。")
        return redirect(COST_SHEET.url(running))
    return _form(request, CostSheet(project=project))


@edit_methods
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft or returned sheet."""
    found = get_object_or_404(_sheets(request), pk=pk)
    if not actions.may_write(request.user, found.project):
        raise PermissionDenied
    if found.state not in actions.EDITABLE:
        messages.error(request, f"这份核算表现在是「{found.get_state_display()}」，不能再改。")
        return redirect(COST_SHEET.url(found))
    return _form(request, found)


def _form(request: HttpRequest, found: CostSheet) -> HttpResponse:
    """`do`: save, price (show what it comes to, store nothing), or add-people / add-others (blank rows)."""
    given = request.POST if request.method == "POST" else None
    asked = (given or {}).get("do", "save")
    form = SheetForm(given, instance=found)
    context: dict[str, Any] = {"form": form, "sheet": found, "project": found.project}
    if given is not None and asked.startswith("add-"):
        context |= {"tables": rearranged(given, asked.removeprefix("add-"))}
        return render(request, "payroll/cost_form.html", context)
    tables = context["tables"] = line_tables(given, found if found.pk else None)
    if given is None and found.pk:
        context |= _amounts(found, list(found.lines.all()), f"已保存的数额（按 {found.priced_on:%Y-%m-%d} 的标准计价）")
    valid = given is not None and all([form.is_valid(), *(each.is_valid() for each in tables.values())])
    if valid:
        try:
            if asked == "price":
                return render(request, "payroll/cost_form.html", context | _preview(found, form, tables))
            made = _save(request, found, form, tables)
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, "已保存并重新计价。请核对，再提交审定。")
            return redirect(COST_SHEET.url(made))
    failed = given is not None
    return render(request, "payroll/cost_form.html", context, status=422 if failed else 200)


def _save(request: HttpRequest, found: CostSheet, form: SheetForm, tables: dict[str, Any]) -> CostSheet:
    day, note, lines = form.cleaned_data["priced_on"], form.cleaned_data["note"], lines_of(tables)
    if found.pk is None:
        return actions.start(request.user, found.project, day, note, lines)
    return actions.store(request.user, found.pk, day, note, lines)


def _preview(found: CostSheet, form: SheetForm, tables: dict[str, Any]) -> dict[str, Any]:
    basis = basis_on(found.project, form.cleaned_data["priced_on"])
    lines = [priced(line, basis) for line in lines_of(tables)]
    return _amounts(found, lines, "试算结果（还没有保存）")


def _amounts(found: CostSheet, lines: list[CostLine], title: str) -> dict[str, Any]:
    """What lines come to, below the form; nothing where there is none."""
    total = sum((line.amount for line in lines), Decimal(0))
    people = sum((line.amount for line in lines if line.category == CostCategory.PERSONNEL), Decimal(0))
    share = people / total if total else None
    gap = total - found.project.amount
    return {"preview": lines, "preview_title": title, "total": total, "share": share, "gap": gap}
