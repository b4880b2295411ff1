"""A real Celery worker, in a process of its own, on the test's database and broker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import redis
from django.conf import settings
from django.db import connection

from xmsw.celery import app
from xmsw.runtime.process import die_with_parent

PATIENCE = 60.0  # seconds


class LiveWorker:
    """`kill9` kills it with its children; `stop` lets it finish; `start` and `restart` return when it takes work."""

    def __init__(self, folder: Path, concurrency: int = 1, database: str = "") -> None:
        """`database`: address of another database than the test's."""
        self.log = folder / "worker.log"
        self.concurrency = concurrency
        self.database = database
        self.process: subprocess.Popen | None = None

    def start(self) -> LiveWorker:
        """Start and wait until it answers a ping."""
        self._name = f"worker-{time.monotonic_ns()}@test"
        command = [sys.executable, "-m", "celery", "-A", "xmsw", "worker", "--hostname", self._name]
        command += [
            "--concurrency",
            str(self.concurrency),
            "--without-gossip",
            "--without-mingle",
            "--loglevel",
            "INFO",
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                cwd=settings.BASE_DIR,
                env=self.environment,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )
        deadline = time.monotonic() + PATIENCE
        while not app.control.ping(destination=[self._name], timeout=0.2):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the worker did not start:\n{self.text()}")
        return self

    @property
    def environment(self) -> dict[str, str]:
        """Of every process that is to meet this database and broker."""
        database = urlunsplit(
            urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
        )
        own = {"DATABASE_URL": self.database or database, "MEDIA_ROOT": str(settings.MEDIA_ROOT)}
        return os.environ | own

    @property
    def pid(self) -> int:
        """The process id of the worker itself (its children do the tasks)."""
        return self.process.pid

    def kill9(self) -> None:
        """Kill it and its children as the kernel would, without a word."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Let running tasks end, then end."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill9()

    def restart(self) -> LiveWorker:
        """Stop it at need and start it again."""
        self.stop()
        return self.start()

    def text(self) -> str:
        """What it logged."""
        return self.log.read_text("utf-8", "replace")


def empty_broker() -> None:
    """Forget the messages and results of earlier tests."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
