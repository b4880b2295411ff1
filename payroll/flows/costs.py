"""The flow of a cost sheet: draft → submitted → approved, which supersedes the version before."""

from __future__ import annotations

from django.urls import reverse

from payroll import cost_sheets as actions
from payroll.cost_pages import described
from payroll.models import CostSheet
from xmsw.accounts.roles import Capability
from xmsw.workflow.registry import Flow, Move, flow

_S, _WRITE, _APPROVE = CostSheet.State, Capability.RECORD_PROJECTS, Capability.APPROVE_COSTS

COST_SHEET = flow(
    Flow(
        key="cost-sheet",
        label="成本核算表",
        model=CostSheet,
        waiting=(_S.SUBMITTED,),
        template="payroll/_cost_case.html",
        select=("project__provider", "project__region", "project__street", "standard", "terms"),
        url=lambda case: reverse("payroll:cost", args=[case.pk]),
        employer=lambda case: None,
        context=lambda request, case: described(request.user, request.on, case),
        reasons=("人员经费占比不符合规定", "薪酬低于指导标准", "合计与合同金额不一致", "明细要说明"),
        moves=(
            Move("submit", "提交审定", actions.EDITABLE, _S.SUBMITTED, _WRITE, refuses=actions.against, done="已提交"),
            Move("withdraw", "撤回", (_S.SUBMITTED,), _S.DRAFT, _WRITE, tone="secondary", takes_back=True),
            Move(
                "approve",
                "审定",
                (_S.SUBMITTED,),
                _S.APPROVED,
                _APPROVE,
                apart=True,
                refuses=actions.against,
                effect=actions.approve,
            ),
            Move("return", "退回", (_S.SUBMITTED,), _S.RETURNED, _APPROVE, tone="danger", explained=True),
            Move("abandon", "撤销草稿", actions.EDITABLE, _S.WITHDRAWN, _WRITE, tone="secondary", done="已撤销"),
        ),
    )
)
