"""Celery entry points of the feed: thin, safe to run twice at once."""

from __future__ import annotations

import time

from celery import shared_task

from xmsw.feed import keeping, sequencing

TURN = 20.0  # seconds after which a long queue lets other tasks have the worker; the next beat goes on


@shared_task(name="feed.sequence", ignore_result=True)
def sequence() -> None:
    """Number what changed, unless another worker is at it."""
    until = time.monotonic() + TURN
    while sequencing.sequence(wait=False) and time.monotonic() < until:
        pass


@shared_task(name="feed.prune", ignore_result=True)
def prune() -> int:
    """Forget what is gone for long."""
    return keeping.prune()
