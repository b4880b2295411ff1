"""Child processes that die with their parent, and the folders they live in.

Nothing here needs Django. PostgreSQL refuses to run as root: then it drops to a system account that owns its folders.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SOCKET_PATH_LIMIT = 100  # the kernel allows 107 bytes
PR_SET_PDEATHSIG = 1


class ServerError(Exception):
    """A server cannot be found, initialised or started; the message is a sentence for the operator."""


@dataclass(frozen=True)
class Account:
    """The system account that PostgreSQL runs as when the operator is root."""

    name: str
    uid: int
    gid: int


def system_account(data: Path) -> Account | None:
    """The account PostgreSQL must drop to, or None where the present user may run it himself.

    A data folder that exists already keeps its owner.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(str(owner.st_uid), owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise ServerError(
        "PostgreSQL 不能以 root 身份运行，系统里又没有 postgres 或 nobody 账号。请新建其中一个，或改用普通用户。"
    )


def die_with_parent(signal_number: int) -> Callable[[], None] | None:
    """A `preexec_fn` that has the kernel send `signal_number` when the parent is gone; None off Linux."""
    if not sys.platform.startswith("linux"):
        return None
    parent = os.getpid()
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def arm() -> None:
        prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arm


def socket_folder(preferred: Path) -> Path:
    """`preferred`, or a short folder under the temporary one where its socket paths would be too long."""
    if len(os.fsencode(preferred / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_LIMIT:
        return preferred
    digest = hashlib.sha256(os.fsencode(preferred)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"xmsw-{os.geteuid()}-{digest}"


def own_folder(folder: Path, account: Account | None = None) -> Path:
    """Make `folder` with mode 0700 for `account` (or the present user); refuses one that belongs to another."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = account.uid if account else os.geteuid()
    if folder.stat().st_uid != wanted:
        if os.geteuid() != 0:
            raise ServerError(f"目录 {folder} 属于别的用户。请删除它，或换回原来的用户运行。")
        os.chown(folder, wanted, account.gid if account else 0)
    folder.chmod(0o700)
    return folder


def reachable(path: Path, account: Account) -> bool:
    """Whether `account` may pass through every folder above `path`; those not made yet will let it pass."""
    for folder in path.resolve().parents:
        if not folder.exists():
            continue
        status = folder.stat()
        bit = 0o100 if status.st_uid == account.uid else 0o010 if status.st_gid == account.gid else 0o001
        if not status.st_mode & bit:
            return False
    return True


def _tail(log: Path, lines: int = 6) -> str:
    try:
        return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:])
    except OSError:
        return ""


@dataclass
class Server:
    """A child process with a log; `start` returns when it answers, `stop` when it is gone."""

    state: Path
    throwaway: bool = False
    process: subprocess.Popen | None = None
    title: str = field(default="", init=False)
    stop_signal: int = field(default=signal.SIGTERM, init=False)

    @property
    def log(self) -> Path:
        return self.state / f"{self.title.lower()}.log"

    def running(self) -> bool:
        """Whether the process is alive."""
        return self.process is not None and self.process.poll() is None

    def _spawn(self, command: list[str], account: Account | None = None) -> None:
        death = signal.SIGQUIT if self.throwaway and self.title == "PostgreSQL" else self.stop_signal
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                preexec_fn=die_with_parent(death),
                **as_account(account),
            )

    def _await(self, answers: Callable[[], bool], seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        while not answers():
            if not self.running():
                raise ServerError(f"{self.title} 没有启动起来。日志 {self.log} 的末尾：\n{_tail(self.log)}")
            if time.monotonic() > deadline:
                self.stop()
                raise ServerError(f"{self.title} 在 {seconds:.0f} 秒内没有应答，请看日志 {self.log}。")
            time.sleep(0.03)

    def stop(self, seconds: float = 30.0) -> None:
        """Ask the process to end and wait; after `seconds` it is killed."""
        if self.process is None:
            return
        if self.running():
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None


def as_account(account: Account | None) -> Mapping[str, object]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    environment |= {"LC_ALL": "C.UTF-8", "TZ": "UTC"}
    if account is None:
        return {"env": environment}
    return {"env": environment, "user": account.uid, "group": account.gid, "extra_groups": []}
