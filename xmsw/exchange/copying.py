"""COPY: the fast way in. One helper wraps psycopg2's `copy_expert`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
CHUNK = 1 << 18  # characters handed over at a time


def copied(value: Any) -> str:
    """One value in COPY's text format; bytes as hexadecimal, None as NULL."""
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    text = str(value)
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


class _Lines:
    """A file that is written while it is read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines, self._rest = iter(lines), b""

    def read(self, size: int = -1) -> bytes:
        gathered, length = [], len(self._rest)
        while length < max(size, CHUNK) and (line := next(self._lines, None)) is not None:
            gathered.append(line)
            length += len(line)
        data = self._rest + "".join(gathered).encode()
        self._rest = b"" if size < 0 else data[size:]
        return data if size < 0 else data[:size]


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows (values in the order of `columns`) to a table; table and columns are names from the code."""
    named = ", ".join(f'"{column}"' for column in columns)
    lines = ("\t".join(map(copied, row)) + "\n" for row in rows)
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(f'COPY "{table}" ({named}) FROM STDIN', _Lines(lines), size=CHUNK)
