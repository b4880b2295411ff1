"""PostgreSQL killed in the middle of an import: nothing of the file is in, the batch says so, and goes on by itself."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings

from tests.exchange.files import workbook
from tests.live_worker import LiveWorker, empty_broker
from tests.patience import until
from xmsw.exchange import tasks
from xmsw.identifiers import identity_check_digit
from xmsw.runtime.process import ServerError
from xmsw.runtime.servers import Postgres

ROWS = 2_000
PATIENCE = 90.0
TABLES = ("socialworker", "employment", "certificate")
COMMUNITY = "SELECT region_id FROM posts_employer WHERE kind = 'C02' ORDER BY id LIMIT 1"
WAITING = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE wait_event_type = 'Lock' AND datname = current_database() AND query LIKE '%{}%'"
)
RECEIVE = """
from pathlib import Path
from xmsw.exchange import actions, tasks
batch = actions.receive(None, "staff", "staff.xlsx", Path({!r}))
"""
CONFIRM = """
actions.check(batch.pk)
tasks.send(actions.confirm(None, batch.pk))
"""
_names = (f"trial_{number}" for number in itertools.count(1))


@dataclass
class Trial:
    """A database on a PostgreSQL that may be killed."""

    server: Postgres
    name: str

    @property
    def url(self) -> str:
        return self.server.url(self.name)

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"DATABASE_URL": self.url, "MEDIA_ROOT": str(settings.MEDIA_ROOT)}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "manage.py", *arguments]

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            self.command(*arguments), cwd=settings.BASE_DIR, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def ask(self, statement: str) -> Any:
        """First column of the first row, over a connection of its own."""
        with closing(psycopg2.connect(self.url)) as link, link.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0]

    def counts(self) -> list[int]:
        return [self.ask(f"SELECT count(*) FROM talents_{table}") for table in TABLES]

    def state(self) -> str:
        return self.ask("SELECT state FROM exchange_batch")

    def kill(self) -> None:
        """As the kernel would, without a word; backends notice and die."""
        self.server.process.kill()
        self.server.process.wait()

    def start(self) -> None:
        """Start again; the shared memory of the dead one is free only when its last backend is gone."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return self.server.start()
            except ServerError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)


@pytest.fixture(scope="module")
def server(reachable_folders: Path) -> Iterator[Postgres]:
    """A durable PostgreSQL of this module's own; its database `xmsw` is migrated and has the reference data."""
    running = Postgres(reachable_folders / "var")
    running.start()
    try:
        trial = Trial(running, "xmsw")
        trial.manage("migrate", "-v", "0")
        trial.manage("reference")
        yield running
    finally:
        running.stop()


@pytest.fixture
def trial(server: Postgres, settings: Any, tmp_path: Path) -> Trial:
    settings.MEDIA_ROOT = tmp_path / "media"
    empty_broker()
    name = next(_names)
    with closing(psycopg2.connect(server.url("postgres"))) as link:
        link.autocommit = True
        link.cursor().execute(f"CREATE DATABASE {name} TEMPLATE xmsw")
    return Trial(server, name)


@pytest.fixture
def worker(trial: Trial, tmp_path: Path) -> Iterator[LiveWorker]:
    """Not started yet."""
    made = LiveWorker(tmp_path, database=trial.url)
    yield made
    if made.process is not None:
        made.kill9()


@pytest.fixture
def file(trial: Trial, tmp_path: Path) -> Path:
    community = trial.ask(COMMUNITY)
    rows = []
    for number in range(ROWS):
        body = f"35020319{60 + number % 40}0101{number // 40:03d}"
        rows.append(
            {
                "employer_code": community,
                "identity": body + identity_check_digit(body),
                "name": f"测试{number}",
                "form": "劳动合同",
                "started_on": "2022-03-01",
                "certificate_level": "助理社会工作师",
                "certificate_number": f"K{number:08d}",
                "certificate_issued": "2021-10-10",
            }
        )
    return workbook(tmp_path / "staff.xlsx", "staff", rows)


@pytest.fixture
def holder(trial: Trial) -> Iterator[Any]:
    """A connection with a transaction of its own that others can be made to wait for."""
    with closing(psycopg2.connect(trial.url)) as link:
        yield link.cursor()


def hold_the_last_table(holder: Any) -> None:
    """Stops the merge in the middle: persons and employments are written by then."""
    holder.execute("LOCK TABLE talents_certificate IN SHARE ROW EXCLUSIVE MODE")


def in_the_middle(trial: Trial) -> bool:
    waiting = trial.ask(WAITING.format("talents_certificate")) == 1
    # Sequences count what was written even if it is rolled back.
    return waiting and trial.ask("SELECT last_value FROM talents_employment_id_seq") >= ROWS


def assert_wholly_in(trial: Trial) -> None:
    assert trial.counts() == [ROWS] * len(TABLES)
    assert trial.ask("SELECT message FROM exchange_batch").startswith(f"全部写入：新增 {ROWS} 行")
    assert trial.ask("SELECT count(*) FROM exchange_stagedrow") == 0


def test_a_merge_in_the_console_is_wholly_out_and_a_worker_that_starts_brings_it_in(
    trial, worker, file, holder, tmp_path
):
    hold_the_last_table(holder)
    output = tmp_path / "load.log"
    with output.open("w") as log:
        command = trial.command("load", "staff", str(file), "--confirm")
        loading = subprocess.Popen(command, cwd=settings.BASE_DIR, env=trial.environment, stdout=log, stderr=log)
    until(lambda: in_the_middle(trial), output.read_text)
    trial.kill()
    assert loading.wait(PATIENCE) != 0
    said = output.read_text()
    assert "数据库断开了，这次没有写入任何内容" in said
    assert "Traceback" not in said

    trial.start()
    assert trial.counts() == [0, 0, 0], "nothing half-stored"
    assert trial.state() == "merging", "the page says «正在写入», and it goes on:"
    worker.start()
    until(lambda: trial.state() == "merged", worker.text)
    assert_wholly_in(trial)


def test_a_merge_in_the_worker_is_wholly_out_then_wholly_in_exactly_once(trial, worker, file, holder):
    worker.start()
    hold_the_last_table(holder)
    trial.manage("shell", "-c", RECEIVE.format(str(file)) + CONFIRM)
    until(lambda: in_the_middle(trial), worker.text)
    trial.kill()
    until(lambda: "exchange.merge" in worker.text() and "OperationalError" in worker.text(), worker.text)

    trial.start()
    assert trial.counts() == [0, 0, 0], "nothing half-stored"
    assert trial.ask("SELECT count(*) FROM exchange_touched") == 0
    assert trial.ask("SELECT count(*) FROM exchange_stagedrow") == ROWS
    assert trial.state() == "merging"
    tasks.rescue.delay(at_once=True)
    until(lambda: trial.state() == "merged", worker.text)
    assert_wholly_in(trial)
    again = [tasks.rescue.delay(at_once=True), tasks.merge_batch.delay(trial.ask("SELECT id FROM exchange_batch"))]
    until(lambda: all(f"[{task.id}] succeeded" in worker.text() for task in again), worker.text)
    assert_wholly_in(trial)


def test_checking_in_the_worker_begins_anew_and_stages_each_row_once(trial, worker, file, holder):
    worker.start()
    batch = int(trial.manage("shell", "-v", "0", "-c", RECEIVE.format(str(file)) + "print(batch.pk)"))
    # An uncommitted row of the same batch and number: the COPY stops there until it is decided which one stays.
    holder.execute(
        'INSERT INTO exchange_stagedrow (batch_id, row, raw, "values") VALUES (%s, %s, %s, %s)',
        [batch, ROWS // 2, b"", "{}"],
    )
    tasks.check_batch.delay(batch)
    until(lambda: trial.ask(WAITING.format("exchange_stagedrow")) == 1, worker.text)
    trial.kill()
    until(lambda: "exchange.check" in worker.text() and "OperationalError" in worker.text(), worker.text)

    trial.start()
    assert trial.state() == "checking"
    assert trial.ask("SELECT count(*) FROM exchange_stagedrow") == trial.ask("SELECT done FROM exchange_batch") == 0
    tasks.rescue.delay(at_once=True)
    until(lambda: trial.state() == "checked", worker.text)
    assert trial.ask("SELECT count(DISTINCT row) FROM exchange_stagedrow") == ROWS
    assert trial.ask("SELECT new FROM exchange_batch WHERE errors = 0 AND done = total") == ROWS
    assert trial.counts() == [0, 0, 0], "nothing is written before somebody says yes"
