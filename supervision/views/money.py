"""Registers of 四(二) and 文末: budget items, pay issues, social funding, reports sent up."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse

from supervision.actions.budgets import KEEPERS
from supervision.forms import money as forms
from supervision.models import BudgetItem, PayIssue, SocialFunding, UpwardReport
from supervision.selectors.budgets import items_on
from supervision.views.registers import BUREAU, DOCUMENT, READS, REGION, RegisterView, cell, file_column, known, nodes
from xmsw.accounts.models import Bureau
from xmsw.accounts.roles import Capability
from xmsw.ui.listing import Choice, Column

ZERO = Decimal(0)
EVALUATED = (("yes", "已评价"), ("no", "没有评价"))


def share(part: Decimal | None, whole: Decimal | None) -> str | None:
    """«83.3%», nothing where there is no whole."""
    return f"{(part or ZERO) / whole:.1%}" if whole else None


class Budgets(RegisterView):
    """Budget items with what was appropriated and spent by the day."""

    key, title, name, unit = "budgets", "经费预算", "经费预算", "个"
    model, form, adds = BudgetItem, forms.BudgetForm, "登记预算"
    reads, writes = READS, KEEPERS
    clauses = ("四(二)-1", "四(二)-2")
    about = "市和各区把人才薪酬、激励和购买服务的经费纳入财政预算，登记拨付、支出和绩效评价。"
    default_sort, search, search_label = "-year", "name", "项目"

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The name leads to the item's own page, for everybody who sees it."""
        return (
            Column("name", "项目", order="name", link=lambda row: reverse("supervision:budget", args=[row.pk])),
            REGION,
            Column("bureau", "用款部门", "get_bureau_display", order="bureau"),
            Column("year", "年度", order="year"),
            Column("purpose", "用途", "get_purpose_display", order="purpose"),
            Column("amount", "预算金额", order="amount", numeric=True),
            Column("carried", "上年结转", numeric=True, chosen=False),
            Column("appropriated", "已拨付", "appropriated_then", numeric=True),
            Column("spent", "已支出", "spent_then", numeric=True),
            Column("share", "执行率", lambda row: share(row.spent_then, row.amount + row.carried), numeric=True),
            Column("grade", "绩效评价", self._grade),
            DOCUMENT,
        )

    @cached_property
    def filters(self) -> list[Any]:
        """With year, purpose, and whether evaluated."""
        on = self.request.on
        years = [(str(year), f"{year} 年") for year in range(on.year + 1, 2016, -1)]
        judged = Q(evaluation__evaluated_on__lte=on)
        return [
            *super().filters,
            Choice("year", "年度", years, lambda rows, value: rows.filter(year=value)),
            Choice("purpose", "用途", BudgetItem.Purpose.choices, lambda rows, value: rows.filter(purpose=value)),
            Choice(
                "evaluated",
                "绩效评价",
                EVALUATED,
                lambda rows, value: rows.filter(judged) if value == "yes" else rows.exclude(judged),
            ),
        ]

    def _grade(self, item: BudgetItem) -> str | None:
        found = getattr(item, "evaluation", None)
        known = found is not None and found.evaluated_on <= self.request.on
        return f"{found.get_grade_display()}（{found.score.normalize():f}）" if known else None

    def base_queryset(self) -> QuerySet:
        return items_on(self.request.user, self.request.on)

    def tables(self) -> list[dict[str, Any]]:
        year = self.request.on.year
        rows = self.base_queryset().order_by().filter(year=year)
        counted = rows.values("region", "purpose").annotate(sum=Sum("amount"))
        found = {(each["region"], each["purpose"]): each["sum"] for each in counted}
        purposes = BudgetItem.Purpose.choices
        lines = [
            {"label": node.name, "cells": self._sums([found.get((node.pk, code)) for code, _ in purposes])}
            for node in nodes(self.request)
        ]
        columns = [*(label for _, label in purposes), "合计"]
        title = f"{year} 年预算（元）"
        return [{"title": title, "first": "市或区", "columns": columns, "rows": lines, "numeric": True}]

    def _sums(self, sums: list[Decimal | None]) -> list[dict[str, Any]]:
        total = sum(each for each in sums if each is not None)
        whole = (
            cell(f"{total:,.2f}", tone="ok") if any(each is not None for each in sums) else cell("没有", tone="lack")
        )
        return [*(cell(None if each is None else f"{each:,.2f}") for each in sums), whole]

    def links(self) -> list[tuple[str, str]]:
        return [("预算执行", reverse("supervision:execution"))]


class PayIssues(RegisterView):
    """Pay problems by line."""

    key, title, name, unit = "pay-issues", "薪酬问题台账", "薪酬问题台账", "件"
    model, form, adds = PayIssue, forms.PayIssueForm, "登记问题"
    reads, writes = READS, (Capability.KEEP_FUNDING, Capability.KEEP_DUTIES)
    clauses = ("四(二)-3",)
    about = "各部门重视解决本系统、本领域社会工作专业人才的薪酬问题。逾期只作提示。"
    default_sort, day = "deadline", "found_on"
    search, search_label = "title", "问题"

    @property
    def shown(self) -> tuple[Column, ...]:
        """With how each stands on the day."""
        return (
            Column("title", "问题", order="title"),
            REGION,
            BUREAU,
            Column("people", "人数", order="people", numeric=True),
            Column("gap", "每年缺口", numeric=True),
            Column("measure", "解决办法"),
            Column("deadline", "期限", order="deadline"),
            Column("stands", "情况", self._stands),
            Column("resolution", "结果", lambda row: known(row.resolution, row.solved_on, self.request.on)),
            DOCUMENT,
        )

    def _stands(self, issue: PayIssue) -> str:
        on = self.request.on
        if issue.solved_on and issue.solved_on <= on:
            return f"{issue.solved_on:%Y-%m-%d} 解决"
        late = (on - issue.deadline).days
        return f"逾期 {late} 天" if late > 0 else "办理中"

    @cached_property
    def filters(self) -> list[Any]:
        """With how it stands."""
        on = self.request.on
        waiting = Q(solved_on__isnull=True) | Q(solved_on__gt=on)
        ways = {"open": waiting, "overdue": waiting & Q(deadline__lt=on), "solved": Q(solved_on__lte=on)}
        choices = (("open", "没有解决"), ("overdue", "逾期"), ("solved", "已解决"))
        return [*super().filters, Choice("stands", "情况", choices, lambda rows, value: rows.filter(ways[value]))]

    def tables(self) -> list[dict[str, Any]]:
        rows = self.base_queryset().exclude(solved_on__lte=self.request.on).order_by().values("bureau")
        late = Count("pk", filter=Q(deadline__lt=self.request.on))
        counted = rows.annotate(n=Count("pk"), late=late, people=Sum("people"), gap=Sum("gap"))
        found = {each["bureau"]: each for each in counted}
        lines = [
            {"label": label, "link": f"{self.url()}?bureau={code}&stands=open", "cells": self._line(found[code])}
            for code, label in Bureau.choices
            if code in found
        ]
        columns = ["没有解决", "其中逾期", "涉及人数", "每年缺口（元）"]
        title = "各条线没有解决的问题"
        return [{"title": title, "first": "部门", "columns": columns, "rows": lines, "numeric": True}] if lines else []

    def _line(self, one: dict[str, Any]) -> list[dict[str, Any]]:
        gap = None if one["gap"] is None else f"{one['gap']:,.2f}"
        late = cell(one["late"], tone="lack" if one["late"] else "")
        return [cell(one["n"]), late, cell(f"{one['people']:,}"), cell(gap)]


class SocialFundings(RegisterView):
    """Money from society, and its share beside the budget."""

    key, title, name, unit = "social-funding", "社会资金", "社会资金", "笔"
    model, form, adds = SocialFunding, forms.SocialFundingForm, "登记资金"
    reads, writes = READS, (Capability.KEEP_FUNDING,)
    clauses = ("四(二)-4",)
    about = "积极引导社会资金支持社会工作：捐赠、福利彩票公益金、基金会、企业。"
    default_sort, day, by_bureau = "-on", "on", False
    search, search_label = "giver", "出资方"
    shown = (
        Column("giver", "出资方", order="giver"),
        REGION,
        Column("source", "来源", "get_source_display", order="source"),
        Column("on", "到账日期", order="on"),
        Column("amount", "金额", order="amount", numeric=True),
        Column("use", "用途"),
        DOCUMENT,
    )
    more_filters = (
        Choice("source", "来源", SocialFunding.Source.choices, lambda rows, value: rows.filter(source=value)),
    )

    def tables(self) -> list[dict[str, Any]]:
        years = list(range(self.request.on.year, self.request.on.year - 3, -1))
        got = self.base_queryset().order_by().values("on__year", "source").annotate(sum=Sum("amount"))
        found = {(each["on__year"], each["source"]): each["sum"] for each in got}
        public = items_on(self.request.user, self.request.on).order_by().values("year").annotate(sum=Sum("amount"))
        budget = {each["year"]: each["sum"] for each in public}
        sources = SocialFunding.Source.choices
        lines = []
        for year in years:
            sums = [found.get((year, code)) for code, _ in sources]
            total = sum((each for each in sums if each is not None), ZERO)
            told = [cell(None if each is None else f"{each:,.2f}") for each in sums]
            part = share(total, total + budget.get(year, ZERO))
            lines.append({"label": f"{year} 年", "cells": [*told, cell(f"{total:,.2f}"), cell(part)]})
        columns = [*(label for _, label in sources), "合计", "占比"]
        note = "占比：社会资金 ÷（社会资金 + 当年预算金额）。"
        return [
            {
                "title": "各年社会资金（元）",
                "first": "年度",
                "columns": columns,
                "rows": lines,
                "note": note,
                "numeric": True,
            }
        ]


class UpwardReports(RegisterView):
    """What went up to the province and the ministry."""

    key, title, name, unit = "upward-reports", "上报材料", "上报材料", "份"
    model, form, adds = UpwardReport, forms.UpwardReportForm, "登记上报"
    reads, writes = (), (Capability.KEEP_PLANS,)
    clauses = ("文末",)
    about = "文件抄送民政部社会工作司、福建省民政厅。报给它们的材料在这里留底。"
    default_sort, day, by_bureau = "-on", "on", False
    search, search_label = "title", "材料"
    shown = (
        Column("title", "材料", order="title"),
        Column("recipient", "报送对象", "get_recipient_display", order="recipient"),
        REGION,
        Column("period_start", "报告期起", order="period_start"),
        Column("period_end", "报告期止"),
        Column("on", "报送日期", order="on"),
        file_column("upward-reports"),
        DOCUMENT,
    )
    more_filters = (
        Choice("to", "报送对象", UpwardReport.Recipient.choices, lambda rows, value: rows.filter(recipient=value)),
    )


REGISTERS: dict[str, type[RegisterView]] = {
    "budgets": Budgets,
    "pay-issues": PayIssues,
    "social-funding": SocialFundings,
    "upward-reports": UpwardReports,
}
