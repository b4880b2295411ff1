"""The flow of a guidance standard: draft → review → published → superseded by the next."""

from __future__ import annotations

from django.urls import reverse

from payroll import issuing
from payroll.models import GuidanceStandard
from payroll.versions import described
from xmsw.accounts.roles import Capability
from xmsw.workflow.registry import Flow, Move, flow

_S, _MAKE = GuidanceStandard.State, Capability.EDIT_STANDARDS

STANDARD = flow(
    Flow(
        key="standard",
        label="薪酬指导标准",
        model=GuidanceStandard,
        waiting=(_S.REVIEW,),
        template="payroll/_standard_case.html",
        select=("city",),
        url=lambda case: reverse("payroll:standard", args=[case.pk]),
        opens=lambda user, case: True,  # issued versions are public, drafts visible to their makers only
        employer=lambda case: None,
        context=lambda request, case: described(request.user, request.on, case),
        reasons=("档级数额要核实", "依据要补充", "影响测算要说明"),
        moves=(
            Move("submit", "提交审查", issuing.EDITABLE, _S.REVIEW, _MAKE, refuses=issuing.against),
            Move(
                "publish",
                "发布",
                (_S.REVIEW,),
                _S.PUBLISHED,
                _MAKE,
                apart=True,
                refuses=issuing.against,
                effect=issuing.publish,
                consequences=issuing.consequences,
                stays=True,
            ),
            Move("return", "退回", (_S.REVIEW,), _S.RETURNED, _MAKE, tone="danger", explained=True),
            Move("withdraw", "撤回", (_S.REVIEW,), _S.DRAFT, _MAKE, tone="secondary", takes_back=True),
            Move(
                "abandon",
                "撤销草稿",
                issuing.EDITABLE,
                _S.WITHDRAWN,
                _MAKE,
                tone="secondary",
                done="已撤销",
                effect=issuing.take_back,
            ),
        ),
    )
)
