"""What is measured of 四(二) and 文末: counts in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet, Sum

from supervision.models import (
    BudgetItem,
    FeeItem,
    MarketIncome,
    PayIssue,
    PolicyApplication,
    SocialFunding,
    UpwardReport,
)
from supervision.selectors.budgets import then

if TYPE_CHECKING:
    from xmsw.accounts.models import User

ZERO = Decimal(0)


def _of(rows: QuerySet, user: User | None) -> QuerySet:
    return rows if user is None else rows.visible_to(user)


def measures_money(user: User | None, on: date) -> dict[str, str]:
    """Clause → what is counted, in seven queries."""
    this = Q(year=on.year)
    items = _of(BudgetItem.objects.filter(approved_on__lte=on), user)
    items = items.annotate(spent_then=then("spending", on))
    spent = Sum("spent_then", filter=this)
    sums = items.aggregate(n=Count("pk", filter=this), now=Sum("amount", filter=this), spent=spent)
    budget = sums["now"] or ZERO
    return {
        "四(一)-5": f"本年预算 {budget:,.2f} 元，已支出 {sums['spent'] or ZERO:,.2f} 元",
        "四(二)-1": f"本年预算项目 {sums['n']} 个，共 {budget:,.2f} 元",
        "四(二)-3": _pay_issues(user, on),
        "四(二)-4": _social(user, on, budget),
        "四(二)-5": _applications(user, on),
        "四(二)-6": _fees(user, on),
        "文末": f"今年上报材料 {_of(UpwardReport.objects.filter(on__year=on.year, on__lte=on), user).count()} 份",
    }


def _pay_issues(user: User | None, on: date) -> str:
    rows = _of(PayIssue.objects.filter(found_on__lte=on), user).exclude(solved_on__lte=on)
    found = rows.aggregate(n=Count("pk"), people=Sum("people"), late=Count("pk", filter=Q(deadline__lt=on)))
    return f"没有解决的薪酬问题 {found['n']} 件，涉及 {found['people'] or 0:,} 人，逾期 {found['late']} 件"


def _social(user: User | None, on: date, budget: Decimal) -> str:
    rows = _of(SocialFunding.objects.filter(on__year=on.year, on__lte=on), user)
    amount = rows.aggregate(sum=Sum("amount"))["sum"] or ZERO
    whole = amount + budget
    share = f"，占本年预算和社会资金之和的 {amount / whole:.2%}" if whole else ""
    return f"今年社会资金 {amount:,.2f} 元{share}"


def _applications(user: User | None, on: date) -> str:
    rows = _of(PolicyApplication.objects.standing(on).exclude(stood="draft"), user)
    granted = Q(stood="granted")
    found = rows.aggregate(n=Count("pk"), got=Count("pk", filter=granted), jobs=Sum("jobs_created", filter=granted))
    return f"优惠政策申请 {found['n']} 件，已享受 {found['got']} 件，新增就业岗位 {found['jobs'] or 0:,} 个"


def _fees(user: User | None, on: date) -> str:
    fees = _of(FeeItem.objects.all(), user).in_force(on)
    found = fees.aggregate(n=Count("pk"), public=Count("pk", filter=Q(notice_on__lte=on)))
    incomes = _of(MarketIncome.objects.filter(year=on.year - 1), user)
    sums = incomes.aggregate(total=Sum("total"), market=Sum("market"))
    share = f"；上年服务收费占机构收入的 {sums['market'] / sums['total']:.2%}" if sums["total"] else ""
    return f"收费项目 {found['n']} 个，已公示价格 {found['public']} 个{share}"
