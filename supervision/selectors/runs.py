"""Runs an account may look at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

from supervision.models import Run
from xmsw.accounts.roles import Role

if TYPE_CHECKING:
    from xmsw.accounts.models import User


def visible_runs(user: User) -> QuerySet[Run]:
    """Runs inside the account's area, and those that cover it; never one of a neighbour."""
    own = user.area_code
    if own is None:
        return Run.objects.none()
    covering = [own[:digits] for digits in range(len(own))]
    return Run.objects.filter(Q(area__startswith=own) | Q(area__in=covering)).select_related("requested_by")


def with_progress(runs: QuerySet[Run]) -> QuerySet[Run]:
    """Adds `shards_total` and `shards_done`."""
    return runs.annotate(
        shards_total=Count("shards"), shards_done=Count("shards", filter=Q(shards__done_at__isnull=False))
    )


def own_numbers(run: Run, user: User) -> bool:
    """Whether a run's counts are the account's business: all lines, and no place beyond its own (a city is the top)."""
    top = user.role == Role.CITY_OFFICER and not run.area
    return user.is_lead and (top or run.area.startswith(user.area_code or "~"))


def covering(area: str) -> list[str]:
    """Areas of runs that include this one: itself, those above, and «» for all."""
    return [area[:digits] for digits in range(len(area) + 1)]


def past_runs(area: str, day: date) -> list[Run]:
    """Runs for a past day that cover the area, newest first."""
    return list(Run.objects.filter(day=day, present=False, area__in=covering(area)).order_by("-id")[:20])


def completed_days(area: str, days: Iterable[date]) -> list[date]:
    """Of these days, those whose snapshot of the area is complete, in order."""
    done = Run.objects.filter(day__in=list(days), present=False, state=Run.State.DONE, area__in=covering(area))
    return sorted(set(done.values_list("day", flat=True)))


def last_present_run(area: str) -> Run | None:
    """The newest finished run over the area's present."""
    done = Run.objects.filter(present=True, state=Run.State.DONE, area__in=covering(area))
    return done.order_by("-finished_at").first()
