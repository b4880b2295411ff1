"""PostgreSQL killed in the middle of an import: nothing of the file is in, the batch says so, and goes on by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings

from tests.exchange.files import workbook
from tests.live_worker import LiveWorker, empty_broker
from xmsw.identifiers import identity_check_digit
from xmsw.runtime.servers import Postgres

ROWS = 300
COMMUNITY = "SELECT region_id FROM posts_employer WHERE kind = 'C02' ORDER BY id LIMIT 1"
PATIENCE = 90.0


@pytest.fixture
def server(reachable_folders: Path, tmp_path: Path) -> Iterator[Postgres]:
    """A durable PostgreSQL of this test's own, migrated, with the reference data."""
    running = Postgres(reachable_folders / "var")
    running.start()
    try:
        manage(running, "migrate", "-v", "0")
        manage(running, "reference")
        yield running
    finally:
        running.stop()


def environment(server: Postgres) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": server.url(), "MEDIA_ROOT": str(settings.MEDIA_ROOT)}


def manage(server: Postgres, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment(server),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def ask(server: Postgres, statement: str) -> Any:
    """First column of the first row, over a connection of its own."""
    link = psycopg2.connect(server.url())
    try:
        with link.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0]
    finally:
        link.close()


def until(condition: Callable[[], bool], what: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


def staff_file(path: Path, community: str) -> Path:
    rows = []
    for number in range(ROWS):
        body = f"35020319{60 + number % 40}0101{number:03d}"
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
    return workbook(path, "staff", rows)


def test_the_file_is_wholly_out_then_wholly_in(server, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    empty_broker()
    file = staff_file(tmp_path / "staff.xlsx", ask(server, COMMUNITY))
    # A lock on the last table of the merge holds it in the middle: persons and employments are written by then.
    holder = psycopg2.connect(server.url())
    holder.cursor().execute("LOCK TABLE talents_certificate IN SHARE ROW EXCLUSIVE MODE")
    log = (tmp_path / "load.log").open("w+")
    loading = subprocess.Popen(
        [sys.executable, "manage.py", "load", "staff", str(file), "--confirm"],
        cwd=settings.BASE_DIR,
        env=environment(server),
        stdout=log,
        stderr=log,
    )
    stuck = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '% talents_certificate %'"
    )
    until(lambda: ask(server, stuck) == 1, lambda: (tmp_path / "load.log").read_text()[-3000:])
    server.process.kill()
    server.process.wait()
    assert loading.wait(PATIENCE) != 0
    said = (tmp_path / "load.log").read_text()
    assert "数据库断开了，这次没有写入任何内容" in said
    assert "Traceback" not in said

    server.start()
    assert ask(server, "SELECT count(*) FROM talents_socialworker") == 0, "nothing half-stored"
    assert ask(server, "SELECT count(*) FROM talents_employment") == 0
    assert ask(server, "SELECT state FROM exchange_batch") == "merging", "the page says «正在写入», and it goes on:"

    worker = LiveWorker(tmp_path, database=server.url())
    try:
        worker.start()
        until(lambda: ask(server, "SELECT state FROM exchange_batch") == "merged", lambda: worker.text()[-3000:])
    finally:
        worker.stop()
    for table in ("socialworker", "employment", "certificate"):
        assert ask(server, f"SELECT count(*) FROM talents_{table}") == ROWS
    assert ask(server, "SELECT message FROM exchange_batch").startswith(f"全部写入：新增 {ROWS} 行")
