"""What a cost sheet shows on its page, at its review, on paper and as a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from payroll.cost_checks import remarks
from payroll.cost_sheets import OPEN
from payroll.costing import Figures, basis_of, figures, traces
from payroll.models import CostCategory, CostLine, CostSheet
from xmsw.policy.parameters import values_on

if TYPE_CHECKING:
    from xmsw.accounts.models import User

HEADER = (
    "序号",
    "类别",
    "内容",
    "薪酬档级",
    "人数",
    "月数",
    "指导标准（元/月）",
    "人均薪酬（元/月）",
    "单位社保（元/人月）",
    "单位公积金（元/人月）",
    "数量",
    "单位",
    "单价（元）",
    "金额（元）",
)


def described(user: User, on: date, sheet: CostSheet) -> dict[str, Any]:
    """Lines by category with subtotals, shares against the ratios, what is said about it, and where figures come from.

    A fixed number of queries, whatever the number of lines.
    """
    basis, found, lines = basis_of(sheet), figures(sheet), list(sheet.lines.all())
    listed = traces(lines, basis)
    values = values_on(sheet.priced_on)
    return {
        "basis": basis,
        "figures": found,
        "traces": listed,
        "groups": [
            {"part": part, "lines": chosen, "people": part.category == CostCategory.PERSONNEL}
            for part in found.parts
            if (chosen := [line for line in lines if line.category == part.category])
        ],
        "has_others": found.lines > found.personnel_lines,
        "remarks": remarks(sheet, found, basis, listed, on),
        "least": values["purchase_personnel_share_min"],
        "most": values["purchase_other_share_max"],
        "chart": chart(found),
        "gap": found.total - sheet.project.amount,
    }


def beside(user: User, sheet: CostSheet) -> dict[str, Any] | None:
    """The approved version of a project and the one in work side by side, on the page of either.

    `rows`: label, before, after in yuan; None where a version has no such part. None where only one of both is there.
    """
    approved, opened = (CostSheet.State.APPROVED,), OPEN
    if sheet.state not in (*approved, *opened):
        return None
    wanted = opened if sheet.state in approved else approved
    rows = CostSheet.objects.visible_to(user).filter(project=sheet.project_id, state__in=wanted)
    other = rows.select_related("project").order_by("-version").first()
    if other is None:
        return None
    before, after = (sheet, other) if sheet.state in approved else (other, sheet)
    return {"before": before, "after": after, "rows": _lined_up(figures(before), figures(after))}


def _lined_up(before: Figures, after: Figures) -> list[tuple[str, Decimal | None, Decimal | None]]:
    old, new = ({each.label: each.amount for each in found.parts} for found in (before, after))
    labels = dict.fromkeys([*old, *new])
    rows = [(label, old.get(label), new.get(label)) for label in labels if old.get(label) or new.get(label)]
    return [*rows, ("合计", before.total, after.total), ("人均成本（年）", before.per_head, after.per_head)]


def chart(found: Figures) -> dict[str, Any]:
    """Shares by category in percent, for the house's bar chart."""
    shown = [each for each in found.parts if each.share is not None]
    percents = [float((each.share * 100).quantize(Decimal("0.01"))) for each in shown]
    return {
        "kind": "bar",
        "axis": "类别",
        "unit": "%",
        "labels": [each.label for each in shown],
        "series": [{"name": "占比", "values": percents}],
    }


def table(sheet: CostSheet) -> Iterator[tuple[Any, ...]]:
    """The rows of the Excel file: lines, a subtotal a category, the total."""
    found, lines = figures(sheet), list(sheet.lines.all())
    for part in found.parts:
        chosen = [line for line in lines if line.category == part.category]
        yield from map(_cells, chosen)
        if chosen:
            yield (None, part.label, "小计", *(None for _ in HEADER[3:-1]), part.amount)
    yield (None, "", "合计", *(None for _ in HEADER[3:-1]), found.total)


def _cells(line: CostLine) -> tuple[Any, ...]:
    return (
        line.place,
        line.get_category_display(),
        line.title,
        line.get_rung_display() if line.rung else "",
        line.heads,
        line.months,
        line.guidance,
        line.pay,
        line.insurance,
        line.fund,
        line.quantity,
        line.unit,
        line.price,
        line.amount,
    )


def printed(user: User, sheet: CostSheet, on: date) -> dict[str, Any]:
    """Texts for templates/print/costs.typ."""
    shown = described(user, on, sheet)
    found: Figures = shown["figures"]
    return {
        "title": "政府购买社会工作服务成本核算表",
        "printed_on": f"{on:%Y-%m-%d}",
        "synthetic": sheet.standard.synthetic or sheet.terms.synthetic or sheet.project.provider.synthetic,
        "facts": _facts(sheet, found, shown["basis"].rate),
        "groups": [_printed_group(each) for each in shown["groups"]],
        "total": money(found.total),
        "remarks": [_said(each) for each in shown["remarks"]],
        "sources": _sources(shown),
        "signatures": ["编制人（签名）", "购买方（盖章）", "审定人（签名）"],
    }


def money(value: Decimal | None) -> str:
    """«1,234.50»."""
    return "—" if value is None else f"{value:,.2f}"


def number(value: Decimal | int | None) -> str:
    """«12», «2.5»: no needless digits."""
    return "—" if value is None else f"{Decimal(value).normalize():,f}"


def share(value: Decimal | None) -> str:
    """«71.25%»."""
    return "—" if value is None else f"{value:.2%}"


def _facts(sheet: CostSheet, found: Figures, rate: Decimal) -> list[tuple[str, str]]:
    project = sheet.project
    return [
        ("项目", project.title),
        ("版本", f"第 {sheet.version} 版（{sheet.get_state_display()}）"),
        ("购买方", f"{project.buyer}（{project.region.name}）"),
        ("承接机构", project.provider.name),
        ("合同金额", f"{money(project.amount)} 元"),
        ("合同期", f"{project.start:%Y-%m-%d} 至 {project.end:%Y-%m-%d}"),
        ("计价日期", f"{sheet.priced_on:%Y-%m-%d}"),
        ("区浮动比例", f"{rate:+.2%}"),
        ("指导标准", f"{sheet.standard.document}（{sheet.standard.start:%Y-%m-%d} 起）"),
        ("缴费标准", str(sheet.terms)),
        ("人员经费占比", share(found.personnel_share)),
        ("人均成本", "—" if found.per_head is None else f"{money(found.per_head)} 元/年"),
    ]


def _printed_group(group: dict[str, Any]) -> dict[str, Any]:
    part = group["part"]
    columns = (
        ("内容", "档级", "人数", "月数", "薪酬", "社保", "公积金")
        if group["people"]
        else ("内容", "数量", "单位", "单价")
    )
    return {
        "label": part.label,
        "columns": [*columns, "金额（元）"],
        "texts": 2 if group["people"] else 1,
        "rows": [_people_row(line) if group["people"] else _other_row(line) for line in group["lines"]],
        "amount": money(part.amount),
        "share": share(part.share),
    }


def _people_row(line: CostLine) -> list[str]:
    parts = [money(each) for each in (line.pay, line.insurance, line.fund)]
    return [line.title, line.get_rung_display(), number(line.heads), number(line.months), *parts, money(line.amount)]


def _other_row(line: CostLine) -> list[str]:
    return [line.title, number(line.quantity), line.unit, money(line.price), money(line.amount)]


def _said(each: Any) -> str:
    return each.text + (f"（{each.clause}，{each.document}）" if each.document else f"（{each.clause}）")


def _sources(shown: dict[str, Any]) -> list[str]:
    rate = shown["basis"].rate
    found = []
    for each in shown["traces"]:
        line = each.line
        if line.guidance is not None and each.annual is not None:
            found.append(
                f"{line.title}：{line.get_rung_display()} {money(each.annual)} 元/年 ×（1 {rate:+.2%}）÷ 12 = "
                f"指导标准 {money(line.guidance)} 元/月"
            )
        parts = "，".join(f"{s.label} {money(s.base)} × {s.rate:.2%} = {money(s.amount)}" for s in each.shares)
        found.append(f"{line.title}：{parts}")
    return found
