"""A measurement in a process of its own, on servers and a database that it makes itself and leaves nothing of.

python -m tests.benchmarks.apart MODULE     `measurements()` of the module, line by line
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator

import django

from xmsw.runtime.servers import durable_settings
from xmsw.runtime.throwaway import Throwaway

PLANNING = ("work_mem", "effective_cache_size", "random_page_cost", "jit")  # as a portal that runs has them
ELSEWHERE = ("DATABASE_URL", "REDIS_URL")


def measured_apart(module: str) -> Iterator[str]:
    """The lines that `measurements()` of the module yields in another process; raises CalledProcessError."""
    given = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    command = [sys.executable, "-m", __name__, module]
    with subprocess.Popen(command, env=given, stdout=subprocess.PIPE, text=True) as process:
        yield from map(str.rstrip, process.stdout)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


def _prepared() -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    known = durable_settings()
    with connection.cursor() as cursor:
        for name in PLANNING:
            cursor.execute(f"ALTER DATABASE {connection.settings_dict['NAME']} SET {name} = '{known[name]}'")
    connection.close()
    call_command("migrate", verbosity=0)
    call_command("reference", verbosity=0, stdout=sys.stderr)


def main(module: str) -> None:
    """Start the servers, fill a database with what every portal knows, print the lines."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "xmsw.settings", "XMSW_ENV": "test"}
    servers = Throwaway().start()
    try:
        _prepared()
        for line in importlib.import_module(module).measurements():
            print(line, flush=True)
    finally:
        servers.stop()


if __name__ == "__main__":
    main(sys.argv[1])
