"""Runs an account may look at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet, Sum

from supervision.models import Run, Shard
from xmsw.accounts.roles import Role
from xmsw.regions.models import Region

if TYPE_CHECKING:
    from xmsw.accounts.models import User

COUNTS = ("employers", "opened", "closed")


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


def own_counts(runs: Iterable[Run], user: User) -> dict[int, dict[str, int]]:
    """Run → employers judged, findings opened and closed: the whole run's where it is the account's, else the share
    of the shards that lie inside its area. Runs of which nothing can be told apart are left out.
    """
    runs, own = list(runs), user.area_code
    counts = {each.pk: {name: getattr(each, name) for name in COUNTS} for each in runs if own_numbers(each, user)}
    if not user.is_lead or not own:
        return counts
    inside = Shard.objects.filter(run__in=[each for each in runs if each.pk not in counts], low__startswith=own)
    beyond = Region.objects.filter(code__gte=f"{own}~").order_by("code").values_list("code", flat=True).first()
    if beyond is not None:
        inside = inside.filter(high__lte=beyond)
    shares = inside.values("run").annotate(**{f"own_{name}": Sum(name) for name in COUNTS})
    return counts | {each["run"]: {name: each[f"own_{name}"] for name in COUNTS} for each in shares}


def why(run: Run) -> str:
    """Its reason in words: what nobody asked for in person was started by the system itself."""
    by_itself = run.reason == Run.Reason.REQUEST and run.requested_by_id is None
    return "系统发起" if by_itself else run.get_reason_display()


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


def calculated(area: str, day: date) -> bool:
    """Whether the snapshot of the area on that past day is complete."""
    return bool(completed_days(area, [day]))


def last_present_run(area: str) -> Run | None:
    """The newest finished run over the area's present."""
    done = Run.objects.filter(present=True, state=Run.State.DONE, area__in=covering(area))
    return done.order_by("-finished_at").first()
