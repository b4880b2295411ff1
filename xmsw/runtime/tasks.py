"""The heartbeat: beat sends it every half minute, a worker runs it; each leaves the time it last did.

`manage.py health` reads both. Beat's own mark is set when it publishes, so a busy worker is not taken for a dead beat.
"""

from __future__ import annotations

import time

import redis
from celery import shared_task
from celery.signals import after_task_publish, beat_init
from django.conf import settings

TASK = "xmsw.runtime.tasks.heartbeat"
KEYS = {"beat": "xmsw:heartbeat:beat", "worker": "xmsw:heartbeat:worker"}


def mark(who: str) -> None:
    """Note that `who` ("beat" or "worker") is alive now."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.set(KEYS[who], int(time.time()))


def age(who: str) -> float | None:
    """Seconds since the last mark of `who`; None when there is none."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        held = client.get(KEYS[who])
    return time.time() - float(held) if held else None


@shared_task(name=TASK, ignore_result=True)
def heartbeat() -> None:
    """Run by a worker: it takes work."""
    mark("worker")


@after_task_publish.connect(sender=TASK)
def published(**kwargs: object) -> None:
    """Run where the task is sent, which is beat."""
    mark("beat")


@beat_init.connect
def begun(**kwargs: object) -> None:
    """Run when beat starts: its first heartbeat is due only later."""
    mark("beat")
