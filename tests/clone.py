"""Give a test that commits its writes a fresh database afterwards: a clone of the one the session began with.

Django's own way truncates every table, which would take the reference data along. With fsync off PostgreSQL copies a
small database in a fraction of a second, sequences, statistics and all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
import pytest
from django.db import connection, connections
from django.test import TransactionTestCase


@contextmanager
def _maintenance() -> Iterator[object]:
    """A cursor on the server's own database, outside transactions."""
    given = connection.get_connection_params() | {"dbname": "postgres"}
    given.pop("cursor_factory", None)
    link = psycopg2.connect(**given)
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            yield cursor
    finally:
        link.close()


def _copy(source: str, target: str) -> None:
    connections.close_all()
    with _maintenance() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY FILE_COPY')


@contextmanager
def restored_after_commits() -> Iterator[None]:
    """Keep a copy of the present test database, and put it back after every test that commits."""
    name = str(connection.settings_dict["NAME"])
    kept = f"{name}_kept"
    _copy(name, kept)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: _copy(kept, name))
        yield
    with _maintenance() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{kept}" WITH (FORCE)')
