"""Measured words of the clauses about the whole (0, 一-1, 一-5, 四(三)-3, -4)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum
from django.utils import timezone

from posts.models import Post, Sector
from supervision.models import Tally, YearEnd
from supervision.models.tallies import OUTCOME_COLUMNS
from supervision.selectors.implementation import NO_TARGET, PENDING, REACHED, SHORT, implementation
from supervision.selectors.overview import Counts
from talents.models import Employment
from xmsw.accounts.models import OrgUnit
from xmsw.policy.models import Clause, PolicyDocument
from xmsw.policy.rules import by_code, rules
from xmsw.regions.areas import in_area

if TYPE_CHECKING:
    from xmsw.accounts.models import User


def measures_years(user: User | None, on: date) -> dict[str, str]:
    """Clause → counts in words; a fixed number of queries."""
    return {
        **_basis(user, on),
        "一-1": _stock(user, on),
        "一-5": f"核查规则 {len(list(rules()))} 条，每条按领域和单位类别选用；统计按 {len(Sector)} 个领域分开",
        "四(三)-3": _standing(user, on),
        "四(三)-4": _outcome(user, on),
    }


def _basis(user: User | None, on: date) -> dict[str, str]:
    undated, gone = Q(effective_on__isnull=True), Q(repealed=True)
    documents = PolicyDocument.objects.aggregate(
        n=Count("pk"), undated=Count("pk", filter=undated), gone=Count("pk", filter=gone)
    )
    clauses = Clause.objects.count()
    within = "" if user is None else user.area_code or ""
    units = (
        OrgUnit.objects.in_force(on)
        .filter(in_area("region__code", within))
        .aggregate(n=Count("pk"), bureaus=Count("bureau", distinct=True), areas=Count("region", distinct=True))
    )
    return {
        "0-1": f"条款 {clauses} 条，每条规则都注明条款；没有载明施行日期的文件 {documents['undated']} 份",
        "0-2": f"机构 {units['n']} 个：{units['bureaus']} 个部门，{units['areas']} 个市和区；账号只看本条线本地区",
        "0-3": f"在库文件 {documents['n']} 份，其中已废止 {documents['gone']} 份",
    }


def _stock(user: User | None, on: date) -> str:
    posts, people, kept = Post.objects.active(on), Employment.objects.in_force(on), YearEnd.objects.newest()
    if user is not None:
        posts, people, kept = posts.visible_to(user), people.visible_to(user), kept.visible_to(user)
    found = people.order_by().aggregate(n=Count("worker", distinct=True))
    years = kept.filter(day__lte=on).order_by().values("year").distinct().count()
    return f"在设岗位 {posts.count():,} 个，在职社会工作者 {found['n']:,} 人；已确认年末统计 {years} 个年度"


def _standing(user: User | None, on: date) -> str:
    """States of the judged clauses in the account's whole area."""
    area = "" if user is None else user.area_code
    if area is None:
        return ""
    found = implementation(user, area, on)
    if not found.areas:
        return ""
    totals = found.totals(found.areas[0].code)
    return (
        f"有规则核查的条款 {len(found.found)} 条：达标 {totals[REACHED]}，未达标 {totals[SHORT]}，"
        f"待评估 {totals[PENDING]}，没有定目标 {totals[NO_TARGET]}"
    )


def _outcome(user: User | None, on: date) -> str:
    rows = Tally.objects.all() if user is None else Tally.objects.visible_to(user)
    rows = rows.filter(rule=by_code("guidance-standard").number)
    rows = rows.filter(day__isnull=True) if on >= timezone.localdate() else rows.filter(day=on)
    sums = rows.aggregate(**{name: Sum(name) for name in OUTCOME_COLUMNS})
    found = Counts(**{name: value or 0 for name, value in sums.items()})
    if not found.total:
        return "薪酬指导标准覆盖的人员还没有核查结果"
    return f"薪酬不低于指导标准 {found.met:,} / {found.total:,} 人（{found.percent}）"
