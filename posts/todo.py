"""What an employer's own people have begun and not finished, over all flows: returned first, then drafts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from xmsw.workflow.models import Step
from xmsw.workflow.registry import Flow, flows

if TYPE_CHECKING:
    from xmsw.accounts.models import User

RETURNED, DRAFT = "returned", "draft"
LIMIT = 20  # of each flow


@dataclass(frozen=True)
class Task:
    """A case to be corrected or handed in, with where that is done and what was said when it was returned."""

    title: str
    kind: str
    returned: bool
    said: str
    who: str
    url: str


def tasks(user: User) -> list[Task]:
    """Returned cases and drafts that the account may hand in; one query a flow, and one for what was said."""
    begun = [(flow, case) for flow in flows() if _hands_in(user, flow) for case in _unfinished(user, flow)]
    opinions = _opinions(begun)
    found = [_task(flow, case, opinions.get((flow.key, case.pk))) for flow, case in begun]
    return sorted(found, key=lambda each: not each.returned)


def _hands_in(user: User, flow: Flow) -> bool:
    return any(move.name == "submit" and move.permits(user) for move in flow.moves)


def _unfinished(user: User, flow: Flow) -> Any:
    rows = flow.model._default_manager.visible_to(user).filter(state__in=(RETURNED, DRAFT))
    return rows.select_related(*flow.select).order_by("-pk")[:LIMIT]


def _opinions(begun: list[tuple[Flow, Any]]) -> dict[tuple[str, int], Step]:
    """The newest return of each returned case."""
    wanted = Q(pk__in=[])
    for flow in {flow.key for flow, _ in begun}:
        ids = [case.pk for of, case in begun if of.key == flow and case.state == RETURNED]
        wanted |= Q(flow=flow, subject_id__in=ids)
    steps = Step.objects.filter(wanted, to_state=RETURNED).select_related("user").order_by("id")
    return {(step.flow, step.subject_id): step for step in steps}


def _task(flow: Flow, case: Any, step: Step | None) -> Task:
    said, who = (step.said, step.who) if step else ("", "")
    return Task(str(case), flow.label, case.state == RETURNED, said, who, flow.url(case))
