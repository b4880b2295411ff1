"""Beat and a worker as processes of their own whose clock stands at another moment, from which it runs on.

As a program: ``python -m tests.moved_clock 2026-06-01T00:04:50+08:00 worker …`` is ``celery -A xmsw worker …`` then.
Moments lie in the past: to a worker that is ahead, every message of the test would have expired.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path


@contextmanager
def beat_and_worker(folder: Path, at: datetime) -> Iterator[Path]:
    """Both running from that moment on; gives the folder of their logs (`worker.log`, `beat.log`)."""
    from django.conf import settings

    from tests.live_worker import LiveWorker, empty_broker
    from xmsw.runtime.process import die_with_parent

    empty_broker()
    folder.mkdir()
    environment = LiveWorker(folder).environment | {"BEAT_SCHEDULE": str(folder / "schedule")}
    roles = {
        "worker": ("--concurrency", "1", "--without-gossip", "--without-mingle"),
        "beat": ("--pidfile", ""),
    }
    running = []
    try:
        for role, options in roles.items():
            with (folder / f"{role}.log").open("ab") as log:
                command = [sys.executable, "-m", "tests.moved_clock", at.isoformat(), role, "--loglevel", "INFO"]
                running.append(
                    subprocess.Popen(
                        [*command, *options],
                        stdout=log,
                        stderr=log,
                        cwd=settings.BASE_DIR,
                        env=environment,
                        start_new_session=True,
                        preexec_fn=die_with_parent(signal.SIGKILL),
                    )
                )
        yield folder
    finally:
        for each in running:
            os.killpg(each.pid, signal.SIGKILL)
            each.wait()


def main() -> None:
    """Everything is imported before the clock moves, so Celery begins within a second of the moment."""
    import time_machine

    from xmsw.celery import app

    app.loader.import_default_modules()
    with time_machine.travel(datetime.fromisoformat(sys.argv[1]), tick=True):
        app.start(sys.argv[2:])


if __name__ == "__main__":
    main()
