"""What is measured of inspections and rectification: two queries."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from supervision.models import Inspection, RectificationOrder

if TYPE_CHECKING:
    from xmsw.accounts.models import User


def measures_inspections(user: User | None, on: date) -> dict[str, str]:
    """Clause → counts in words, in the account's area, on a day."""
    plans, orders = Inspection.objects.all(), RectificationOrder.objects.all()
    if user is not None:
        plans, orders = plans.visible_to(user), orders.visible_to(user)
    done = Q(closed_on__lte=on)
    begun, going = Q(started_on__lte=on), Q(closed_on__isnull=True) | Q(closed_on__gt=on)
    running = begun & going & (Q(cancelled_on__isnull=True) | Q(cancelled_on__gt=on))
    found = plans.aggregate(done=Count("pk", filter=done), running=Count("pk", filter=running))
    # As figures/sources.py counts them: of the year, what was taken back left out.
    standing = Q(cancelled_on__isnull=True) | Q(cancelled_on__gt=on)
    issued = Count("pk", filter=Q(issued_on__year=on.year) & standing)
    closed = Count("pk", filter=Q(closed_on__year=on.year, closed_on__lte=on))
    sent = orders.filter(issued_on__lte=on).aggregate(n=issued, closed=closed)
    return {
        "四(三)-1": f"结束的核查 {found['done']} 次，进行中 {found['running']} 次",
        "四(三)-2": f"{on.year} 年发出整改通知 {sent['n']} 件（撤销的不算），销号 {sent['closed']} 件",
    }
