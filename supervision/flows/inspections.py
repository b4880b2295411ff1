"""The flow of a record on the spot: open → confirmed by one → done by another."""

from __future__ import annotations

from django.urls import reverse

from supervision import onsite
from supervision.models import InspectionUnit
from xmsw.accounts.roles import Capability
from xmsw.workflow.registry import Flow, Move, flow

_U = InspectionUnit.State
_INSPECT = Capability.INSPECT

ONSITE = flow(
    Flow(
        key="onsite",
        label="现场核查",
        model=InspectionUnit,
        waiting=(_U.CONFIRMED,),
        template="supervision/inspections/_record.html",
        select=("employer", "inspection__region"),
        url=lambda case: reverse("supervision:onsite", args=[case.pk]),
        employer=lambda case: case.employer_id,
        brings=onsite.brings,
        opens=lambda user, case: onsite.inspects(user, case) or user.can(Capability.PLAN_INSPECTIONS),
        context=lambda request, case: {"records": list(case.records.select_related("item").order_by("item__place"))},
        moves=(
            Move(
                "confirm",
                "确认记录",
                (_U.OPEN,),
                _U.CONFIRMED,
                _INSPECT,
                turn=onsite.turn,
                refuses=onsite.against_confirming,
                effect=onsite.confirmed,
            ),
            Move(
                "second",
                "第二人确认",
                (_U.CONFIRMED,),
                _U.DONE,
                _INSPECT,
                apart=True,
                turn=onsite.turn,
                refuses=onsite.against_moving,
                effect=onsite.seconded,
                done="已完成",
            ),
            Move(
                "reopen",
                "退回补记",
                (_U.CONFIRMED,),
                _U.OPEN,
                _INSPECT,
                tone="secondary",
                explained=True,
                turn=onsite.turn,
                refuses=onsite.against_moving,
                effect=onsite.reopened,
            ),
            Move(
                "skip",
                "不再核查这家",
                (_U.OPEN,),
                _U.SKIPPED,
                Capability.PLAN_INSPECTIONS,
                tone="secondary",
                explained=True,
                turn=onsite.planners_turn,
                effect=onsite.skipped,
            ),
        ),
    )
)
