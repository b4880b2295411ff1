"""`manage.py up` for real: starts, refuses a second, restarts the dead, stops without a trace, keeps what it held."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import psycopg2
import pytest

from xmsw.runtime.servers import Postgres

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180.0  # seconds; far more than it takes


class Up:
    """One `manage.py up` on its own state folder and port."""

    def __init__(self, var: Path) -> None:
        self.var, self.said = var, var.parent / "said.txt"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        given = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        own = {"XMSW_ENV": "development", "XMSW_VAR": str(var), "PORT": str(self.port), "DEMO": "0", "WEB_WORKERS": "1"}
        self.environment = given | own | {"TASK_WORKERS": "1"}
        self.process: subprocess.Popen | None = None

    def command(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess:
        """Run another command of the same installation."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment | changes, capture_output=True, text=True)

    def start(self) -> None:
        """Start and wait for the greeting."""
        with self.said.open("w") as out:
            command = [sys.executable, "manage.py", "up"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=out, stderr=out)
        self.until(lambda: "启动完成" in self.text())

    def text(self) -> str:
        """What the newcomer reads."""
        return self.said.read_text("utf-8")

    def until(self, holds: Callable[[], object]) -> None:
        """Wait until `holds()`; fails when `up` ends or patience does."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert self.process.poll() is None, self.text()
            assert time.monotonic() < deadline, self.text()
            time.sleep(0.05)

    def stop(self) -> int:
        """Ask it to stop, as Ctrl-C does; returns the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)

    def processes(self) -> dict[int, str]:
        """Every living process of this installation: pid → command line."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if str(self.var) in line or f"XMSW_VAR={self.var}".encode() in (folder / "environ").read_bytes():
                    found[int(folder.name)] = line
            except OSError:
                continue
        return {pid: line for pid, line in found.items() if line.strip()}


@pytest.fixture(scope="module")
def up(reachable_folders: Path) -> Iterator[Up]:
    """A running installation; the tests below use it in order."""
    running = Up(reachable_folders / "var")
    try:
        running.start()
        yield running
    finally:
        if running.process and running.process.poll() is None:
            running.process.kill()
            running.process.wait()


def row(up: Up, statement: str) -> object:
    """The first value of `statement` on the installation's database."""
    link = psycopg2.connect(Postgres(up.var).url())
    try:
        with link, link.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0]
    finally:
        link.close()


def test_it_serves_and_says_so(up: Up) -> None:
    with urlopen(f"http://127.0.0.1:{up.port}/healthz") as answer:
        assert answer.read() == b"ok\n"
    assert f"http://localhost:{up.port}" in up.text()
    assert row(up, "SELECT count(*) FROM policy_clause") == 86
    assert row(up, "SELECT outcome FROM runtime_milestone WHERE name = 'demo'") == "declined"


def test_a_second_instance_is_refused(up: Up) -> None:
    done = up.command("up", PORT="1")
    assert done.returncode == 1
    assert "已经有一个实例在运行" in done.stderr and str(up.process.pid) in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_refused(up: Up, tmp_path: Path) -> None:
    done = up.command("up", XMSW_VAR=str(tmp_path / "other"))
    assert done.returncode == 1
    assert f"端口 127.0.0.1:{up.port} 已被别的程序占用" in done.stderr
    assert "Traceback" not in done.stderr


def test_health_knows_every_part(up: Up) -> None:
    def healthy() -> bool:
        checks = json.loads(up.command("health", "--json").stdout)["checks"]
        return all(check["ok"] for check in checks if check["name"] != "disk")

    up.until(healthy)


@pytest.mark.parametrize(
    ("title", "sign"),
    [("PostgreSQL", "bin/postgres -D"), ("Valkey", "valkey-server"), ("worker", "celery -A xmsw worker")],
)
def test_a_dead_child_is_restarted(up: Up, title: str, sign: str) -> None:
    victims = {pid for pid, line in up.processes().items() if sign in line}
    assert victims
    os.kill(min(victims), signal.SIGKILL)
    up.until(lambda: f"{title} 已重启" in up.text())
    assert {pid for pid, line in up.processes().items() if sign in line} - victims


def test_it_stops_without_a_trace_and_keeps_its_data(up: Up) -> None:
    link = psycopg2.connect(Postgres(up.var).url())
    with link, link.cursor() as cursor:
        cursor.execute("INSERT INTO runtime_milestone (name, outcome, reached_at) VALUES ('kept', 'done', now())")
    link.close()
    assert up.stop() == 0
    assert up.processes() == {}
    secrets = (up.var / "secrets.env").read_text()
    up.start()
    assert row(up, "SELECT outcome FROM runtime_milestone WHERE name = 'kept'") == "done"
    assert (up.var / "secrets.env").read_text() == secrets


def test_killing_it_leaves_no_process(up: Up) -> None:
    up.process.kill()
    up.process.wait()
    deadline = time.monotonic() + PATIENCE
    while left := up.processes():
        assert time.monotonic() < deadline, left
        time.sleep(0.05)
