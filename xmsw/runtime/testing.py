"""Pytest plugin (`-p xmsw.runtime.testing`): a real PostgreSQL and a real Valkey for every test run.

The xdist controller, or the only process, starts throwaway servers before Django reads its settings; workers inherit
the addresses through the environment and each takes a Valkey database of its own. DATABASE_URL and REDIS_URL, where
already given, are used instead. The servers die with pytest, however it ends.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pytest

from .process import ServerError
from .throwaway import Throwaway

NO_SERVERS_NEEDED = {"--help", "-h", "--version", "-V", "--fixtures", "--markers"}
_KEY = pytest.StashKey[Throwaway]()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: Sequence[str]) -> Generator[None, object, object]:
    """Start the servers ahead of pytest-django's own hook, which loads the settings."""
    os.environ["XMSW_ENV"] = "test"
    os.environ.setdefault("PYTHONHASHSEED", "0")  # xdist workers must collect the same names in the same order
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        number = int(re.sub(r"\D", "", worker) or 0) + 1
        os.environ["REDIS_URL"] = redis_database(os.environ["REDIS_URL"], number)
    elif not NO_SERVERS_NEEDED.intersection(args):
        try:
            early_config.stash[_KEY] = Throwaway().start()
        except ServerError as error:
            raise pytest.UsageError(str(error)) from error
    return (yield)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started here."""
    servers = config.stash.get(_KEY, None)
    if servers is not None:
        servers.stop()


def redis_database(url: str, number: int) -> str:
    """`url` with its database number raised by `number`."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        query = dict(parse_qsl(parts.query))
        query["db"] = str(int(query.get("db", 0)) + number)
        return f"unix://{parts.path}?{urlencode(query)}"
    return urlunsplit(parts._replace(path=f"/{int(parts.path.strip('/') or 0) + number}"))
