"""Celery entry points: thin, idempotent, carrying ids."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from celery import group, shared_task
from celery.signals import worker_ready
from django.db import DatabaseError
from django.utils import timezone

from supervision import recheck, runs
from supervision.escalation import escalate
from supervision.models import Run
from supervision.year_ends import confirm_what_is_left, remind
from xmsw.policy.parameters import ParameterMissing

log = logging.getLogger(__name__)


@shared_task(name="supervision.shard")
def run_shard(shard_id: int) -> None:
    """One shard of a run; a database that went away is tried again by `rescue`."""
    try:
        runs.execute_shard(shard_id)
    except ParameterMissing as error:
        runs.fail_shard(shard_id, str(error))
    except DatabaseError as error:
        log.exception("shard %s", shard_id)
        runs.fail_shard(shard_id, f"数据库没有完成这一片核算（{type(error).__name__}），系统会自动重试。")
    except Exception:
        log.exception("shard %s", shard_id)
        runs.fail_shard(shard_id, "这一片核算没有完成，原因已写入日志，请联系系统管理员。")


def send_shards(shard_ids: Iterable[int]) -> None:
    """Queue shards as one group."""
    group(run_shard.s(shard_id) for shard_id in shard_ids).apply_async()


@shared_task(name="supervision.drain", ignore_result=True)
def drain() -> int:
    """Recheck what changed."""
    return recheck.drain()


@shared_task(name="supervision.rescue", ignore_result=True)
def rescue() -> None:
    """Pick up shards whose worker died."""
    runs.rescue()


@shared_task(name="supervision.nightly", ignore_result=True)
def nightly() -> None:
    """Time alone changes outcomes: judge today anew, and keep the picture of a month that ended yesterday."""
    today = timezone.localdate()
    runs.start_run(day=today, present=True, reason=Run.Reason.NIGHTLY)
    if today.day == 1:
        runs.start_run(day=today - timedelta(days=1), present=False, reason=Run.Reason.NIGHTLY)


@shared_task(name="supervision.escalate", ignore_result=True)
def escalate_today() -> dict[str, int]:
    """Remind of deadlines, tell what is overdue, and take it to the level above."""
    return escalate(timezone.localdate())


@shared_task(name="supervision.year_ends", ignore_result=True)
def confirm_year_ends() -> int:
    """Remind of the year that ended, and confirm it where nobody did in time."""
    today = timezone.localdate()
    remind(today)
    return len(confirm_what_is_left(today))


@worker_ready.connect
def pick_up_lost_shards(**_: Any) -> None:
    """A worker that starts takes up at once what a killed one left."""
    runs.rescue(at_once=True)
