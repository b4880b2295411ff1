"""The flow of an agency's application for a preferential policy (四(二)-5)."""

from __future__ import annotations

from django.urls import reverse

from supervision.actions import agencies as actions
from supervision.models import PolicyApplication
from xmsw.accounts.roles import Capability
from xmsw.workflow.registry import Flow, Move, flow

_S = PolicyApplication.State
_ASK, _HANDLE = Capability.APPLY, Capability.KEEP_FUNDING

POLICY = flow(
    Flow(
        key="policy",
        label="优惠政策申请",
        model=PolicyApplication,
        waiting=(_S.SUBMITTED,),
        template="supervision/_policy_case.html",
        select=("policy", "employer"),
        url=lambda case: reverse("supervision:policy-application", args=[case.pk]),
        employer=lambda case: case.employer_id,
        opens=lambda user, case: user.can(_ASK) or (user.can(_HANDLE) and case.state != _S.DRAFT),
        reasons=("材料不全", "不符合其他条件", "受理机构没有通过"),
        moves=(
            Move(
                "submit",
                "提交",
                (_S.DRAFT, _S.RETURNED),
                _S.SUBMITTED,
                _ASK,
                refuses=actions.against,
                effect=actions.hand_over,
            ),
            Move(
                "withdraw",
                "撤销申请",
                (_S.DRAFT, _S.RETURNED, _S.SUBMITTED),
                _S.WITHDRAWN,
                _ASK,
                tone="secondary",
                effect=actions.hand_over,
                done="已撤销",
                takes_back=True,
            ),
            Move("return", "退回", (_S.SUBMITTED,), _S.RETURNED, _HANDLE, tone="danger", explained=True),
            Move(
                "grant",
                "登记享受",
                (_S.SUBMITTED,),
                _S.GRANTED,
                _HANDLE,
                explained=True,
                effect=actions.conclude,
                done="已登记享受",
            ),
            Move(
                "decline",
                "登记未通过",
                (_S.SUBMITTED,),
                _S.DECLINED,
                _HANDLE,
                tone="danger",
                explained=True,
                effect=actions.conclude,
                done="已登记未通过",
            ),
        ),
    )
)
