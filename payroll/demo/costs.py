"""Invented cost sheets: approved, one of them replaced, one below the ratio, waiting, sent back, begun."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from payroll.costing import ZERO, basis_on, priced
from payroll.models import CostCategory, CostLine, CostSheet, PurchaseProject
from xmsw.dated import months_later
from xmsw.synthetic.cases import hand_in
from xmsw.synthetic.plan import Plan

State = CostSheet.State
# States of a project's versions, the share of what is not personnel in its total (all of it: a sheet from before there
# was a portal, taken over without a labour line), whether the contract is the total, days priced before its start.
PLAN = (
    ((State.SUPERSEDED, State.APPROVED), "0.20", True, 0),
    ((State.SUBMITTED,), "0.38", True, 0),
    ((State.APPROVED,), "0.36", True, 0),
    ((State.APPROVED,), "1.00", True, 0),
    ((State.RETURNED,), "0.34", True, 0),
    ((State.DRAFT,), "0.24", True, 0),
    ((State.APPROVED,), "0.25", False, 60),
    ((State.APPROVED,), "0.18", True, 0),
)
# How what is not personnel is divided, and what it is for.
OTHERS = (
    (CostCategory.SUPERVISION, "督导与培训（演示）", "0.30", "次"),
    (CostCategory.ACTIVITY, "个案、小组和社区活动（演示）", "0.40", "场"),
    (CostCategory.MANAGEMENT, "项目管理（演示）", "0.15", "项"),
    (CostCategory.EVALUATION, "第三方评估（演示）", "0.05", "项"),
    (CostCategory.TAX, "税费（演示）", "0.10", "项"),
)


def load(plan: Plan) -> None:
    """The sheets with the steps they took; what they rest on is made before."""
    projects = PurchaseProject.objects.select_related("provider").order_by("-start", "region", "document")
    for project, (states, others, exact, before) in zip(projects, PLAN, strict=False):
        for version, state in enumerate(states, start=1):
            total = _sheet(project, version, state, Decimal(others), project.start - timedelta(days=before))
        if exact:
            PurchaseProject.objects.filter(pk=project.pk).update(amount=total)
    plan.made("成本核算表", hand_in(plan, "cost-sheet", _CASES, by_officers=True))


def _sheet(project: PurchaseProject, version: int, state: str, others: Decimal, priced_on: date) -> Decimal:
    """A sheet with as many people as work on site; returns its total in yuan."""
    basis = basis_on(project, priced_on)
    approved = state in (State.APPROVED, State.SUPERSEDED)
    sheet = CostSheet.objects.create(
        project=project,
        version=version,
        standard=basis.standard,
        terms=basis.terms,
        priced_on=priced_on,
        note="演示数据",
        state=state,
        approved_on=months_later(project.start, version - 1) if approved else None,
    )
    lines = [priced(line, basis) for line in _people(project, version)]
    people = sum((line.amount for line in lines), ZERO)
    rest = people * others / (1 - others) if others < 1 else people
    lines = lines if others < 1 else []
    for category, title, share, unit in OTHERS:
        price = (rest * Decimal(share)).quantize(Decimal(1))
        made = CostLine(category=category, title=title, quantity=Decimal(1), unit=unit, price=price)
        lines.append(priced(made, basis))
    for place, line in enumerate(lines, start=1):
        line.sheet, line.place = sheet, place
    CostLine.objects.bulk_create(lines)
    return sum((line.amount for line in lines), ZERO)


def _people(project: PurchaseProject, version: int) -> list[CostLine]:
    heads = max(project.onsite_workers - 1, 1)
    months = Decimal(12)
    juniors = CostLine(
        category=CostCategory.PERSONNEL, title="一线社工（演示）", rung="assistant_1", heads=heads, months=months
    )
    lead = CostLine(
        category=CostCategory.PERSONNEL, title="项目主管（演示）", rung="social_worker_2", heads=1, months=months
    )
    return [juniors, lead] if version > 1 or heads > 1 else [juniors]


# Handed in after the start of the project; what replaced or was replaced was approved as well.
_CASES = """
SELECT c.id, e.key * 10 + c.version, p.region_id, CASE c.state WHEN 'superseded' THEN 'approved' ELSE c.state END,
       LEAST(COALESCE(c.approved_on, %(today)s::date - 3 - pg_temp.upto(e.key, 305, 5)), %(today)s::date)
FROM payroll_costsheet c JOIN payroll_purchaseproject p ON p.id = c.project_id
JOIN demo_employer e ON e.id = p.provider_id
WHERE c.state IN ('superseded', 'approved', 'submitted', 'returned')
"""
