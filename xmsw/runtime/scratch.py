"""A development PostgreSQL and Valkey without the rest: `python -m xmsw.runtime.scratch start|stop|url`.

State stays in var/scratch (XMSW_SCRATCH names another folder); `start` returns when both answer and prints the two
addresses as `export` lines; they run in the background until `stop`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from .process import ServerError
from .servers import Postgres, Valkey

STATE = Path(os.environ.get("XMSW_SCRATCH", Path(__file__).resolve().parents[2] / "var" / "scratch"))
PID = STATE / "pid"
USAGE = "用法：python -m xmsw.runtime.scratch start|stop|url"


def alive() -> int | None:
    """The process id of the keeper, or None when none runs."""
    try:
        number = int(PID.read_text())
        os.kill(number, 0)
    except (OSError, ValueError):
        return None
    return number


def exports() -> str:
    """The two addresses, ready for `eval`."""
    return f'export DATABASE_URL="{Postgres(STATE).url()}"\nexport REDIS_URL="{Valkey(STATE).url()}"'


def keep() -> None:
    """Run both servers until a signal asks to stop (the background process)."""
    servers = [Postgres(STATE), Valkey(STATE)]
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda given, frame: stopping.append(given))
    for server in servers:
        server.start()
    PID.write_text(str(os.getpid()))
    while not stopping and all(server.running() for server in servers):
        time.sleep(0.3)
    for server in reversed(servers):
        server.stop()
    PID.unlink(missing_ok=True)


def start() -> str:
    """Start the keeper in the background unless it runs; returns the addresses."""
    if alive() is None:
        STATE.mkdir(parents=True, exist_ok=True)
        PID.unlink(missing_ok=True)
        with (STATE / "keeper.log").open("ab") as log:
            command = [sys.executable, "-m", __spec__.name, "keep"]
            keeper = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        while alive() is None:
            if keeper.poll() is not None:
                raise ServerError(f"没有启动起来，请看 {STATE / 'keeper.log'}")
            time.sleep(0.05)
    return exports()


def stop() -> str:
    """Stop the keeper and wait until it is gone."""
    number = alive()
    if number is None:
        return "没有在运行。"
    os.kill(number, signal.SIGTERM)
    while alive() is not None:
        time.sleep(0.05)
    return "已停止。"


def main(arguments: list[str]) -> int:
    """Do what the one argument says; 2 when it says nothing known."""
    deeds = {"start": start, "stop": stop, "url": exports, "keep": lambda: keep() or ""}
    if len(arguments) != 1 or arguments[0] not in deeds:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        print(deeds[arguments[0]]())
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
