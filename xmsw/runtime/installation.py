"""One installation: where its state lies, what its processes are told, which programs it runs."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import keys
from .process import ServerError
from .supervisor import Program


@dataclass
class Installation:
    """The folders, addresses and secrets that every process of the portal shares."""

    var: Path
    root: Path
    host: str
    port: int
    database_url: str = ""
    redis_url: str = ""
    secrets: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_environment(cls, var: Path, root: Path) -> Installation:
        """Read BIND, PORT, DATABASE_URL and REDIS_URL; ServerError when PORT is no port."""
        given = os.environ.get("PORT") or "8000"
        if not given.isdecimal() or not 0 < int(given) < 65536:
            raise ServerError(f"PORT 应是 1 到 65535 之间的数字，现在是 {given}。")
        host = os.environ.get("BIND") or "127.0.0.1"
        urls = [os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")]
        return cls(var, root, host, int(given), *urls)

    @property
    def address(self) -> str:
        """Where a browser finds the portal."""
        return self.local_address.replace("127.0.0.1", "localhost", 1)

    @property
    def local_address(self) -> str:
        """The same without name resolution."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "") else "[::1]" if self.host == "::" else self.host
        return f"http://{host}:{self.port}"

    @property
    def report(self) -> Path:
        """What `manage.py prepare` found, for `manage.py up`."""
        return self.var / "prepared.json"

    def environment(self) -> dict[str, str]:
        """The environment of every process of this installation."""
        own = {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url, "XMSW_VAR": str(self.var)}
        own |= {"XMSW_ENV": "production", "PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "xmsw.settings"}
        return os.environ | self.secrets | own

    def leave_address(self, name: str, url: str) -> None:
        """Tell other commands on this machine where a server that we started listens."""
        file = self.var / "servers.env"
        keys.write(file, keys.read(file) | {name: url})


def setting(name: str, default: str) -> str:
    """A number from the environment; ServerError when it is none."""
    value = os.environ.get(name) or default
    if not value.isdecimal() or value == "0":
        raise ServerError(f"{name} 应是正整数，现在是 {value}。")
    return value


def _program(place: Installation, name: str, *arguments: str, **options: object) -> Program:
    return Program(
        place.var,
        name=name,
        command=[sys.executable, "-m", *arguments],
        environment=place.environment(),
        folder=place.root,
        **options,
    )


def web(place: Installation, answers: Callable[[], bool]) -> Program:
    """Gunicorn: WEB_WORKERS processes of WEB_THREADS threads."""
    arguments = ["gunicorn", "xmsw.wsgi:application", "--bind", f"{place.host}:{place.port}", "--no-control-socket"]
    arguments += ["--workers", setting("WEB_WORKERS", "2"), "--threads", setting("WEB_THREADS", "4")]
    arguments += ["--timeout", "60", "--graceful-timeout", "10"]
    arguments += ["--max-requests", "5000", "--max-requests-jitter", "500"]
    return _program(place, "web", *arguments, answers=answers)


def worker(place: Installation, answers: Callable[[], bool]) -> Program:
    """Celery: TASK_WORKERS processes. If the supervisor is killed it drops its tasks: they are redelivered."""
    arguments = ["celery", "-A", "xmsw", "worker", "--loglevel", "INFO", "--concurrency", setting("TASK_WORKERS", "2")]
    arguments += ["--without-gossip", "--without-mingle", "--max-memory-per-child", "400000"]
    return _program(place, "worker", *arguments, answers=answers, death_signal=signal.SIGKILL)


def beat(place: Installation) -> Program:
    """Celery beat."""
    schedule = str(place.var / "beat-schedule")
    return _program(place, "beat", "celery", "-A", "xmsw", "beat", "--schedule", schedule, "--pidfile=")
