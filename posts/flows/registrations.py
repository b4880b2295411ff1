"""The flow of an employer's application: draft → submitted → approved or returned; drafts may be abandoned."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from posts.actions import registrations as actions
from posts.models import EmployerRegistration
from xmsw.accounts.roles import Capability
from xmsw.workflow.registry import Flow, Move, flow

State = EmployerRegistration.State


def _concerns(ids: list[int]) -> dict[int, list[str]]:
    rows = list(EmployerRegistration.objects.filter(pk__in=ids).select_related("employer"))
    register = actions.known(rows)
    return {each.pk: found for each in rows if (found := list(actions.faults(each, register)))}


def _context(request: HttpRequest, registration: EmployerRegistration) -> dict[str, Any]:
    return {"listed": actions.known([registration]).listed_at(registration)}


REGISTRATION = flow(
    Flow(
        key=actions.FLOW,
        label="单位登记",
        model=EmployerRegistration,
        waiting=(State.SUBMITTED,),
        template="posts/_registration_case.html",
        select=("employer", "region__parent", "parent", "applicant"),
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
            ),
            Move("withdraw", "撤回", (State.SUBMITTED,), State.DRAFT, Capability.APPLY, tone="secondary"),
            Move("abandon", "作废", (State.DRAFT, State.RETURNED), State.ABANDONED, Capability.APPLY, tone="danger"),
            Move(
                "approve",
                "批准",
                (State.SUBMITTED,),
                State.APPROVED,
                Capability.REVIEW_EMPLOYERS,
                bulk=True,
                apart=True,
                refuses=actions.faults,
                effect=actions.approve,
            ),
            Move(
                "return",
                "退回",
                (State.SUBMITTED,),
                State.RETURNED,
                Capability.REVIEW_EMPLOYERS,
                tone="danger",
                explained=True,
            ),
        ),
    )
)
