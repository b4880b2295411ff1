"""Two people, or two clicks, at one file: an answer at once, and no file that waits for a rescue."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from posts.models import Post
from supervision.recheck import drain
from tests import builders as make
from tests.exchange.files import checked, merged, workbook
from tests.patience import until
from xmsw.exchange import actions
from xmsw.exchange.models import Batch
from xmsw.exchange.refusals import Refused
from xmsw.policy.recheck import RecheckRequest

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 30.0
POST = {"employer_code": "350203001001", "code": "SG-01", "name": "社工岗", "started_on": "2020-01-01"}
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
UNDO = """
import django
django.setup()
from django.test import Client
from xmsw.accounts.models import User
client = Client(headers={"host": "localhost"})
client.force_login(User.objects.get(pk=%d))
answer = client.post("/exchange/%d/undo/")
assert answer.status_code == 302, answer.content.decode()
"""


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def officer(transactional_db: None) -> Any:
    return make.make_user("district_officer", region="350203")


@pytest.fixture
def aside() -> Iterator[Callable[..., Future]]:
    """`aside(work, …)` does it in a thread with a database connection of its own."""

    def alone(work: Callable[..., Any], *given: Any) -> Any:
        try:
            return work(*given)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        yield lambda work, *given: pool.submit(alone, work, *given)


def waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees one picture of the others
        cursor.execute(WAITING)
        return cursor.fetchone()[0] > 0


def posts_workbook(folder: Path) -> Path:
    return workbook(folder / "posts.xlsx", "posts", [POST])


@pytest.mark.parametrize("act", ["confirm", "give_up", "undo", "resume"])
def test_who_comes_while_a_file_is_at_work_is_told_so_at_once(officer, tmp_path, aside, act):
    batch = checked(officer, "posts", posts_workbook(tmp_path))
    with transaction.atomic():
        Batch.objects.select_for_update().get(pk=batch.pk)
        refusal = aside(getattr(actions, act), officer, batch.pk).exception(timeout=PATIENCE)
    assert isinstance(refusal, Refused)
    assert "正在处理，不用再点" in str(refusal)


def test_a_late_click_does_not_keep_a_file_from_being_written(officer, tmp_path, aside):
    batch = checked(officer, "posts", posts_workbook(tmp_path))
    actions.confirm(officer, batch.pk)
    with transaction.atomic():
        Batch.objects.select_for_update().get(pk=batch.pk)
        merging = aside(actions.merge, batch.pk)
        until(lambda: merging.done() or waiting(), "the merge neither waits nor ends")
    merging.result(timeout=PATIENCE)
    batch.refresh_from_db()
    assert batch.state == Batch.State.MERGED
    assert Post.objects.get().code == "SG-01"


def test_a_second_task_leaves_a_file_that_is_being_written(officer, tmp_path, aside, monkeypatch):
    monkeypatch.setattr(actions, "SHORT_WAIT", "50ms")
    batch = checked(officer, "posts", posts_workbook(tmp_path))
    actions.confirm(officer, batch.pk)
    with transaction.atomic():
        Batch.objects.select_for_update().get(pk=batch.pk)
        aside(actions.merge, batch.pk).result(timeout=PATIENCE)
    assert not Post.objects.exists()


def test_an_undo_does_not_wait_for_the_writing_of_another_file(officer, tmp_path, aside):
    batch = merged(officer, "posts", posts_workbook(tmp_path))
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [actions.MERGE_LOCK])
        refusal = aside(actions.undo, officer, batch.pk).exception(timeout=PATIENCE)
    assert "另一个文件正在写入" in str(refusal)
    assert actions.undo(officer, batch.pk).state == Batch.State.UNDONE


def test_the_worker_rechecks_after_an_undo_in_the_browser_without_beat(officer, tmp_path, live_worker):
    batch = merged(officer, "posts", posts_workbook(tmp_path))
    drain()
    assert not RecheckRequest.objects.exists()
    web = subprocess.run(
        [sys.executable, "-c", UNDO % (officer.pk, batch.pk)],
        cwd=settings.BASE_DIR,
        env=live_worker.environment | {"DJANGO_SETTINGS_MODULE": "xmsw.settings"},
        capture_output=True,
        text=True,
    )
    assert web.returncode == 0, web.stderr[-2_000:]
    assert not Post.objects.exists()
    until(lambda: not RecheckRequest.objects.exists(), "what the undo changed was not checked again")
    assert "supervision.drain" in live_worker.text()
