"""The portal's own processes on the test's database and broker, started as `manage.py up` starts them, over TCP."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path
from types import ModuleType
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.db import connection

from tests.live_worker import empty_broker
from xmsw.runtime import installation
from xmsw.runtime.installation import Installation
from xmsw.runtime.supervisor import Program

SECRETS = ("SECRET_KEY", "DATA_KEYS", "LOOKUP_KEY")
EXAMPLE = settings.BASE_DIR / "docs" / "examples" / "xmsw_client.py"


class LivePortal:
    """`web`, `worker` and `beat`, each started when asked for; `base` is where the web server answers."""

    def __init__(self, folder: Path) -> None:
        """folder: of logs and beat's schedule."""
        empty_broker()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        database = urlunsplit(
            urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
        )
        secrets = {name: getattr(settings, name) for name in SECRETS}
        root = settings.BASE_DIR
        self.place = Installation(folder, root, "127.0.0.1", port, database, os.environ["REDIS_URL"], secrets)
        self.base = self.place.local_address
        self.programs: dict[str, Program] = {}

    def start_web(self) -> None:
        """The web server; returns when it answers."""
        self._launch(installation.web(self.place, self._answers)).await_answer()

    def start_background(self) -> None:
        """Worker and beat; they take up work when they are ready."""
        self.start_worker()
        self._launch(installation.beat(self.place))

    def start_worker(self) -> None:
        """The worker alone."""
        self._launch(installation.worker(self.place, lambda: True))

    def kill(self, name: str) -> None:
        """A program and its children, as the kernel would, without a word."""
        process = self.programs.pop(name).process
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self, *names: str) -> None:
        """Let the named programs, or all, end what they do."""
        for name in names or list(self.programs):
            self.programs.pop(name).stop()

    def log(self, name: str) -> str:
        """What a program said."""
        return (self.place.var / "log" / f"{name}.log").read_text("utf-8", "replace")

    def _launch(self, program: Program) -> Program:
        self.programs[program.name] = program
        program.launch()
        return program

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.base}/healthz", timeout=5) as answer:
                return answer.status == 200
        except (URLError, OSError):
            return False


def example() -> ModuleType:
    """The client that the documentation shows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(EXAMPLE.parent))
        return __import__(EXAMPLE.stem)
