"""A worker killed in the middle of a full run costs one shard, and nothing of the result."""

from datetime import date

import pytest
from django.db import connection, transaction

from posts.models import Employer
from supervision import tasks
from supervision.judge import LOCK_SPACE
from supervision.models import Finding, Run, Shard
from supervision.recheck import drain
from supervision.runs import execute_here, start_run
from tests import builders as make
from tests.patience import until
from xmsw.policy.recheck import RecheckRequest

pytestmark = pytest.mark.django_db(transaction=True)
HULI = 350206


def advisory(call: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {call}(%s, %s)", [LOCK_SPACE, HULI])


def shard_is_free(run: Run) -> bool:
    """Whether the database has noticed that the killed worker is gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name <> '' AND wait_event = 'advisory'")
        waiting = cursor.fetchone()[0]
    free = Shard.objects.filter(run=run, done_at__isnull=True)
    return waiting == 0 and not _locked(free)


def _locked(shards) -> bool:
    with transaction.atomic():
        return len(shards.select_for_update(skip_locked=True).values_list("pk")) != shards.count()


def test_the_run_completes_after_restart_with_the_findings_of_an_undisturbed_one(live_worker):
    for kind in ("C02", "B02", "A01"):
        make.make_post(make.make_employer(kind), grade=None)
    advisory("pg_advisory_lock")
    run = start_run(day=date.today(), present=True, reason=Run.Reason.REQUEST)
    unfinished = Shard.objects.filter(run=run, done_at__isnull=True)
    until(lambda: 0 < unfinished.count() < 6, "no shard was done")
    live_worker.kill9()
    run.refresh_from_db()
    assert run.unfinished
    assert unfinished.exists()
    advisory("pg_advisory_unlock")
    until(lambda: shard_is_free(run), "the database still holds the killed worker's shard")
    live_worker.restart()
    until(lambda: Run.objects.filter(pk=run.pk, state=Run.State.DONE).exists(), live_worker.text()[-3000:])
    disturbed = sorted(Finding.objects.open().values_list("rule", "subject_id", "outcome"))
    undisturbed = execute_here(start_run(day=date.today(), present=True, reason=Run.Reason.REQUEST, dispatch=False))
    assert (undisturbed.opened, undisturbed.closed, undisturbed.employers) == (0, 0, 602)
    assert disturbed == sorted(Finding.objects.open().values_list("rule", "subject_id", "outcome"))


def test_a_change_reaches_the_findings_through_the_worker(live_worker):
    drain()
    employer = Employer.objects.filter(kind="C02").first()
    make.make_post(employer)
    assert RecheckRequest.objects.filter(employer_id=employer.pk).exists()
    tasks.drain.delay()
    until(lambda: not RecheckRequest.objects.exists(), live_worker.text()[-3000:])
    assert Finding.objects.open().filter(employer=employer).exists()
