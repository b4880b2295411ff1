"""The flow of a correction request: draft → submitted → accepted or returned; withdrawn."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from talents.actions import corrections as actions
from talents.corrections import ITEMS, SEALED, named
from talents.models import CorrectionRequest
from xmsw.accounts.roles import Capability
from xmsw.audit.looks import PERSON, look
from xmsw.workflow.registry import Flow, Move, flow

_S = CorrectionRequest.State


def told(request: HttpRequest, case: CorrectionRequest) -> dict[str, Any]:
    """What the case says: field, present and wanted. Sealed values stand in full for the person, and for whoever
    decides, which is a look like any other."""
    record = actions.record_of(case)
    own = case.worker.account_id == request.user.pk
    full = (own and case.worker.account_met) or request.user.can(Capability.CORRECT_RECORDS)
    if full and not own and case.field in SEALED:
        look(request.user, PERSON, [case.worker_id], ITEMS[case.field].label, f"办理更正申请 {case.pk}")
    return {
        "item": named(record, ITEMS[case.field]) if record else ITEMS[case.field].label,
        "present": actions.told(case.field, case.present, full=full),
        "wanted": actions.told(case.field, case.wanted, full=full),
    }


CORRECTION = flow(
    Flow(
        key=actions.CODE,
        label="更正申请",
        model=CorrectionRequest,
        waiting=(_S.SUBMITTED,),
        template="talents/_correction_case.html",
        select=("worker", "employer"),
        url=lambda case: reverse("talents:correction", args=[case.pk]),
        employer=lambda case: case.employer_id,
        context=told,
        reasons=("证明材料不足", "与原始材料不一致", "要由发证机关先更正"),
        moves=(
            Move(
                "submit", "提交", (_S.DRAFT, _S.RETURNED), _S.SUBMITTED, Capability.OWN_RECORD, refuses=actions.unproven
            ),
            Move(
                "withdraw",
                "撤回",
                (_S.DRAFT, _S.SUBMITTED, _S.RETURNED),
                _S.WITHDRAWN,
                Capability.OWN_RECORD,
                tone="secondary",
                takes_back=True,
            ),
            Move(
                "accept",
                "采纳并更正",
                (_S.SUBMITTED,),
                _S.ACCEPTED,
                Capability.CORRECT_RECORDS,
                refuses=actions.against,
                effect=actions.accept,
                done="已更正",
            ),
            Move(
                "return",
                "不采纳",
                (_S.SUBMITTED,),
                _S.RETURNED,
                Capability.CORRECT_RECORDS,
                tone="danger",
                explained=True,
                effect=actions.refuse,
                done="未采纳",
            ),
        ),
    )
)
