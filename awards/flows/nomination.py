"""The flow of a nomination: employer or oneself → district or bureau → organiser."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from awards import nominations as actions
from awards.cycles import runs
from awards.eligibility import checks
from awards.models import Nomination
from xmsw.accounts.roles import Capability
from xmsw.workflow.registry import Flow, Move, flow

_N = Nomination.State
_ASK = (Capability.OWN_RECORD, Capability.APPLY)
_RECOMMEND, _RUN = Capability.RECOMMEND_AWARDS, Capability.RUN_AWARDS


def _context(request: HttpRequest, case: Nomination) -> dict[str, Any]:
    unsettled = case.state in (_N.DRAFT, _N.RETURNED, _N.SUBMITTED, _N.RECOMMENDED)
    return {"checks": checks(case.cycle, case.worker, case.employer, case.pk) if unsettled else []}


def _organiser(user: Any, case: Nomination) -> str:
    return "" if runs(user, case.cycle) else "初审由本届的组织单位办理。"


NOMINATION = flow(
    Flow(
        key="nomination",
        label="表彰推荐",
        model=Nomination,
        waiting=(_N.SUBMITTED, _N.RECOMMENDED),
        template="awards/_nomination_case.html",
        select=("worker", "employer", "cycle__region"),
        url=lambda case: reverse("awards:nomination", args=[case.pk]),
        employer=lambda case: case.employer_id,
        opens=lambda user, case: user.can(_RECOMMEND) or user.can(_RUN) or actions.may_edit(user, case),
        reasons=("事迹材料不具体", "材料不全", "与登记的数据不一致"),
        context=_context,
        moves=(
            Move(
                "submit",
                "提交",
                (_N.DRAFT, _N.RETURNED),
                _N.SUBMITTED,
                _ASK,
                refuses=actions.against_submitting,
                effect=actions.hand_over,
            ),
            Move(
                "withdraw",
                "撤回推荐",
                (_N.DRAFT, _N.RETURNED, _N.SUBMITTED, _N.RECOMMENDED),
                _N.WITHDRAWN,
                _ASK,
                tone="secondary",
                takes_back=True,
                refuses=actions.against_withdrawing,
                effect=actions.hand_over,
                done="已撤回",
            ),
            Move(
                "recommend",
                "推荐",
                (_N.SUBMITTED,),
                _N.RECOMMENDED,
                _RECOMMEND,
                bulk=True,
                refuses=actions.against_recommending,
            ),
            Move(
                "return",
                "退回修改",
                (_N.SUBMITTED,),
                _N.RETURNED,
                _RECOMMEND,
                tone="secondary",
                explained=True,
                refuses=actions.against_returning,
            ),
            Move(
                "decline",
                "不予推荐",
                (_N.SUBMITTED,),
                _N.INELIGIBLE,
                _RECOMMEND,
                tone="danger",
                explained=True,
                effect=actions.declined,
            ),
            Move(
                "pass",
                "初审通过",
                (_N.RECOMMENDED,),
                _N.ELIGIBLE,
                _RUN,
                bulk=True,
                apart=True,
                turn=_organiser,
                refuses=actions.against_passing,
                effect=actions.examined,
            ),
            Move(
                "fail",
                "初审不通过",
                (_N.RECOMMENDED,),
                _N.INELIGIBLE,
                _RUN,
                tone="danger",
                explained=True,
                turn=_organiser,
                refuses=actions.against_failing,
                effect=actions.examined,
            ),
        ),
    )
)
