"""Incremental recheck: drain the queue that database triggers feed, street by street."""

from __future__ import annotations

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from supervision.judge import lock_districts, merge_present
from supervision.models import Run
from supervision.runs import start_run
from xmsw.policy.engine import Employers, Evaluation
from xmsw.policy.recheck import RecheckRequest

_TAKE = """
    DELETE FROM policy_recheckrequest WHERE id IN (
        SELECT id FROM policy_recheckrequest ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING employer_id
"""
# Where the employers are now, and where they were when last judged (an employer may have moved).
_STREETS = """
    SELECT left(region_id, 9) FROM posts_employer WHERE id = ANY(%(ids)s)
    UNION SELECT left(region_code, 9) FROM supervision_employerfacts WHERE employer_id = ANY(%(ids)s)
"""


def drain() -> int:
    """Recheck everything waiting; returns how many employers were judged. Safe to run in several workers at once."""
    judged = 0
    while True:
        done = _drain_once()
        if done is None:
            return judged
        judged += done


def _drain_once() -> int | None:
    """One batch in one transaction: if it fails, its requests are back in the queue. None when there is nothing."""
    today = timezone.localdate()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [settings.RECHECK_BATCH])
            taken = [employer for (employer,) in cursor.fetchall()]
            cursor.execute(_STREETS, {"ids": list({each for each in taken if each is not None})})
            streets = sorted(street for (street,) in cursor.fetchall())
        if not taken:
            return None
        if None in taken and Run.objects.filter(day=today, present=True, area="", state=Run.State.RUNNING).exists():
            # The run under way began before this change: ask again once it is through.
            RecheckRequest.objects.create(employer_id=None)
            if len(taken) == taken.count(None):
                return None
        elif None in taken:
            start_run(day=today, present=True, reason=Run.Reason.PARAMETER)
        if not streets:
            return 0
        lock_districts(streets)
        return merge_present(Evaluation(today, Employers.of_streets(streets))).employers
