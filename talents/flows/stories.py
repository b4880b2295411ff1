"""The flow of a person's story: draft → submitted → published or returned; published → retired."""

from __future__ import annotations

from django.urls import reverse

from talents.actions import stories as actions
from talents.models import PersonStory
from xmsw.accounts.roles import Capability
from xmsw.workflow.registry import Flow, Move, flow

_S = PersonStory.State

STORY = flow(
    Flow(
        key=actions.KEY,
        label="人物事迹",
        model=PersonStory,
        waiting=(_S.SUBMITTED,),
        template="talents/_story_case.html",
        select=("worker", "employer", "approved_by"),
        url=lambda case: reverse("talents:story", args=[case.pk]),
        opens=lambda user, case: STORY.takes_part(user) or case.worker.account_id == user.pk,
        filed=actions.filed,
        evidence=False,  # a photo goes when the person or the writer wants it gone
        employer=lambda case: None,
        reasons=("事迹要核实", "文字要修改", "同意书不完整"),
        moves=(
            Move("submit", "提交审核", (_S.DRAFT, _S.RETURNED), _S.SUBMITTED, actions.WRITERS, refuses=actions.unready),
            Move("withdraw", "撤回", (_S.SUBMITTED,), _S.DRAFT, actions.WRITERS, tone="secondary", takes_back=True),
            Move(
                "approve",
                "发布",
                (_S.SUBMITTED,),
                _S.PUBLISHED,
                Capability.APPROVE_STORIES,
                apart=True,
                refuses=actions.unready,
                effect=actions.publish,
                done="已发布",
            ),
            Move(
                "return",
                "退回",
                (_S.SUBMITTED,),
                _S.RETURNED,
                Capability.APPROVE_STORIES,
                tone="danger",
                explained=True,
            ),
            Move(
                "retire",
                "撤下",
                (_S.PUBLISHED,),
                _S.RETIRED,
                Capability.APPROVE_STORIES,
                tone="danger",
                explained=True,
                done="已撤下",
            ),
        ),
    )
)
