"""The flow of a certificate's verification: recorded or doubtful → submitted with a scan → verified or doubtful."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from talents.actions import certificates as actions
from talents.models import Certificate, Employment, Registration
from xmsw.accounts.roles import Capability
from xmsw.workflow.registry import Flow, Move, flow

State = Certificate.State
ENTERING = (Capability.APPLY, Capability.OWN_RECORD)


def _employer(certificate: Certificate) -> int | None:
    """Where the person works, for the findings beside the case."""
    present = Employment.objects.present(certificate.worker_id, timezone.localdate())
    return present.employer_id if present else None


def _context(request: HttpRequest, certificate: Certificate) -> dict[str, Any]:
    return {"registrations": Registration.objects.filter(certificate=certificate.pk).order_by("-start")}


CERTIFICATE = flow(
    Flow(
        key=actions.KEY,
        label="证书核验",
        model=Certificate,
        waiting=(State.SUBMITTED,),
        template="talents/_certificate_case.html",
        select=("worker",),
        url=lambda certificate: reverse("talents:certificate", args=[certificate.pk]),
        employer=_employer,
        opens=lambda user, certificate: actions.may_enter(user, certificate.worker_id),
        context=_context,
        concerns=actions.concerns,
        reasons_label="核验依据，或存疑的理由",
        reasons=("与考试管理部门查询结果一致", "看过证书原件", "编号查不到", "扫描件看不清", "姓名不符"),
        moves=(
            Move(
                "submit",
                "提交核验",
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
                State.RECORDED,
                ENTERING,
                tone="secondary",
                takes_back=True,
                effect=actions.hand_over,
            ),
            Move(
                "verify",
                "核验通过",
                (State.RECORDED, State.SUBMITTED, State.DOUBTFUL),
                State.VERIFIED,
                Capability.VERIFY_CERTIFICATES,
                explained=True,
                bulk=True,
                apart=True,
                effect=actions.verify,
                done="已核验",
            ),
            Move(
                "doubt",
                "存疑",
                (State.RECORDED, State.SUBMITTED, State.VERIFIED),
                State.DOUBTFUL,
                Capability.VERIFY_CERTIFICATES,
                tone="danger",
                explained=True,
                effect=actions.doubt,
                done="已标为存疑",
            ),
        ),
    )
)
