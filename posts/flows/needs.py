"""The flows of need assessments and inclusion filings: draft → submitted → filed or returned."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from posts.actions import needs as actions
from posts.models import FilingState, Inclusion, NeedAssessment
from xmsw.accounts.roles import Capability
from xmsw.workflow.registry import Flow, Move, flow


def _moves(refuses: Any) -> tuple[Move, ...]:
    waiting, editable = (FilingState.SUBMITTED,), (FilingState.DRAFT, FilingState.RETURNED)
    apply, review = Capability.APPLY, Capability.REVIEW_NEEDS
    return (
        Move("submit", "提交", editable, FilingState.SUBMITTED, apply, refuses=refuses),
        Move("withdraw", "撤回", waiting, FilingState.DRAFT, apply, tone="secondary", takes_back=True),
        Move("approve", "备案", waiting, FilingState.FILED, review, bulk=True, apart=True, refuses=refuses),
        Move("return", "退回", waiting, FilingState.RETURNED, review, tone="danger", explained=True),
    )


NEED = flow(
    Flow(
        key="need",
        label="需求评估",
        model=NeedAssessment,
        waiting=(FilingState.SUBMITTED,),
        template="posts/_need_case.html",
        select=("employer__region",),
        url=lambda need: reverse("posts:need", args=[need.pk]),
        employer=lambda need: need.employer_id,
        reasons=("依据不足", "人数要核实"),
        moves=_moves(actions.against_need),
    )
)
INCLUSION = flow(
    Flow(
        key="inclusion",
        label="纳入备案",
        model=Inclusion,
        waiting=(FilingState.SUBMITTED,),
        template="posts/_inclusion_case.html",
        select=("employer__region",),
        url=lambda inclusion: reverse("posts:inclusion", args=[inclusion.pk]),
        employer=lambda inclusion: inclusion.employer_id,
        reasons=("文件看不清", "岗位级别范围要核实"),
        moves=_moves(actions.against_inclusion),
    )
)
