"""Budgets, pay issues, social money, policies, fees and reports; 翔安 has no budget this year, some lack evaluation."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F

from posts.models import Employer, Kind
from supervision.demo.duties import CITY, DEMO, nodes
from supervision.models import (
    BudgetEvaluation,
    BudgetItem,
    BudgetLine,
    FeeItem,
    MarketIncome,
    PayIssue,
    PolicyApplication,
    PreferentialPolicy,
    SocialFunding,
    UpwardReport,
)
from xmsw.accounts.models import Bureau
from xmsw.synthetic import cases
from xmsw.synthetic.plan import Plan

_APPLICATIONS = """
SELECT a.id, a.id AS key, e.region_id, a.state, COALESCE(a.result_on, %(today)s::date) - 5
FROM supervision_policyapplication a JOIN posts_employer e ON e.id = a.employer_id WHERE a.state <> 'draft'
"""
WITHOUT_BUDGET, SLOW = "350213", "350211"
PURPOSES = (
    ("pay", "社区社工薪酬补贴", 320),
    ("incentive", "社会工作人才激励", 60),
    ("purchase", "购买社会工作服务", 480),
)
ISSUES = (
    (Bureau.EDUCATION, "学校社工薪酬低于同级教师", 18, -30),
    (Bureau.HEALTH, "医务社工没有绩效工资", 11, 60),
    (Bureau.JUSTICE, "矫正社工社保欠缴", 7, -5),
    (Bureau.CIVIL_AFFAIRS, "社区社工薪酬没有随指导标准调整", 42, 120),
)
POLICIES = (
    ("初创社会组织场地补贴（演示）", {"kinds": [Kind.E01, Kind.E02], "most_years": 5}),
    ("带动就业补贴（演示）", {"kinds": [Kind.E01], "least_staff": 3}),
    ("品牌机构奖励（演示）", {"kinds": [Kind.E01], "least_years": 3, "least_certified": Decimal("0.5")}),
)


def hand_in(plan: Plan) -> None:
    """Everything of 四(二) and 文末."""
    for place, node in enumerate(nodes()):
        for year in (plan.today.year - 2, plan.today.year - 1, plan.today.year):
            if node.pk != WITHOUT_BUDGET or year < plan.today.year:
                _budget(plan, node.pk, year, place)
    plan.made("经费预算", BudgetItem.objects.count())
    _issues(plan)
    _social(plan)
    _agencies(plan)
    for year in (plan.today.year - 2, plan.today.year - 1):
        UpwardReport.objects.create(
            region_id=CITY,
            recipient=UpwardReport.Recipient.values[year % 2],
            title=f"{year} 年社会工作人才工作总结（演示）",
            document=DEMO,
            period_start=date(year, 1, 1),
            period_end=date(year, 12, 31),
            on=min(date(year + 1, 2, 1), plan.today),
            synthetic=True,
        )


def _budget(plan: Plan, region: str, year: int, place: int) -> None:
    """Three items of a year with their ledger; the past ones evaluated, except here and there."""
    size = 5 if region == CITY else 1
    growth = 1 + Decimal(year - plan.today.year) * (Decimal("-0.06") if place == 4 else Decimal("0.08"))
    for purpose, name, thousands in PURPOSES:
        amount = (Decimal(thousands) * 10_000 * size * growth).quantize(Decimal(1))
        approved = min(date(year, 2, 10), plan.today)
        item = BudgetItem.objects.create(
            region_id=region,
            bureau=Bureau.CIVIL_AFFAIRS,
            name=f"{name}（演示）",
            year=year,
            purpose=purpose,
            amount=amount,
            approved_on=approved,
            document=DEMO,
            targets="（演示）按期足额发放，服务对象满意度 90% 以上。",
            synthetic=True,
        )
        done = Decimal("0.55") if region == SLOW or year == plan.today.year else Decimal("0.96")
        for kind, day, part in (
            ("appropriation", date(year, 3, 1), Decimal(1)),
            ("spending", date(year, 6, 20), done / 2),
            ("spending", date(year, 11, 10), done / 2),
        ):
            if approved <= day <= plan.today:
                sum_ = (amount * part).quantize(Decimal(1))
                BudgetLine.objects.create(
                    item=item, kind=kind, on=day, amount=sum_, purpose=f"{name}（演示）", document=DEMO
                )
        if year < plan.today.year and (place + year) % 3:
            BudgetEvaluation.objects.create(
                item=item,
                evaluated_on=date(year + 1, 1, 20),
                evaluator="演示评估机构",
                score=Decimal(95 - 3 * place),
                grade="excellent" if place < 2 else "good",
                conclusion="（演示）达到绩效目标。",
            )


def _issues(plan: Plan) -> None:
    for region in (CITY, "350203"):
        for bureau, title, people, due in ISSUES:
            PayIssue.objects.create(
                region_id=region,
                bureau=bureau,
                title=f"{title}（演示）",
                people=people,
                gap=Decimal(people * 12_000),
                found_on=plan.today - timedelta(days=150),
                deadline=plan.today + timedelta(days=due),
                measure="（演示）测算缺口，列入下一年预算。",
                synthetic=True,
            )


def _social(plan: Plan) -> None:
    for at, node in enumerate(nodes()):
        for place, source in enumerate(SocialFunding.Source.values):
            if (at + place) % 3 == 2:
                continue
            SocialFunding.objects.create(
                region=node,
                source=source,
                giver=f"演示出资方{at}{place}",
                amount=Decimal(60_000 + 20_000 * (at + place)),
                on=plan.today - timedelta(days=40 * (place + 1) + 90 * at),
                use="（演示）青少年和为老服务",
                document=DEMO,
                synthetic=True,
            )


def _agencies(plan: Plan) -> None:
    policies = [
        PreferentialPolicy.objects.create(
            region_id=CITY,
            name=name,
            authority="演示受理窗口",
            benefit="（演示）按年补贴。",
            document=DEMO,
            start=date(plan.today.year - 2, 1, 1),
            synthetic=True,
            **conditions,
        )
        for name, conditions in POLICIES
    ]
    agencies = list(
        Employer.objects.filter(kind=Kind.E01, synthetic=True).order_by(F("members").asc(nulls_last=True))[:8]
    )
    agencies = list(dict.fromkeys(agencies))
    for at, agency in enumerate(agencies):
        _fees(plan, agency, at)
        state = ("submitted", "granted", "declined", "draft")[at % 4]
        decided = state in ("granted", "declined")
        PolicyApplication.objects.create(
            policy=policies[at % 3],
            employer=agency,
            state=state,
            jobs_planned=2 + at,
            jobs_created=1 + at if state == "granted" else None,
            result="（演示）已有结果" if decided else "",
            result_on=plan.today - timedelta(days=10) if decided else None,
        )
    cases.hand_in(plan, "policy", _APPLICATIONS)
    plan.made("收费项目", FeeItem.objects.count())


def _fees(plan: Plan, agency: Employer, at: int) -> None:
    noticed = at % 3 != 2
    FeeItem.objects.create(
        employer=agency,
        service="个案心理辅导（演示）",
        price=Decimal(120 + 10 * at),
        per="次",
        basis="market",
        document=DEMO,
        start=date(plan.today.year - 1, 1, 1),
        apart="项目以外的居民",
        notice_url="https://example.invalid/price" if noticed else "",
        notice_on=date(plan.today.year - 1, 1, 1) if noticed else None,
    )
    for year in (plan.today.year - 2, plan.today.year - 1):
        total = Decimal(800_000 + 90_000 * at)
        MarketIncome.objects.create(
            employer=agency, year=year, total=total, market=(total * (4 + at) / 100).quantize(Decimal(1))
        )
