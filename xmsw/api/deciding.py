"""Moves of a flow as writes: the decision of whoever reviews, and single moves such as taking a case back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework.serializers import ListField

from xmsw.api.contract import camel
from xmsw.api.inputs import Code, Input, Text
from xmsw.api.resources import Resource
from xmsw.api.writes import Write, write
from xmsw.workflow.actions import move
from xmsw.workflow.registry import Decision, Flow

OPINION = "意见，或没有列出的理由"


class Said(Input):
    """What may be said along with a move."""

    opinion = Text(max_length=500, required=False, allow_blank=True, help_text=OPINION)


def decision(resource: Resource, flow: Flow, moves: Sequence[str], *, summary: str, clause: str = "") -> Write:
    """POST /<key>/<id>/decision: one of the moves, with reasons of the flow's list and own words."""
    made = [flow.move(name) for name in moves]
    explained = [each.name for each in made if each.explained]
    text = f"{'、'.join(explained)} 要有 reasons 或 opinion。" if explained else ""
    example = {"decision": moves[0]}
    return write(
        Write(
            resource=resource,
            summary=summary,
            text="提交的人不能自己办理。" * any(each.apart for each in made) + text,
            body=_body(resource, flow, moves),
            perform=lambda user, values, id: moved(user, flow, id, values["decision"], values),
            capability=tuple(dict.fromkeys(each for move_ in made for each in _capabilities(move_))),
            example=example,
            name="decision",
            status=200,
            clause=clause,
        )
    )


def single(resource: Resource, flow: Flow, name: str, *, summary: str, clause: str = "") -> Write:
    """POST /<key>/<id>/<name>: one move."""
    return write(
        Write(
            resource=resource,
            summary=summary,
            body=Said,
            perform=lambda user, values, id: moved(user, flow, id, name, values),
            capability=_capabilities(flow.move(name)),
            example={"opinion": "数据有误，改好再报"},
            name=name,
            status=200,
            clause=clause,
        )
    )


def moved(user: Any, flow: Flow, id: Any, name: str, values: dict[str, Any]) -> Any:
    """Make the move as the review page does. Raises DoesNotExist for a case that is not the account's to open."""
    case = flow.model._default_manager.visible_to(user).filter(pk=id).first()
    if case is None or not flow.opens(user, case):
        raise flow.model.DoesNotExist
    said = Decision(values.get("opinion", ""), tuple(dict.fromkeys(values.get("reasons", ()))))
    return move(user, flow, id, name, said).pk


def _capabilities(made: Any) -> tuple[str, ...]:
    return (made.capability,) if isinstance(made.capability, str) else tuple(made.capability)


def _body(resource: Resource, flow: Flow, moves: Sequence[str]) -> type[Input]:
    choices = [(name, flow.move(name).label) for name in moves]
    told = "决定：" + "、".join(f"`{name}` {label}" for name, label in choices)
    fields: dict[str, Any] = {
        "decision": Code(choices=choices, help_text=told),
        "opinion": Text(max_length=500, required=False, allow_blank=True, help_text=OPINION),
    }
    if flow.reasons:
        reasons = Code(choices=[(each, each) for each in flow.reasons])
        fields["reasons"] = ListField(child=reasons, required=False, max_length=20, help_text="理由，从常用的里选")
    return type(f"{camel(resource.key)}Decision", (Input,), fields)
