"""Clause by clause against targets (四(三)-3): a city beside its districts, and the register of targets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from supervision.forms.years import ClauseTargetForm
from supervision.models import ClauseTarget
from supervision.selectors.implementation import STATES, Implementation, Standing, implementation
from supervision.selectors.runs import calculated
from supervision.views import for_officers
from supervision.views.registers import DOCUMENT, REGION, RegisterView
from xmsw.accounts.roles import Capability
from xmsw.policy.models import Clause
from xmsw.policy.rules import Rule
from xmsw.ui.listing import Choice, Column
from xmsw.ui.sheets import sheet_response

TONES = {"reached": "ok", "short": "lack"}


@require_safe
@for_officers
def indicators(request: HttpRequest) -> HttpResponse:
    """Each judged clause in each area: share met, target, state; filtered by part and by state."""
    found = implementation(request.user, request.user.area_code, request.on)
    clauses = list(Clause.objects.filter(pk__in=found.found).order_by("order"))
    asked = {name: request.GET.get(name, "") for name in ("section", "state")}
    shown = [each for each in clauses if _matches(found, each, asked)]
    if request.GET.get("export") == "xlsx":
        header = ("条款", "原文", "地区", "达标", "对象", "待评估", "达标率（%）", "目标（%）", "状态")
        return sheet_response(f"条款达标-{request.on:%Y-%m-%d}", header, _rows(found, shown))
    context = {
        "areas": found.areas,
        "rows": [_row(found, each) for each in shown],
        "totals": [found.totals(each.code) for each in found.areas],
        "asked": asked,
        "sections": list(dict.fromkeys(each.pk.split("-")[0] for each in clauses)),
        "states": STATES.items(),
        "may_target": request.user.can(Capability.KEEP_PLANS) and not request.is_past,
        "uncalculated": request.is_past and not calculated(request.user.area_code or "", request.on),
    }
    return render(request, "supervision/indicators.html", context)


def _matches(found: Implementation, clause: Clause, asked: dict[str, str]) -> bool:
    if asked["section"] and clause.pk.split("-")[0] != asked["section"]:
        return False
    return not asked["state"] or any(each.state == asked["state"] for each in found.found[clause.pk].values())


def _row(found: Implementation, clause: Clause) -> dict[str, Any]:
    by_area = found.found[clause.pk]
    binds_areas = clause.pk in found.of_areas
    return {
        "clause": clause,
        "cells": [{"area": each, "standing": by_area[each.code],
                   "link": _link(by_area[each.code].rule, each.code, binds_areas)} for each in found.areas],
    }  # fmt: skip


def _link(rule: Rule, area: str, binds_areas: bool) -> str:
    """Where what is not met stands: the rule on the page of areas, or its findings in the area."""
    if binds_areas:
        return f"{reverse('supervision:areas')}#r{rule.number}"
    return f"{reverse('supervision:findings')}?rule={rule.code}&area={area}"


def _rows(found: Implementation, clauses: list[Clause]) -> Iterator[tuple[Any, ...]]:
    for clause in clauses:
        for area in found.areas:
            yield (clause.pk, clause.quote, area.name, *_told(found.found[clause.pk][area.code]))


def _told(each: Standing) -> tuple[Any, ...]:
    share = each.counts.share
    percent = None if share is None else each.counts.met * 1000 // each.counts.total / 10
    target = None if each.target is None else float(each.target)
    return (each.counts.met, each.counts.total, each.counts.pending, percent, target, each.label)


class ClauseTargets(RegisterView):
    """What share of each clause shall be met by a year's end."""

    key, title, name, unit = "clause-targets", "条款目标", "条款目标", "条"
    model, form, adds = ClauseTarget, ClauseTargetForm, "登记目标"
    reads = writes = (Capability.KEEP_PLANS,)
    clauses = ("四(三)-3",)
    about = (
        "每一条到年末要达标多少。没有登记的，会得出「违反」的规则按 100% 计，只有违反才算未达标；"
        "只提示或预警的规则不定目标。市的目标对没有自己目标的区也适用。"
    )
    default_sort, by_bureau = "-year", False
    empty = "还没有登记目标。"
    shown = (
        Column("clause", "条款", "clause_id", order="clause__order"),
        Column("quote", "原文", "clause.quote"),
        REGION,
        Column("year", "年度", order="year"),
        Column("percent", "目标（%）", order="percent", numeric=True),
        DOCUMENT,
    )

    def base_queryset(self) -> QuerySet:
        return super().base_queryset().select_related("clause")

    @property
    def more_filters(self) -> tuple[Choice, ...]:
        """By year."""
        year = self.request.on.year
        years = [(str(each), f"{each} 年") for each in range(year + 1, year - 4, -1)]
        return (Choice("year", "年度", years, lambda rows, value: rows.filter(year=value)),)
