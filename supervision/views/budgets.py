"""One budget item with its ledger and evaluation, and the execution report (四(二)-2)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from supervision.actions import budgets as actions
from supervision.actions.registers import may_keep
from supervision.forms.money import EvaluationForm, LineForm
from supervision.models import BudgetEvaluation, BudgetItem, BudgetLine
from supervision.selectors.budgets import Execution, change, execution, items_on, years_to
from supervision.views.registers import READS, cell, nodes
from xmsw.ui.sheets import sheet_response
from xmsw.workflow.forming import edit_methods, form_page, performed

HEADER = (
    "市或区",
    "年度",
    "项目数",
    "预算金额（元）",
    "上年结转（元）",
    "已拨付（元）",
    "已支出（元）",
    "执行率",
    "比上年",
)


def _reader(request: HttpRequest) -> None:
    if request.user.area_code is None or not any(map(request.user.can, (*READS, *actions.KEEPERS))):
        raise PermissionDenied


def _address(item: BudgetItem) -> str:
    return reverse("supervision:budget", args=[item.pk])


@require_safe
def budget(request: HttpRequest, pk: int) -> HttpResponse:
    """An item: sums, ledger by date, targets and evaluation."""
    _reader(request)
    item = get_object_or_404(items_on(request.user, request.on), pk=pk)
    lines = BudgetLine.objects.visible_to(request.user).filter(item=item, on__lte=request.on)
    evaluation = getattr(item, "evaluation", None)
    context = {
        "item": item,
        "lines": lines.select_related("recorded_by", "reverses", "reversed_by").order_by("on", "pk"),
        "whole": item.amount + item.carried,
        "left": item.appropriated_then + item.carried - item.spent_then,
        "share": (item.spent_then / (item.amount + item.carried)) if item.amount + item.carried else None,
        "evaluation": evaluation if evaluation and evaluation.evaluated_on <= request.on else None,
        "may_keep": not request.is_past and may_keep(request.user, item, actions.KEEPERS),
    }
    return render(request, "supervision/budget.html", context)


def _kept(request: HttpRequest, pk: int) -> BudgetItem:
    """An item that the account keeps; 404 unseen, 403 otherwise."""
    item = get_object_or_404(BudgetItem.objects.visible_to(request.user), pk=pk)
    if request.is_past or not may_keep(request.user, item, actions.KEEPERS):
        raise PermissionDenied("只有财政和民政部门登记经费预算。")
    return item


@edit_methods
def line_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A further line of the ledger."""
    item = _kept(request, pk)
    form = LineForm(request.POST or None, instance=BudgetLine(item=item))

    def save(valid: LineForm) -> tuple[str, str]:
        actions.record(request.user, valid.save(commit=False))
        return "已记账。", _address(item)

    hint = f"还可以拨付 {item.amount - item.appropriated:,.2f} 元，还可以支出 {item.available:,.2f} 元。"
    return form_page(request, form, save, title="登记拨付或支出", back=_address(item), back_label=str(item), hint=hint)


@require_POST
def line_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a line back."""
    line = get_object_or_404(BudgetLine.objects.visible_to(request.user).select_related("item"), pk=pk)
    return performed(request, lambda: actions.take_back(request.user, line), "已冲回。", _address(line.item))


@edit_methods
def evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """The evaluation of an item, entered or corrected."""
    item = _kept(request, pk)
    found = BudgetEvaluation.objects.filter(item=item).first() or BudgetEvaluation(item=item)
    form = EvaluationForm(request.POST or None, request.FILES or None, instance=found)

    def save(valid: EvaluationForm) -> tuple[str, str]:
        actions.evaluate(request.user, valid.save(commit=False), valid.cleaned_data.get("file"))
        return "已登记绩效评价。", _address(item)

    hint = f"绩效目标：{item.targets or '没有登记'}"
    return form_page(request, form, save, title="绩效评价", back=_address(item), back_label=str(item), hint=hint)


@require_safe
def execution_report(request: HttpRequest) -> HttpResponse:
    """Budget, change against the year before, and share spent, by area and year."""
    _reader(request)
    purpose = request.GET.get("purpose", "")
    purpose = purpose if purpose in BudgetItem.Purpose.values else ""
    found = execution(request.user, request.on, purpose)
    if request.GET.get("export") == "xlsx":
        return sheet_response(f"预算执行-{request.on:%Y-%m-%d}", HEADER, _rows(request, found))
    context = {
        "tables": _tables(request, found),
        "purposes": [("", "全部用途"), *BudgetItem.Purpose.choices],
        "purpose": purpose,
    }
    return render(request, "supervision/execution.html", context)


def _percent(value: Decimal | None, sign: str = "") -> str | None:
    return None if value is None else format(value, f"{sign}.1%")


def _tables(request: HttpRequest, found: dict[tuple[str, int], Execution]) -> list[dict[str, Any]]:
    years, places = years_to(request.on), nodes(request)
    columns = [f"{year} 年" for year in years]
    budget_rows, share_rows = [], []
    for place in places:
        cells, shares = [], []
        for year in years:
            one, before = found.get((place.pk, year)), found.get((place.pk, year - 1))
            told = _percent(change(one, before), "+")
            link = f"{reverse('supervision:budgets')}?area={place.pk}&year={year}"
            text = f"{one.amount:,.2f}" + (f"（{told}）" if told else "") if one else None
            missing = cell("没有", tone="lack") if year == request.on.year else cell(None)
            cells.append(cell(text, link) if one else missing)
            shares.append(cell(_percent(one.share) if one else None))
        budget_rows.append({"label": place.name, "cells": cells})
        share_rows.append({"label": place.name, "cells": shares})
    note = "执行率：已支出 ÷（预算金额 + 上年结转），到所看的日期为止。"
    common = {"first": "市或区", "columns": columns, "numeric": True}
    return [
        {"title": "预算金额（元，比上年）", "rows": budget_rows, **common},
        {"title": "执行率", "rows": share_rows, "note": note, **common},
    ]


def _rows(request: HttpRequest, found: dict[tuple[str, int], Execution]) -> Iterator[tuple[Any, ...]]:
    for place in nodes(request):
        for year in years_to(request.on):
            one = found.get((place.pk, year), Execution())
            more = _percent(change(found.get((place.pk, year)), found.get((place.pk, year - 1))), "+")
            sums = (one.amount, one.carried, one.appropriated, one.spent)
            yield (place.name, year, one.items, *sums, _percent(one.share), more)
