"""The flow of hours of continuing education: draft → submitted → accepted or returned (民发〔2009〕123号)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from talents.actions import learning as actions
from talents.learning import balance
from talents.models import Attendance, Employment
from xmsw.accounts.roles import Capability
from xmsw.workflow.registry import Flow, Move, flow

State = Attendance.State
ENTERING = (Capability.APPLY, Capability.OWN_RECORD)


def _employer(attendance: Attendance) -> int | None:
    """Where the person works, for the findings beside the case."""
    present = Employment.objects.present(attendance.worker_id, timezone.localdate())
    return present.employer_id if present else None


def _context(request: HttpRequest, attendance: Attendance) -> dict[str, Any]:
    return {"balance": balance(attendance.worker_id, request.on)}


LEARNING = flow(
    Flow(
        key=actions.KEY,
        label="继续教育学时",
        model=Attendance,
        waiting=(State.SUBMITTED,),
        template="talents/_learning_case.html",
        select=("worker", "course"),
        url=lambda attendance: reverse("talents:learning-case", args=[attendance.pk]),
        employer=_employer,
        opens=lambda user, attendance: (
            user.can(Capability.VERIFY_CERTIFICATES) or actions.may_enter(user, attendance.worker_id)
        ),
        context=_context,
        concerns=actions.concerns,
        reasons=("证明看不清", "学时与证明不符", "不属于继续教育内容", "重复申报"),
        moves=(
            Move(
                "submit",
                "提交",
                actions.EDITABLE,
                State.SUBMITTED,
                ENTERING,
                refuses=actions.against_handing_in,
                effect=actions.hand_over,
            ),
            Move(
                "withdraw",
                "撤回",
                (State.SUBMITTED,),
                State.DRAFT,
                ENTERING,
                tone="secondary",
                takes_back=True,
                effect=actions.hand_over,
            ),
            Move(
                "approve",
                "认定",
                (State.SUBMITTED,),
                State.ACCEPTED,
                Capability.VERIFY_CERTIFICATES,
                bulk=True,
                apart=True,
                refuses=actions.against,
            ),
            Move(
                "return",
                "退回",
                (State.SUBMITTED,),
                State.RETURNED,
                Capability.VERIFY_CERTIFICATES,
                tone="danger",
                explained=True,
            ),
        ),
    )
)
