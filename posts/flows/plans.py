"""The flow of an allocation plan (补充配置, 二(二)-5): draft → submitted → approved or returned → closed."""

from __future__ import annotations

from django.urls import reverse

from posts.actions import plans as actions
from posts.models import AllocationPlan
from xmsw.accounts.roles import Capability
from xmsw.workflow.registry import Flow, Move, flow

State = AllocationPlan.State
_PLAN = Capability.PLAN_ALLOCATION

ALLOCATION = flow(
    Flow(
        key="allocation",
        label="补充配置计划",
        model=AllocationPlan,
        waiting=(State.SUBMITTED,),
        template="posts/_plan_case.html",
        select=("region",),
        url=lambda plan: reverse("posts:plan", args=[plan.pk]),
        employer=lambda plan: None,
        reasons=("实际需要要补充说明", "人数要核实"),
        context=lambda request, plan: {"lines": actions.lines(plan, request.on)},
        moves=(
            Move("submit", "提交", (State.DRAFT, State.RETURNED), State.SUBMITTED, _PLAN, refuses=actions.against),
            Move("withdraw", "撤回", (State.SUBMITTED,), State.DRAFT, _PLAN, tone="secondary", takes_back=True),
            Move("approve", "批准", (State.SUBMITTED,), State.APPROVED, _PLAN, apart=True, refuses=actions.against),
            Move("return", "退回", (State.SUBMITTED,), State.RETURNED, _PLAN, tone="danger", explained=True),
            Move("close", "办结", (State.APPROVED,), State.CLOSED, _PLAN, tone="secondary", done="已办结"),
        ),
    )
)
