"""How an appointment stands to all else: what is held, frozen, taken. One query for one, one for a page of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from posts.models import PostFreeze
from talents.models import Appointment, Certificate, Employment, SocialWorker
from talents.models.appointments import IN_FORCE_STATES


@dataclass(frozen=True)
class Standing:
    """held: level on the first day (0: none); frozen_from: a freeze that meets the span; taken: by another
    appointment; employed: by the post's employer on the first day; busy: full-time elsewhere in the span; arrived:
    others filed on the same line of a plan."""

    held: int
    frozen_from: date | None
    taken: bool
    employed: bool
    busy: bool
    arrived: int


FIELDS = tuple(Standing.__dataclass_fields__)


def standing(appointment: Appointment) -> Standing:
    """The standing of one appointment, stored or not."""
    columns = _columns(
        worker=appointment.worker_id,
        post=appointment.post_id,
        employer=appointment.post.employer_id,
        start=appointment.start,
        end=appointment.end or date.max,
        pk=appointment.pk or 0,
        line=appointment.allocation_id or 0,
    )
    row = SocialWorker.objects.filter(pk=appointment.worker_id).annotate(**columns).values(*FIELDS).get()
    return Standing(**row)


def standings(ids: Iterable[int]) -> dict[int, Standing]:
    """The standing of stored appointments, by id."""
    columns = _columns(
        worker=OuterRef("worker_id"),
        post=OuterRef("post_id"),
        employer=OuterRef("post__employer_id"),
        start=OuterRef("start"),
        end=Coalesce(OuterRef("end"), Value(date.max)),
        pk=OuterRef("pk"),
        line=OuterRef("allocation_id"),
    )
    rows = Appointment.objects.filter(pk__in=ids).annotate(**columns).values("pk", *FIELDS)
    return {row.pop("pk"): Standing(**row) for row in rows}


def _columns(*, worker: Any, post: Any, employer: Any, start: Any, end: Any, pk: Any, line: Any) -> dict[str, Any]:
    meets = (Q(end__isnull=True) | Q(end__gte=start)) & Q(start__lte=end)
    filed = Appointment.objects.filter(state__in=IN_FORCE_STATES).exclude(pk=pk).order_by()
    held = Certificate.objects.filter(worker=worker, issued_on__lte=start).order_by("-level")
    frozen = PostFreeze.objects.filter(meets, post=post).order_by("start")
    employed = Employment.objects.filter(
        Q(end__isnull=True) | Q(end__gte=start), start__lte=start, worker=worker, employer=employer
    )
    arrived = filed.filter(allocation=line).values("allocation").annotate(n=Count("pk"))
    return {
        "held": Coalesce(Subquery(held.values("level")[:1]), 0),
        "frozen_from": Subquery(frozen.values("start")[:1]),
        "taken": Exists(filed.filter(meets, post=post)),
        "employed": Exists(employed),
        "busy": Exists(filed.filter(meets, worker=worker, full_time=True)),
        "arrived": Coalesce(Subquery(arrived.values("n")), 0),
    }
