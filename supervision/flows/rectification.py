"""The flow of an order: the employer answers, another officer of the issuing area closes it or sends it back."""

from __future__ import annotations

from django.urls import reverse

from supervision import deadlines
from supervision import rectifying as actions
from supervision.models import RectificationOrder
from xmsw.accounts.roles import Capability
from xmsw.ui.fields import day_field
from xmsw.workflow.registry import Flow, Move, flow

_S = RectificationOrder.State
_ORDER = Capability.ORDER_RECTIFICATION

RECTIFICATION = flow(
    Flow(
        key="rectification",
        label="整改通知",
        model=RectificationOrder,
        waiting=(_S.RESPONDED,),
        template="supervision/inspections/_order_case.html",
        select=("employer", "region", "issued_by", "in_charge", "responded_by", "reviewed_by"),
        url=lambda case: reverse("supervision:order", args=[case.pk]),
        employer=lambda case: case.employer_id,
        brings=lambda user, case: case.state in RectificationOrder.UNANSWERED and actions.answers(user, case),
        context=lambda request, case: {
            "items": actions.items_shown(case),
            "moved": list(case.deadline_changes.select_related("by").order_by("pk")),
        },
        asks={"due_on": lambda: day_field("新的整改期限", "退回再改时可以延长；不填，期限不变", required=False)},
        reasons=("材料不能证明已经整改", "整改不到位", "没有回应整改要求"),
        moves=(
            Move(
                "respond",
                "提交整改回复",
                RectificationOrder.UNANSWERED,
                _S.RESPONDED,
                (Capability.APPLY, _ORDER),
                turn=actions.responders_turn,
                refuses=actions.against_responding,
                effect=actions.responded,
                done="已回复",
            ),
            Move(
                "close",
                "复核通过，销号",
                (_S.RESPONDED,),
                _S.CLOSED,
                _ORDER,
                turn=actions.reviewers_turn,
                effect=actions.closed,
                done="已销号",
            ),
            Move(
                "send-back",
                "退回再改",
                (_S.RESPONDED,),
                _S.SENT_BACK,
                _ORDER,
                tone="secondary",
                explained=True,
                turn=actions.reviewers_turn,
                effect=deadlines.sent_back,
            ),
            Move(
                "cancel",
                "撤销通知",
                (_S.ORDERED, _S.SENT_BACK, _S.RESPONDED),
                _S.CANCELLED,
                _ORDER,
                tone="danger",
                explained=True,
                turn=actions.issuers_turn,
                effect=actions.cancelled,
            ),
        ),
    )
)
