"""Full and past-day recalculation: a durable run, cut into shards, each one transaction, safe to run twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from supervision.judge import lock_districts, merge_present, store_snapshot
from supervision.models import Run, Shard
from xmsw.accounts.roles import Capability
from xmsw.policy.engine import Employers, Evaluation
from xmsw.policy.recheck import RecheckRequest
from xmsw.workflow.refusals import Refused

if TYPE_CHECKING:
    from xmsw.accounts.models import User

TOP = "~"  # sorts after every code
MAX_TRIES = 3
STREET_DIGITS = 9  # tallies count whole streets
RESEND_AFTER = timedelta(seconds=30)
# Calculations of past days that wait or run at once, so that nobody's clicks keep the nightly one waiting.
PAST_RUNS_OF_ONE, PAST_RUNS = 2, 6
_LOCK = "past runs"


def request_run(user: User, *, day: date, present: bool, area: str | None = None) -> Run:
    """What a page's button does: a run over the officer's own area, or the unfinished one already under way.

    Raises PermissionDenied, and Refused where too many past days wait to be calculated.
    """
    allowed = Capability.RECALCULATE if present else Capability.VIEW_COMPLIANCE
    own = user.area_code
    if not user.can(allowed) or own is None or not (area or own).startswith(own) or len(area or own) > STREET_DIGITS:
        raise PermissionDenied("你的账号不能发起这个范围的核算。")
    if present:
        return start_run(day=day, present=True, area=area or own, reason=Run.Reason.REQUEST, user=user)
    with transaction.atomic():
        _room_for(user, day, area or own)
        return start_run(day=day, present=False, area=area or own, reason=Run.Reason.PAST_DAY, user=user)


def _room_for(user: User, day: date, area: str) -> None:
    """Under a lock until the transaction ends: one more past day, or the very one that is under way. Raises Refused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_LOCK])
    waiting = Run.objects.filter(reason=Run.Reason.PAST_DAY, state__in=(Run.State.QUEUED, Run.State.RUNNING))
    if waiting.filter(day=day, present=False, area=area).exists():
        return
    if waiting.filter(requested_by=user).count() >= PAST_RUNS_OF_ONE:
        raise Refused(f"你发起的 {PAST_RUNS_OF_ONE} 个过去日期还没有算完，请等算完一个再发起。")
    if waiting.count() >= PAST_RUNS:
        raise Refused(f"现在有 {PAST_RUNS} 个过去日期在排队核算，请过几分钟再发起。")


def start_run(
    *, day: date, present: bool, area: str = "", reason: str, user: User | None = None, dispatch: bool = True
) -> Run:
    """Plan a run and hand its shards to the workers after commit; one unfinished run of a kind at a time."""
    with transaction.atomic():
        run, made = Run.objects.get_or_create(
            day=day,
            present=present,
            area=area,
            state__in=(Run.State.QUEUED, Run.State.RUNNING),
            defaults={"reason": reason, "requested_by": user, "state": Run.State.QUEUED},
        )
        if made:
            if present and not area:
                RecheckRequest.objects.filter(employer_id=None).delete()  # this run is what they ask for
            Shard.objects.bulk_create(Shard(run=run, low=low, high=high) for low, high in plan(area))
            Run.objects.filter(pk=run.pk).update(state=Run.State.RUNNING, started_at=timezone.now())
            run.refresh_from_db()
            if dispatch:
                transaction.on_commit(lambda: send(run.shards.values_list("pk", flat=True)))
    return run


def plan(area: str, shards: int | None = None) -> list[tuple[str, str]]:
    """Spans of region codes that cover `area`: a district each, or neighbours packed where there are very many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT left(region_id, 6), count(*) FROM posts_employer WHERE starts_with(region_id, %s) "
            "GROUP BY 1 ORDER BY 1",
            [area],
        )
        districts = cursor.fetchall()
    wanted = shards or settings.RECALCULATION_SHARDS
    least = sum(size for _, size in districts) / wanted if len(districts) > wanted else 0
    lows, held = [area], 0
    for code, size in districts:
        if held >= least and code > lows[-1]:
            lows.append(code)
            held = 0
        held += size
    return list(zip(lows, [*lows[1:], area + TOP], strict=True))


def send(shard_ids: Iterable[int]) -> None:
    """Hand shards to the workers as one Celery group."""
    from supervision.tasks import send_shards

    ids = list(shard_ids)
    Shard.objects.filter(pk__in=ids).update(sent_at=timezone.now())
    send_shards(ids)


def execute_shard(shard_id: int) -> None:
    """Do one shard unless it is done or somebody is at it. Repeating it changes nothing."""
    with transaction.atomic():
        shard = (
            Shard.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("run")
            .filter(pk=shard_id, done_at__isnull=True)
            .exclude(run__present=True, run__day__lt=timezone.localdate())
            .first()
        )
        if shard is None:
            return
        run = shard.run
        employers = Employers.between(shard.low, shard.high)
        lock_districts(_districts(shard))
        merge = merge_present if run.present else store_snapshot
        merged = merge(Evaluation(run.day, employers))
        shard.employers, shard.opened, shard.closed = merged.employers, merged.opened, merged.closed
        shard.done_at = timezone.now()
        shard.save()
        Run.objects.filter(pk=run.pk).update(
            employers=F("employers") + merged.employers,
            opened=F("opened") + merged.opened,
            closed=F("closed") + merged.closed,
        )
    finish(run.pk)


def _districts(shard: Shard) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT left(region_id, 6) FROM posts_employer "
            'WHERE region_id >= %s COLLATE "C" AND region_id < %s COLLATE "C"',
            [shard.low, shard.high],
        )
        return [code for (code,) in cursor.fetchall()]


def finish(run_id: int) -> None:
    """Mark the run done once its last shard is; several workers may ask at once, one of them does it."""
    undone = Shard.objects.filter(run_id=run_id, done_at__isnull=True)
    if not undone.exists():
        Run.objects.filter(pk=run_id, state=Run.State.RUNNING).update(
            state=Run.State.DONE, finished_at=timezone.now(), error=""
        )


def fail_shard(shard_id: int, error: str) -> None:
    """Note why a shard did not go through; after three tries the run says so and stops."""
    Shard.objects.filter(pk=shard_id).update(tries=F("tries") + 1, error=error[:300], sent_at=None)
    shard = Shard.objects.get(pk=shard_id)
    if shard.tries >= MAX_TRIES:
        Run.objects.filter(pk=shard.run_id, state=Run.State.RUNNING).update(
            state=Run.State.FAILED, finished_at=timezone.now(), error=error[:300]
        )


def retire_yesterdays() -> None:
    """A run over the present that outlived its day would write an old day over today: today's takes its place."""
    today = timezone.localdate()
    stale = Run.objects.filter(present=True, day__lt=today, state__in=(Run.State.QUEUED, Run.State.RUNNING))
    for run in stale:
        run.state, run.finished_at = Run.State.FAILED, timezone.now()
        run.error = "过了一天还没有算完，已由当天的核算接替。"
        run.save(update_fields=["state", "finished_at", "error"])
        start_run(day=today, present=True, area=run.area, reason=run.reason, user=run.requested_by)


def rescue(*, at_once: bool = False) -> list[int]:
    """Send again the shards that nobody is at: their worker was killed, or their message was lost."""
    retire_yesterdays()
    late = Q() if at_once else Q(sent_at__isnull=True) | Q(sent_at__lt=timezone.now() - RESEND_AFTER)
    with transaction.atomic():
        idle = list(
            Shard.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(late, run__state=Run.State.RUNNING, done_at__isnull=True)
            .values_list("pk", flat=True)
        )
    if idle:
        send(idle)
    for run_id in Run.objects.filter(state=Run.State.RUNNING).values_list("pk", flat=True):
        finish(run_id)
    return idle


def execute_here(run: Run) -> Run:
    """Do all shards in this process (commands, scripts); workers may help, nothing is done twice."""
    for shard_id in run.shards.order_by("low").values_list("pk", flat=True):
        execute_shard(shard_id)
    run.refresh_from_db()
    return run
