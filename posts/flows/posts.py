"""The flow of a post: draft → submitted → approved or returned; approved → abolished."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from posts.actions import posts as actions
from posts.models import Post
from xmsw.accounts.roles import Capability
from xmsw.workflow.registry import Flow, Move, flow

State = Post.State


# Moves that ask for dates or contents: pages of their own, no mere button.
WITH_FORM = ("abolish", "freeze", "unfreeze", "complete", "correct")


def _context(request: HttpRequest, post: Post) -> dict[str, Any]:
    return {"missing": list(actions.not_approvable(post)), "in_force": _in_force(post)}


def _in_force(post: Post) -> int:
    return Post.objects.in_force(timezone.localdate()).filter(employer=post.employer_id).count()


def _concerns(ids: list[int]) -> dict[int, list[str]]:
    rows = Post.objects.filter(pk__in=ids).select_related("employer")
    return {post.pk: found for post in rows if (found := list(actions.not_approvable(post)))}


POST = flow(
    Flow(
        key="post",
        label="岗位申报",
        model=Post,
        waiting=(State.SUBMITTED,),
        template="posts/_post_case.html",
        select=("employer__region",),
        url=lambda post: reverse("posts:post", args=[post.pk]),
        employer=lambda post: post.employer_id,
        context=_context,
        concerns=_concerns,
        reasons=("职责写得不清楚", "任职条件不合适", "岗位等级要核实", "设岗依据不足", "与现有岗位重复"),
        moves=(
            Move(
                "submit",
                "提交",
                (State.DRAFT, State.RETURNED),
                State.SUBMITTED,
                Capability.APPLY,
                refuses=actions.missing,
            ),
            Move(
                "withdraw", "撤回", (State.SUBMITTED,), State.DRAFT, Capability.APPLY, tone="secondary", takes_back=True
            ),
            Move(
                "approve",
                "批准",
                (State.SUBMITTED,),
                State.APPROVED,
                Capability.REVIEW_POSTS,
                bulk=True,
                apart=True,
                refuses=actions.not_approvable,
                effect=actions.approve,
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
                "abolish",
                "撤销",
                (State.APPROVED,),
                State.ABOLISHED,
                Capability.REVIEW_POSTS,
                tone="danger",
                explained=True,
                effect=actions.abolish,
            ),
            Move(
                "freeze",
                "冻结",
                (State.APPROVED,),
                State.APPROVED,
                Capability.REVIEW_POSTS,
                tone="secondary",
                explained=True,
                effect=actions.freeze,
            ),
            Move(
                "unfreeze",
                "解冻",
                (State.APPROVED,),
                State.APPROVED,
                Capability.REVIEW_POSTS,
                tone="secondary",
                effect=actions.unfreeze,
            ),
            Move(
                "complete",
                "补填",
                (State.APPROVED,),
                State.APPROVED,
                Capability.APPLY,
                tone="secondary",
                effect=actions.complete,
            ),
            Move(
                "correct",
                "更正",
                (State.APPROVED,),
                State.APPROVED,
                Capability.REVIEW_POSTS,
                tone="secondary",
                explained=True,
                effect=actions.correct,
            ),
        ),
    )
)
