"""Tells `posts` who sits in a post: filed appointments, ended ones up to their last day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Max, Q
from django.urls import reverse

from posts.occupancy import Occupant, declare, declare_ends
from talents.models import Appointment
from talents.models.appointments import IN_FORCE_STATES


@declare
def holders(post_id: int, first: date, last: date | None) -> list[Occupant]:
    """Appointments of the post that hold on any day of the span."""
    rows = Appointment.objects.filter(Q(end__isnull=True) | Q(end__gte=first), post=post_id, state__in=IN_FORCE_STATES)
    if last is not None:
        rows = rows.filter(start__lte=last)
    found = rows.select_related("worker").order_by("start")
    return [
        Occupant(each.worker.name, each.start, each.end, reverse("talents:appointment", args=[each.pk]))
        for each in found
    ]


@declare_ends
def last_days(employers: Iterable[int]) -> dict[int, date]:
    """The last day of the latest appointment of each employer; date.max where one is open."""
    rows = Appointment.objects.filter(post__employer__in=employers, state__in=IN_FORCE_STATES)
    spans = rows.values("post__employer").annotate(last=Max("end"), open=Count("pk", filter=Q(end__isnull=True)))
    return {row["post__employer"]: date.max if row["open"] else row["last"] for row in spans.order_by()}
