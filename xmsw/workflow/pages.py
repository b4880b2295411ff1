"""The page of one case: what it says, its files, what may be done with it now, and its history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from xmsw.workflow import actions
from xmsw.workflow.models import Attachment, Step
from xmsw.workflow.registry import Flow

GOOD = frozenset({"filed", "approved", "granted", "accepted", "published", "verified", "forwarded"})


def files(user: Any, flow: Flow, case: Any) -> Iterable[Attachment]:
    """The files of a visible case, for whoever takes part in it; none for others."""
    return actions.attachments(flow.key, case.pk) if flow.opens(user, case) else []


def state_then(case: Any, steps: Sequence[Step], on: date) -> str:
    """Label of the state at the end of a past day, by the steps (newest first); «» where none of them tells."""
    state = ""
    for step in steps:
        if timezone.localdate(step.at) <= on:
            state = step.to_state
            break
        state = step.from_state
    return dict(case._meta.get_field("state").flatchoices).get(state, "")


def case_context(request: HttpRequest, flow: Flow, case: Any, *, editable: bool = False, edit: str = "") -> dict:
    """For ``workflow/case.html``. `editable`: the account may still change it; `edit`: URL name of the form.

    Moves that decide lead to the review page; the others are buttons here.
    """
    moves = [] if request.is_past else flow.open_to(request.user, case)
    steps = actions.history(flow.key, case.pk)
    deciding = {each.name for each in flow.decisions}
    return {
        "flow": flow,
        "case": case,
        "tone": "green" if case.state in GOOD else "blue" if case.state in flow.waiting else "secondary",
        "moves": [each for each in moves if each.name not in deciding],
        "review": any(each.name in deciding for each in moves),
        "editable": editable and not request.is_past,
        "edit_url": reverse(edit, args=[case.pk]) if edit else "",
        "steps": steps,
        "state_then": state_then(case, steps, request.on) if request.is_past else "",
        "attachments": files(request.user, flow, case),
    }
