"""The flow of an objection: upheld or rejected by the organiser, with what was found."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from awards import notices as actions
from awards.cycles import runs
from awards.models import Objection
from xmsw.accounts.roles import Capability
from xmsw.workflow.registry import Flow, Move, flow

_O = Objection.State


def _organiser(user: Any, case: Objection) -> str:
    return "" if runs(user, case.nomination.cycle) else "异议由本届的组织单位核查。"


OBJECTION = flow(
    Flow(
        key="objection",
        label="公示异议",
        model=Objection,
        waiting=(_O.SUBMITTED,),
        template="awards/_objection_case.html",
        select=("nomination__worker", "nomination__employer", "nomination__cycle__region"),
        url=lambda case: reverse("awards:objection", args=[case.pk]),
        employer=lambda case: case.nomination.employer_id,
        opens=lambda user, case: runs(user, case.nomination.cycle),
        context=lambda request, case: {"runs": runs(request.user, case.nomination.cycle)},
        reasons=("有证据证实", "查无实据", "反映的问题不影响参评"),
        reasons_label="核查结论",
        moves=(
            Move(
                "uphold",
                "异议成立",
                (_O.SUBMITTED,),
                _O.UPHELD,
                Capability.RUN_AWARDS,
                tone="danger",
                explained=True,
                turn=_organiser,
                effect=actions.concluded,
                done="异议成立",
            ),
            Move(
                "reject",
                "异议不成立",
                (_O.SUBMITTED,),
                _O.REJECTED,
                Capability.RUN_AWARDS,
                explained=True,
                turn=_organiser,
                effect=actions.concluded,
                done="异议不成立",
            ),
        ),
    )
)
