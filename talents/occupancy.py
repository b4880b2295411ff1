"""Tells `posts` who sits in a post: filed appointments, ended ones up to their last day."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.urls import reverse

from posts.occupancy import Occupant, declare
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
