"""A PostgreSQL and a Valkey that leave nothing behind: for one test run or one trial."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import tempfile
from pathlib import Path

from .servers import Postgres, Valkey


class Throwaway:
    """Both servers, in a temporary folder removed by `stop`.

    A run that was killed leaves its folder; the next one sweeps it (its lock is free).
    """

    PREFIX = "xmsw-throwaway-"

    def __init__(self) -> None:
        self.sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=self.PREFIX))
        self.folder.chmod(0o711)  # PostgreSQL's own account passes through; the folders inside are closed
        self._lock = (self.folder / "lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.postgres = Postgres(self.folder, throwaway=True)
        self.valkey = Valkey(self.folder, throwaway=True)

    def start(self) -> Throwaway:
        """Start what the environment does not name already, and name it there."""
        try:
            if not os.environ.get("DATABASE_URL"):
                self.postgres.start()
                os.environ["DATABASE_URL"] = self.postgres.url()
            if not os.environ.get("REDIS_URL"):
                self.valkey.start()
                os.environ["REDIS_URL"] = self.valkey.url()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop both and remove the folder."""
        self.valkey.stop()
        self.postgres.stop_signal = signal.SIGQUIT  # nothing here is worth a checkpoint
        self.postgres.stop()
        self._lock.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @classmethod
    def sweep(cls) -> None:
        """Remove the folders of runs that were killed."""
        for folder in Path(tempfile.gettempdir()).glob(cls.PREFIX + "*"):
            try:
                with (folder / "lock").open("r") as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
            except OSError:
                continue
