"""The test bench itself: commits do not leak, reference data stays, a killed worker's task comes back."""

from __future__ import annotations

import time

import pytest
import redis
from django.conf import settings
from django.db import connection

from xmsw.runtime import tasks
from xmsw.runtime.models import Milestone


def tables_with_rows() -> int:
    """How many clauses there are: reference data, present in every test."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM policy_clause")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_commits_are_undone_and_reference_data_stays(turn: int) -> None:
    assert not Milestone.objects.exists()
    assert tables_with_rows() == 86
    Milestone.objects.create(name="demo", outcome="loaded")


@pytest.mark.django_db
def test_plain_test_after_commits_sees_reference_data() -> None:
    assert not Milestone.objects.exists()
    assert tables_with_rows() == 86


def beats() -> str | None:
    """The worker's mark."""
    with redis.Redis.from_url(settings.REDIS_URL, decode_responses=True) as client:
        return client.get(tasks.KEYS["worker"])


def await_beat(seconds: float = 20) -> None:
    """Wait for the worker's mark."""
    deadline = time.monotonic() + seconds
    while beats() is None:
        assert time.monotonic() < deadline, "the worker did not take the task"
        time.sleep(0.05)


def test_killed_worker_is_replaced_and_takes_waiting_work(live_worker: object) -> None:
    live_worker.kill9()
    tasks.heartbeat.delay()
    assert beats() is None
    live_worker.restart()
    await_beat()
