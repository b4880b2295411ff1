"""How an employer came to be what it is: steps of its applications, and what its row said before (row history)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db.models import QuerySet

from posts.actions.registration_faults import FLOW
from posts.models import Employer, EmployerRegistration
from xmsw.accounts.models import User
from xmsw.regions.models import Region
from xmsw.workflow.models import Step

LIMIT = 100
Line = tuple[str, Any, Any]  # name of a field, before, after
SHOWN = (
    "name",
    "kind",
    "sector",
    "region_id",
    "parent_id",
    "competent_bureau",
    "credit_code",
    "technical_posts",
    "address",
    "contact",
    "contact_phone",
    "state",
    "start",
    "end",
)


@dataclass(frozen=True)
class Change:
    """One write of the row: when, by whom, and (label, before, after) of every field that it changed."""

    at: datetime
    who: str
    lines: list[tuple[str, str, str]] = field(default_factory=list)


def steps(employer: int, on: date) -> QuerySet[Step]:
    """Steps of the employer's applications up to a day, newest first."""
    own = EmployerRegistration.objects.filter(employer=employer)
    rows = Step.objects.filter(flow=FLOW, subject_id__in=own.values("pk"), at__date__lte=on)
    return rows.select_related("user").order_by("-id")[:LIMIT]


def changes(employer: int, on: date) -> list[Change]:
    """What each write of the row changed up to a day, newest first; four queries however many there were."""
    events = Employer.pgh_event_models["update"].objects.filter(pgh_obj=employer, pgh_created_at__date__lte=on)
    rows = list(events.select_related("pgh_context").order_by("-pgh_id")[: LIMIT + 1])
    written = [(now, _differing(was, now)) for now, was in pairwise(rows)]
    people = User.objects.in_bulk({_writer(now) for now, _ in written} - {None})
    names = _names([values for _, lines in written for values in lines])
    return [
        Change(now.pgh_created_at, str(people.get(_writer(now), "系统")), [_told(line, names) for line in lines])
        for now, lines in written
        if lines
    ]


def _differing(was: Any, now: Any) -> list[Line]:
    found = ((name, getattr(was, name), getattr(now, name)) for name in SHOWN)
    return [(name, before, after) for name, before, after in found if before != after]


def _writer(event: Any) -> int | None:
    return event.pgh_context.metadata.get("user") if event.pgh_context else None


def _names(lines: list[Line]) -> dict[str, dict[Any, str]]:
    """Names of the regions and parents that the lines speak of."""
    ids = {
        name: {value for field, *pair in lines if field == name for value in pair} - {None}
        for name in ("region_id", "parent_id")
    }
    return {
        "region_id": dict(Region.objects.filter(pk__in=ids["region_id"]).values_list("pk", "name")),
        "parent_id": dict(Employer.objects.filter(pk__in=ids["parent_id"]).values_list("pk", "name")),
    }


def _told(line: Line, names: dict[str, dict[Any, str]]) -> tuple[str, str, str]:
    name, before, after = line
    field = Employer._meta.get_field(name.removesuffix("_id"))
    words = names.get(name) or dict(field.flatchoices)
    return str(field.verbose_name), _word(before, words), _word(after, words)


def _word(value: Any, words: dict[Any, str]) -> str:
    return "没有" if value in (None, "") else str(words.get(value, value))
