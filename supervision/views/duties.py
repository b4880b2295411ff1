"""Registers of 四(一): plans, targets, contacts, joint meetings and their tasks, guidance, supporting rules."""

from __future__ import annotations

from functools import cached_property
from itertools import product
from typing import Any

from django.db.models import Q, QuerySet

from supervision.facts.duties import NEED_A_RULE
from supervision.forms import duties as forms
from supervision.models import (
    DevelopmentPlan,
    GuidanceRecord,
    SupportingRule,
    YearlyTarget,
)
from supervision.selectors.targets import Reached, districts_of, lines_of, reached, together
from supervision.views.registers import BUREAU, DOCUMENT, READS, REGION, RegisterView, cell, file_column, known, nodes
from xmsw.accounts.roles import Capability
from xmsw.ui.listing import Choice, Column


class Plans(RegisterView):
    """规划 of each node, with what is missing."""

    key, title, name, unit = "plans", "发展规划", "发展规划", "份"
    model, form, adds = DevelopmentPlan, forms.PlanForm, "登记规划"
    reads, writes = READS, (Capability.KEEP_PLANS,)
    clauses = ("四(一)-1",)
    about = "市和各区把发展专业社会工作写进经济社会发展规划。现行的规划期没有登记规划，算违反。"
    by_bureau, search, search_label = False, "name", "规划"
    default_sort = "-start"
    shown = (
        Column("name", "规划", order="name"),
        REGION,
        Column("start", "规划期", lambda row: f"{row.start:%Y-%m} 至 {row.end:%Y-%m}", order="start"),
        Column("quote", "原文"),
        file_column("plans"),
        DOCUMENT,
    )

    def tables(self) -> list[dict[str, Any]]:
        on = self.request.on
        found: dict[str, list[DevelopmentPlan]] = {}
        for each in DevelopmentPlan.objects.visible_to(self.request.user).order_by("start"):
            found.setdefault(each.region_id, []).append(each)
        rows = []
        for node in nodes(self.request):
            plans = found.get(node.pk, [])
            now = [each for each in plans if each.start <= on <= each.end]
            ended = [each for each in plans if each.end < on]
            rows.append({"label": node.name, "cells": [self._present(now), cell(self._named(ended))]})
        return [{"title": "各级规划", "first": "市或区", "columns": ["现行规划", "到期的规划"], "rows": rows}]

    def _present(self, now: list[DevelopmentPlan]) -> dict[str, Any]:
        if not now:
            return cell("没有登记", tone="lack")
        return cell(self._named(now), self.way_in(now[0]), "ok")

    def _named(self, plans: list[DevelopmentPlan]) -> str | None:
        return "；".join(f"{each.name}（{each.start:%Y-%m} 至 {each.end:%Y-%m}）" for each in plans) or None


class Targets(RegisterView):
    """年度岗位目标 of one year with the posts there are."""

    key, title, name, unit = "targets", "年度岗位目标", "年度岗位目标", "条"
    model, form, adds = YearlyTarget, forms.TargetForm, "登记目标"
    reads, writes = READS, (Capability.KEEP_PLANS,)
    clauses = ("四(一)-4b",)
    about = "民政部门和各部门联合推进岗位开发：按部门、按区下达年末岗位目标，和实有的在设岗位比。"
    default_sort = "region"

    @property
    def shown(self) -> tuple[Column, ...]:
        """With what was reached beside each target."""
        return (
            Column("year", "年度", order="year"),
            REGION,
            BUREAU,
            Column("posts", "年末目标", numeric=True),
            Column("actual", "实有", lambda row: self.reached[row.bureau, row.region_id].actual, numeric=True),
            Column("lacking", "还差", lambda row: self.reached[row.bureau, row.region_id].lacking, numeric=True),
            DOCUMENT,
        )

    @property
    def year(self) -> int:
        """The year asked for, else that of the day."""
        asked = self.request.GET.get("year", "")
        return int(asked) if asked in map(str, range(2017, 2101)) else self.request.on.year

    @cached_property
    def reached(self) -> dict[tuple[str, str], Reached]:
        """By bureau and district."""
        return reached(self.request.user, self.year, self.request.on)

    def base_queryset(self) -> QuerySet:
        return super().base_queryset().filter(year=self.year)

    def links(self) -> list[tuple[str, str]]:
        return [(f"{year} 年", f"{self.url()}?year={year}") for year in (self.year - 1, self.year + 1)]

    def tables(self) -> list[dict[str, Any]]:
        places = districts_of(self.request.user)
        lines, codes = lines_of(self.request.user), [place.pk for place in places]
        rows = [self._line(label, [bureau], codes) for bureau, label in lines]
        if len(lines) > 1:
            rows.append(self._line("合计", [bureau for bureau, _ in lines], codes))
        columns = [place.name for place in places] + ["合计"] * (len(places) > 1)
        note = (
            "格子里是「实有 / 目标」。实有数按年末（本年按当天）在设的岗位、单位的主管部门和所在区计；"
            "合计只加有目标的格子。"
        )
        title = f"{self.year} 年目标和实有"
        return [{"title": title, "first": "部门", "columns": columns, "rows": rows, "note": note, "numeric": True}]

    def _line(self, label: str, bureaus: list[str], places: list[str]) -> dict[str, Any]:
        """A row of these bureaus together: a cell a district, and one of all where there are several."""
        cells = [self._cell(bureaus, [place]) for place in places]
        return {"label": label, "cells": cells + [self._cell(bureaus, places)] * (len(places) > 1)}

    def _cell(self, bureaus: list[str], places: list[str]) -> dict[str, Any]:
        found = [self.reached.get(pair) for pair in product(bureaus, places)]
        one = together([each for each in found if each is not None])
        if one is None:
            return cell(None)
        if one.target is None:
            return cell(f"{one.actual:,} / —")
        return cell(f"{one.actual:,} / {one.target:,}", tone="lack" if one.lacking else "ok")


class Guidance(RegisterView):
    """What 人社 told institutions."""

    key, title, name, unit = "guidance", "人社指导", "人社指导", "条"
    model, form, adds = GuidanceRecord, forms.GuidanceForm, "登记指导"
    reads = (Capability.KEEP_PLANS, Capability.APPLY)
    writes = (Capability.RECORD_GUIDANCE,)
    clauses = ("四(一)-7",)
    about = "人力资源社会保障部门指导相关事业单位的岗位开发，以及评价、薪酬和激励工作。人社登记，民政和本单位看。"
    default_sort, day = "-asked_on", "asked_on"
    by_bureau, search, search_label = False, "employer__name", "单位"
    empty = "还没有指导记录。"

    @property
    def shown(self) -> tuple[Column, ...]:
        """With what was answered by the day."""
        on = self.request.on
        return (
            Column("employer", "单位", "employer.name", order="employer__pinyin"),
            Column("matter", "事项", "get_matter_display"),
            Column("question", "问题"),
            Column("asked_on", "提出日期", order="asked_on"),
            Column("reply", "指导意见", lambda row: known(row.reply, row.replied_on, on)),
            Column("replied_on", "答复日期", lambda row: known(row.replied_on, row.replied_on, on)),
            REGION,
            DOCUMENT,
        )

    @property
    def more_filters(self) -> tuple[Choice, ...]:
        """By matter, and by whether it was answered by the day."""
        answered = Q(replied_on__lte=self.request.on)
        return (
            Choice("matter", "事项", GuidanceRecord.Matter.choices, lambda rows, value: rows.filter(matter=value)),
            Choice(
                "answered", "答复", (("yes", "已答复"), ("no", "没有答复")),
                lambda rows, value: rows.filter(answered) if value == "yes" else rows.exclude(answered),
            ),
        )  # fmt: skip

    def base_queryset(self) -> QuerySet:
        return super().base_queryset().select_related("employer")


class SupportingRules(RegisterView):
    """Rules that carry clauses out, and which clauses have none."""

    key, title, name, unit = "supporting-rules", "配套制度", "配套制度", "份"
    model, form, adds = SupportingRule, forms.SupportingRuleForm, "登记制度"
    reads, writes = READS, (Capability.KEEP_PLANS,)
    clauses = ("四(一)-4c",)
    about = "建立健全人才激励保障制度：登记起草、发布和废止的配套制度，看哪些条款还缺制度。"
    default_sort, day = "title", "drafted_on"
    by_bureau, search, search_label = False, "title", "制度"

    @property
    def shown(self) -> tuple[Column, ...]:
        """With the status on the day."""
        on = self.request.on
        return (
            Column("title", "制度", order="title"),
            REGION,
            Column("document", "文号", lambda row: known(row.document, row.published_on, on)),
            Column("clause", "落实的条款", "clause_id", order="clause_id"),
            Column("status", "状态", lambda row: SupportingRule.Status(row.status_on(on)).label),
            Column("published_on", "发布日期", lambda row: known(row.published_on, row.published_on, on)),
            Column("repealed_on", "废止日期", lambda row: known(row.repealed_on, row.repealed_on, on)),
            file_column("supporting-rules"),
        )

    def tables(self) -> list[dict[str, Any]]:
        on, rows = self.request.on, []
        found = list(self.base_queryset().filter(clause__in=NEED_A_RULE))
        for clause in NEED_A_RULE:
            served = [each for each in found if each.clause_id == clause]
            now = [each for each in served if each.status_on(on) == SupportingRule.Status.PUBLISHED]
            drafts = [each.title for each in served if each.status_on(on) == SupportingRule.Status.DRAFT]
            told = cell("、".join(each.title for each in now), tone="ok") if now else cell("没有现行制度", tone="lack")
            rows.append({"label": clause, "cells": [told, cell("、".join(drafts) or None)]})
        columns = ["现行制度", "起草中"]
        return [{"title": "需要配套制度的条款", "first": "条款", "columns": columns, "rows": rows}]


REGISTERS: dict[str, type[RegisterView]] = {
    "plans": Plans,
    "targets": Targets,
    "guidance": Guidance,
    "supporting-rules": SupportingRules,
}
