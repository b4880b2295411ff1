"""Celery entry points of imports: thin, idempotent, carrying ids."""

from __future__ import annotations

from typing import Any

from celery import current_app, shared_task
from celery.signals import worker_ready
from django.db import transaction

from xmsw.exchange import actions
from xmsw.exchange.models import Batch

RECHECK = "supervision.drain"  # the roof's task, by name: what an import changed waits in the recheck queue


@shared_task(name="exchange.check", ignore_result=True)
def check_batch(batch_id: int) -> None:
    """Read, stage and look up one batch."""
    actions.check(batch_id)


@shared_task(name="exchange.merge", ignore_result=True)
def merge_batch(batch_id: int) -> None:
    """Write one confirmed batch, then ask for the recheck of what changed."""
    actions.merge(batch_id, afterwards=request_recheck)


@shared_task(name="exchange.rescue", ignore_result=True)
def rescue(at_once: bool = False) -> None:
    """Queue again what a killed worker or database left."""
    for batch in actions.stale(at_once):
        send(batch)


def request_recheck() -> None:
    """Have the recheck queue drained now, not at beat's next tick; the web process knows the task by name only."""
    current_app.send_task(RECHECK, ignore_result=True)


def send(batch: Batch) -> None:
    """Queue the task that a working batch waits for, once the transaction is through."""
    task = merge_batch if batch.state == Batch.State.MERGING else check_batch
    transaction.on_commit(lambda: task.delay(batch.pk))


@worker_ready.connect
def pick_up_lost_batches(**_: Any) -> None:
    """A worker that starts takes up at once what a killed one left."""
    rescue(at_once=True)
