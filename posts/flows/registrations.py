"""The flow of an employer's application: draft → submitted → approved or returned; drafts may be abandoned.

A move to another district waits first for the district it leaves (releasing), then for the other (submitted).
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from posts.actions import registrations as actions
from posts.actions import relocations
from posts.models import Employer, EmployerRegistration
from xmsw.accounts.roles import Capability
from xmsw.workflow.registry import Flow, Move, flow

State = EmployerRegistration.State


def _concerns(ids: list[int]) -> dict[int, list[str]]:
    rows = list(EmployerRegistration.objects.filter(pk__in=ids).select_related("employer"))
    register = actions.known(rows)
    asked = relocations.to_be_released(rows)
    told = {each.pk: [*filter(None, [asked.get(each.pk)]), *actions.faults(each, register)] for each in rows}
    return {pk: found for pk, found in told.items() if found}


def _context(request: HttpRequest, registration: EmployerRegistration) -> dict[str, Any]:
    """The employer is linked only where its record is open: another district takes it in unseen."""
    opened = Employer.objects.visible_to(request.user).filter(pk=registration.employer_id).exists()
    return {
        "listed": actions.known([registration]).listed_at(registration),
        "employer_id": registration.employer_id if opened else None,
    }


REGISTRATION = flow(
    Flow(
        key=actions.FLOW,
        label="单位登记",
        model=EmployerRegistration,
        waiting=EmployerRegistration.WAITING,
        template="posts/_registration_case.html",
        select=("employer__region", "region__parent", "parent", "applicant"),
        url=lambda registration: reverse("posts:registration", args=[registration.pk]),
        employer=lambda registration: registration.employer_id,
        context=_context,
        concerns=_concerns,
        reasons=("材料看不清或不全", "统一社会信用代码对不上", "单位类别不对", "所在区划不对"),
        moves=(
            Move(
                "submit",
                "提交",
                (State.DRAFT, State.RETURNED),
                State.SUBMITTED,
                Capability.APPLY,
                refuses=actions.faults,
                effect=relocations.hand_in,
            ),
            Move(
                "withdraw",
                "撤回",
                EmployerRegistration.WAITING,
                State.DRAFT,
                Capability.APPLY,
                tone="secondary",
                takes_back=True,
            ),
            Move("abandon", "作废", (State.DRAFT, State.RETURNED), State.ABANDONED, Capability.APPLY, tone="danger"),
            Move(
                "release",
                "同意迁出",
                (State.RELEASING,),
                State.SUBMITTED,
                Capability.REVIEW_EMPLOYERS,
                apart=True,
                turn=relocations.turn,
                refuses=actions.faults,
                effect=relocations.release,
            ),
            Move(
                "approve",
                "批准",
                (State.SUBMITTED,),
                State.APPROVED,
                Capability.REVIEW_EMPLOYERS,
                bulk=True,
                apart=True,
                turn=relocations.turn,
                refuses=actions.faults,
                effect=actions.approve,
            ),
            Move(
                "return",
                "退回",
                EmployerRegistration.WAITING,
                State.RETURNED,
                Capability.REVIEW_EMPLOYERS,
                tone="danger",
                explained=True,
                turn=relocations.turn,
            ),
        ),
    )
)
