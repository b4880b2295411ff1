"""PostgreSQL and Valkey as we start them: refusals, secrets, sweeping, and no survivor of a killed parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psycopg2
import pytest

from xmsw.runtime import keys
from xmsw.runtime.process import SOCKET_PATH_LIMIT, Account, ServerError, reachable, socket_folder
from xmsw.runtime.servers import Postgres, Valkey
from xmsw.runtime.testing import redis_database
from xmsw.runtime.throwaway import Throwaway

ROOT = Path(__file__).resolve().parents[2]


def gone(pid: int, seconds: float = 20) -> bool:
    """Whether the process ends within `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


def test_data_of_another_major_version_is_refused(state: Path) -> None:
    server = Postgres(state)
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(ServerError, match="由 PostgreSQL 9 建立"):
        server.start()
    assert not server.running()


def test_chinese_trigrams_work_and_data_outlives_the_server(state: Path) -> None:
    server = Postgres(state, throwaway=True)
    for turn in ("first", "second"):
        server.start()
        link = psycopg2.connect(server.url())
        with link, link.cursor() as cursor:
            if turn == "first":
                cursor.execute("CREATE EXTENSION pg_trgm")
                cursor.execute("CREATE TABLE kept AS SELECT similarity('思明区滨海街道', '思明区滨海') AS near")
            cursor.execute("SELECT near FROM kept")
            assert cursor.fetchone()[0] > 0.5
        link.close()
        server.stop()


def test_missing_binaries_are_named(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XMSW_PG_BIN", str(state / "nowhere"))
    monkeypatch.setenv("XMSW_VALKEY_BIN", str(state / "nowhere"))
    with pytest.raises(ServerError, match="XMSW_PG_BIN"):
        Postgres(state).start()
    with pytest.raises(ServerError, match="XMSW_VALKEY_BIN"):
        Valkey(state).start()


def test_servers_die_with_a_killed_parent_and_the_next_run_sweeps(tmp_path: Path) -> None:
    script = textwrap.dedent("""
        import time
        from xmsw.runtime.throwaway import Throwaway
        t = Throwaway().start()
        print(t.folder, t.postgres.process.pid, t.valkey.process.pid, flush=True)
        time.sleep(600)
    """)
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    )
    folder, *children = parent.stdout.readline().split()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert all(gone(int(pid)) for pid in children)
    assert Path(folder).exists()
    Throwaway.sweep()
    assert not Path(folder).exists()


def test_long_paths_get_a_short_socket_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 120)
    assert len(str(socket_folder(deep) / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_LIMIT
    assert socket_folder(Path("/short")) == Path("/short")


def test_the_system_account_must_be_able_to_pass_every_folder(reachable_folders: Path) -> None:
    stranger = Account("stranger", 54_321, 54_321)
    closed = reachable_folders / "closed"
    closed.mkdir(mode=0o700)
    assert not reachable(closed / "pg", stranger)
    closed.chmod(0o711)
    assert reachable(closed / "pg", stranger)


def test_secrets_are_made_once_kept_private_and_give_way_to_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in keys.GENERATORS:
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "secrets.env"
    first = keys.ensure(file)
    assert set(first) == {"SECRET_KEY", "DATA_KEYS", "LOOKUP_KEY"} and all(first.values())
    assert file.stat().st_mode & 0o777 == 0o600
    assert keys.ensure(file) == first
    monkeypatch.setenv("SECRET_KEY", "given")
    assert keys.ensure(file) == first | {"SECRET_KEY": "given"}
    assert "given" not in file.read_text()


@pytest.mark.parametrize("missing", sorted(keys.GENERATORS))
def test_production_refuses_to_run_without_a_secret(missing: str, tmp_path: Path) -> None:
    given = {name: make() for name, make in keys.GENERATORS.items() if name != missing}
    environment = os.environ | given | {"XMSW_ENV": "production", "XMSW_VAR": str(tmp_path)}
    environment.pop(missing, None)
    done = subprocess.run(
        [sys.executable, "-c", "import xmsw.settings"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode
    assert f"没有设置 {missing}" in done.stderr


def test_each_test_process_gets_its_own_broker_database() -> None:
    assert redis_database("unix:///a/B.sock?db=0", 3) == "unix:///a/B.sock?db=3"
    assert redis_database("redis://h:6379/2", 1) == "redis://h:6379/3"
