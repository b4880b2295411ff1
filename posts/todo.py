"""What waits for an employer's own people: what was asked of them until a day, what was returned, their drafts.

Flows are looked through here; an app that asks something of employers besides declares it in its own `todo.py`:

    @asks_of_employers
    def unanswered(user: User) -> list[Task]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from xmsw.workflow.models import Step
from xmsw.workflow.registry import Flow, flows

if TYPE_CHECKING:
    from xmsw.accounts.models import User

RETURNED, DRAFT = "returned", "draft"
LIMIT = 20  # of each flow


@dataclass(frozen=True)
class Task:
    """A case to be corrected, handed in or answered, with where that is done and what was said when it was returned.

    `state` and `act`: words of its badge and of its button; `due`: until when, where a day was set.
    """

    title: str
    kind: str
    returned: bool
    said: str
    who: str
    url: str
    state: str
    act: str
    due: date | None = None

    @property
    def urgent(self) -> bool:
        """Whether somebody waits for it."""
        return self.returned or self.due is not None

    @property
    def overdue(self) -> bool:
        """Whether the day is over."""
        return self.due is not None and self.due < timezone.localdate()


# Takes the account; gives what waits for it, in a fixed number of queries.
Source = Callable[["User"], Iterable[Task]]
_asks: list[Source] = []


def asks_of_employers(source: Source) -> Source:
    """Register a source of tasks with a day; works as a decorator."""
    if source not in _asks:
        _asks.append(source)
    return source


def autodiscover() -> None:
    """Import the `todo.py` of every app."""
    autodiscover_modules("todo")


def tasks(user: User) -> list[Task]:
    """What was asked of the employer, the first deadline first, then returned cases and drafts that the account may
    hand in; one query a flow, one for what was said, and those of the declared sources."""
    begun = [(flow, case) for flow in flows() if _hands_in(user, flow) for case in _unfinished(user, flow)]
    opinions = _opinions(begun)
    found = [_task(flow, case, opinions.get((flow.key, case.pk))) for flow, case in begun]
    asked = [each for source in _asks for each in source(user)]
    return sorted(asked, key=lambda each: each.due) + sorted(found, key=lambda each: not each.returned)


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
    returned = case.state == RETURNED
    state, act = ("已退回", "去改") if returned else ("草稿", "接着办")
    return Task(str(case), flow.label, returned, said, who, flow.url(case), state, act)
