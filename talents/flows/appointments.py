"""The flow of an appointment: draft → submitted → filed or returned; filed → ended."""

from __future__ import annotations

from django.urls import reverse

from talents.actions import appointments as actions
from talents.models import Appointment
from xmsw.accounts.roles import Capability
from xmsw.workflow.registry import Flow, Move, flow

State = Appointment.State


APPOINTMENT = flow(
    Flow(
        key="appointment",
        label="聘用备案",
        model=Appointment,
        waiting=(State.SUBMITTED,),
        template="talents/_appointment_case.html",
        select=("worker", "post__employer__region", "allocating_region"),
        url=lambda appointment: reverse("talents:appointment", args=[appointment.pk]),
        employer=lambda appointment: appointment.post.employer_id,
        opens=lambda user, case: APPOINTMENT.takes_part(user) or case.worker.account_id == user.pk,
        concerns=actions.concerns,
        reasons=("证书与岗位等级不符", "任职经历要补登", "配置来源要更正", "聘期要核实"),
        moves=(
            Move(
                "submit",
                "提交",
                (State.DRAFT, State.RETURNED),
                State.SUBMITTED,
                Capability.APPLY,
                refuses=actions.hindrances,
            ),
            Move(
                "withdraw", "撤回", (State.SUBMITTED,), State.DRAFT, Capability.APPLY, tone="secondary", takes_back=True
            ),
            Move(
                "approve",
                "备案",
                (State.SUBMITTED,),
                State.FILED,
                Capability.REVIEW_POSTS,
                bulk=True,
                apart=True,
                refuses=actions.hindrances,
                effect=actions.file,
            ),
            Move(
                "return",
                "退回",
                (State.SUBMITTED,),
                State.RETURNED,
                Capability.REVIEW_POSTS,
                tone="danger",
                explained=True,
            ),
            Move(
                "end",
                "结束聘用",
                (State.FILED,),
                State.ENDED,
                (Capability.APPLY, Capability.REVIEW_POSTS),
                tone="danger",
                explained=True,
                effect=actions.end,
            ),
        ),
    )
)
