"""The page of one case: what it says, its files, what may be done with it now, and its history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from xmsw.workflow import actions
from xmsw.workflow.models import Attachment
from xmsw.workflow.registry import Flow

GOOD = frozenset({"filed", "approved", "granted", "accepted", "published", "verified", "forwarded"})


def files(user: Any, flow: Flow, case: Any) -> Iterable[Attachment]:
    """The files of a visible case, for whoever takes part in it; none for others."""
    return actions.attachments(flow.key, case.pk) if flow.opens(user, case) else []


def case_context(request: HttpRequest, flow: Flow, case: Any, *, editable: bool = False, edit: str = "") -> dict:
    """For ``workflow/case.html``. `editable`: the account may still change it; `edit`: URL name of the form.

    Moves that decide lead to the review page; the others are buttons here.
    """
    moves = [] if request.is_past else flow.open_to(request.user, case)
    deciding = {each.name for each in flow.decisions}
    return {
        "flow": flow,
        "case": case,
        "tone": "green" if case.state in GOOD else "blue" if case.state in flow.waiting else "secondary",
        "moves": [each for each in moves if each.name not in deciding],
        "review": any(each.name in deciding for each in moves),
        "editable": editable and not request.is_past,
        "edit_url": reverse(edit, args=[case.pk]) if edit else "",
        "steps": actions.history(flow.key, case.pk),
        "attachments": files(request.user, flow, case),
    }
