"""The flows of a benefit application and of a recommendation for the special allowance."""

from __future__ import annotations

from django.urls import reverse

from talents.actions import benefits as actions
from talents.models import AllowanceRecommendation, BenefitApplication
from xmsw.accounts.roles import Capability
from xmsw.workflow.registry import Flow, Move, flow

_B, _A = BenefitApplication.State, AllowanceRecommendation.State
_ASK = (Capability.OWN_RECORD, Capability.APPLY)
_HANDLE, _RECOMMEND, _FORWARD = (
    Capability.HANDLE_BENEFITS,
    Capability.RECOMMEND_ALLOWANCE,
    Capability.FORWARD_ALLOWANCE,
)

BENEFIT = flow(
    Flow(
        key="benefit",
        label="优惠待遇申请",
        model=BenefitApplication,
        waiting=(_B.SUBMITTED, _B.ACCEPTED),
        template="talents/_benefit_case.html",
        select=("worker", "type", "tag__category", "employer"),
        url=lambda case: reverse("talents:benefit", args=[case.pk]),
        opens=lambda user, case: user.can(_HANDLE) or actions.may_apply(user, case.worker),
        employer=lambda case: None,
        reasons=("材料不全", "认定文件要核实", "不属于本部门受理"),
        moves=(
            Move(
                "submit",
                "提交",
                (_B.DRAFT, _B.RETURNED),
                _B.SUBMITTED,
                _ASK,
                refuses=actions.against,
                effect=actions.hand_over,
            ),
            Move(
                "withdraw",
                "撤销申请",
                (_B.DRAFT, _B.RETURNED, _B.SUBMITTED),
                _B.WITHDRAWN,
                _ASK,
                tone="secondary",
                takes_back=True,
                effect=actions.hand_over,
                done="已撤销",
            ),
            Move("accept", "受理", (_B.SUBMITTED,), _B.ACCEPTED, _HANDLE, apart=True),
            Move("return", "退回", (_B.SUBMITTED, _B.ACCEPTED), _B.RETURNED, _HANDLE, tone="danger", explained=True),
            Move(
                "grant",
                "落实",
                (_B.ACCEPTED,),
                _B.GRANTED,
                _HANDLE,
                explained=True,
                effect=actions.conclude,
                done="已落实",
            ),
            Move(
                "decline",
                "不予通过",
                (_B.ACCEPTED,),
                _B.DECLINED,
                _HANDLE,
                tone="danger",
                explained=True,
                effect=actions.conclude,
                done="未通过",
            ),
        ),
    )
)
ALLOWANCE = flow(
    Flow(
        key="allowance",
        label="政府特殊津贴推荐",
        model=AllowanceRecommendation,
        waiting=(_A.SUBMITTED,),
        template="talents/_allowance_case.html",
        select=("worker", "recommender__region"),
        url=lambda case: reverse("talents:allowance", args=[case.pk]),
        opens=lambda user, case: ALLOWANCE.takes_part(user) or case.worker.account_id == user.pk,
        employer=lambda case: None,
        reasons=("业绩材料不全", "推荐文件要核实", "超出本年度名额"),
        moves=(
            Move(
                "submit",
                "报市级审核",
                (_A.DRAFT, _A.RETURNED),
                _A.SUBMITTED,
                _RECOMMEND,
                refuses=actions.against_recommendation,
            ),
            Move("withdraw", "撤回", (_A.SUBMITTED,), _A.DRAFT, _RECOMMEND, tone="secondary", takes_back=True),
            Move("forward", "上报", (_A.SUBMITTED,), _A.FORWARDED, _FORWARD),
            Move("return", "退回", (_A.SUBMITTED,), _A.RETURNED, _FORWARD, tone="danger", explained=True),
            Move(
                "grant",
                "登记入选",
                (_A.FORWARDED,),
                _A.GRANTED,
                _FORWARD,
                explained=True,
                effect=actions.result,
                done="已入选",
            ),
            Move(
                "decline",
                "登记未入选",
                (_A.FORWARDED,),
                _A.DECLINED,
                _FORWARD,
                tone="secondary",
                explained=True,
                effect=actions.result,
                done="未入选",
            ),
        ),
    )
)
