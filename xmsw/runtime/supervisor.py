"""One supervisor: starts servers and programs in order, restarts what dies, stops all in reverse order.

It keeps a lock on its state folder, so a second instance is refused. On Linux every child dies with it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from .process import Server, ServerError, die_with_parent

LOG_LIMIT = 20 * 1024 * 1024  # bytes
BACKOFF = (0.5, 1, 2, 5, 10, 30, 60)  # seconds before the 1st, 2nd … restart in a row
CALM = 60.0  # seconds alive after which a child is well again


@dataclass
class Program(Server):
    """A process of the portal itself: web, worker, beat."""

    name: str = ""
    command: Sequence[str] = ()
    environment: dict[str, str] = field(default_factory=dict)
    answers: Callable[[], bool] | None = None
    folder: Path = field(default_factory=Path.cwd)
    death_signal: int = signal.SIGTERM

    def __post_init__(self) -> None:
        self.title = self.name

    @property
    def log(self) -> Path:
        return self.state / "log" / f"{self.name}.log"

    def launch(self) -> None:
        """Start without waiting."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self.environment or None,
                start_new_session=True,
                preexec_fn=die_with_parent(self.death_signal),
            )

    def await_answer(self) -> None:
        """Wait until it answers, where it can be asked; ServerError when it dies or stays silent."""
        if self.answers is not None:
            self._await(self.answers)

    def start(self) -> None:
        """Launch and wait."""
        self.launch()
        self.await_answer()


class Lock:
    """An exclusive claim on a state folder, held while the object lives."""

    def __init__(self, folder: Path, note: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file: IO[str] = (folder / "up.lock").open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            held = self._file.read().strip() or "另一个进程"
            raise ServerError(f"已经有一个实例在运行（{held}）。请直接使用它，或先按 Ctrl-C 停止它。") from None
        self._file.truncate(0)
        self._file.write(note)
        self._file.flush()

    def release(self) -> None:
        """Give the claim up."""
        self._file.truncate(0)
        self._file.close()


def free_port(host: str, port: int) -> None:
    """Raise ServerError with a sentence when nobody may listen on `host`:`port`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            reason = "已被别的程序占用" if error.errno == 98 else f"不能使用（{error.strerror}）"
            raise ServerError(f"端口 {host}:{port} {reason}。请换一个，例如 PORT={port + 1} make up。") from error


@dataclass
class Life:
    """What the supervisor knows of one child."""

    server: Server
    since: float = 0.0
    failures: int = 0
    retry_at: float | None = None


class Stop(Exception):
    """Raised in the main thread by the first SIGINT or SIGTERM."""


class Supervisor:
    """Keeps its children alive between `start` calls and `stop_all`; one line of text for every event."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.lives: list[Life] = []
        self._stopping = False

    def catch_signals(self) -> None:
        """Turn SIGINT, SIGTERM and SIGHUP into `Stop`; further ones while stopping are ignored."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._caught)

    def _caught(self, number: int, frame: FrameType | None) -> None:
        if not self._stopping:
            self._stopping = True
            raise Stop

    def start(self, server: Server) -> None:
        """Start `server`, wait for its answer, and watch it from here on."""
        self.lives.append(Life(server, since=time.monotonic()))
        server.start()

    def launch(self, program: Program) -> None:
        """Start `program` without waiting, and watch it from here on."""
        self.lives.append(Life(program, since=time.monotonic()))
        program.launch()

    def watch(self, pause: float = 0.5) -> None:
        """Restart whatever dies, until `Stop` arrives."""
        while True:
            self.look()
            time.sleep(pause)

    def look(self) -> None:
        """One round: notice deaths, restart what is due, keep logs short."""
        for life in self.lives:
            now = time.monotonic()
            if life.server.running():
                if life.failures and now - life.since > CALM:
                    life.failures = 0
                shorten(life.server.log)
            elif life.retry_at is None:
                self._mourn(life, now)
            elif now >= life.retry_at:
                self._revive(life)

    def _mourn(self, life: Life, now: float) -> None:
        wait = BACKOFF[min(life.failures, len(BACKOFF) - 1)]
        life.failures += 1
        life.retry_at = now + wait
        self.say(f"{life.server.title} 意外停止，{wait:g} 秒后重启（日志 {life.server.log}）")

    def _revive(self, life: Life) -> None:
        try:
            life.server.start()
        except ServerError as error:
            self.say(str(error))
            life.retry_at = None
            return
        life.retry_at, life.since = None, time.monotonic()
        self.say(f"{life.server.title} 已重启")

    def stop_all(self) -> None:
        """Stop every child, the last started first."""
        self._stopping = True
        for life in reversed(self.lives):
            life.server.stop()
        self.lives.clear()


def shorten(log: Path) -> None:
    """Move a log over the limit aside (one older copy is kept) and empty it in place: its writer appends."""
    try:
        if log.stat().st_size < LOG_LIMIT:
            return
        shutil.copyfile(log, log.with_suffix(".old.log"))
        os.truncate(log, 0)
    except OSError as error:
        print(f"日志 {log} 不能截短：{error}", file=sys.stderr)
