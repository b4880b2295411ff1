"""Files as people would upload them, built from the columns of a kind."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

from xmsw.exchange import actions, kinds
from xmsw.exchange.models import Batch


def headers(key: str) -> dict[str, str]:
    return {column.name: column.header for column in kinds.get(key).columns}


def workbook(path: Path, key: str, rows: Sequence[Mapping[str, object]], keep: Sequence[str] | None = None) -> Path:
    """An .xlsx with the columns used in `rows`, or those to `keep`; numbers stay numbers."""
    names = keep or [name for name in headers(key) if any(name in row for row in rows)]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [headers(key)[name] for name in names])
        for number, row in enumerate(rows, start=1):
            for at, name in enumerate(names):
                value = row.get(name, "")
                sheet.write_number(number, at, value) if isinstance(value, int | float) else sheet.write_string(
                    number, at, str(value)
                )
    return path


def text_file(path: Path, key: str, rows: Sequence[Mapping[str, str]], encoding: str = "utf-8-sig") -> Path:
    names = [name for name in headers(key) if any(name in row for row in rows)]
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow([headers(key)[name] for name in names])
        writer.writerows([[row.get(name, "") for name in names] for row in rows])
    return path


def checked(user: object, key: str, path: Path) -> Batch:
    batch = actions.receive(user, key, path.name, path)
    actions.check(batch.pk)
    batch.refresh_from_db()
    return batch


def merged(user: object, key: str, path: Path) -> Batch:
    batch = checked(user, key, path)
    assert batch.state == Batch.State.CHECKED, batch.message
    assert not batch.errors, [(p.row, p.column, p.value, p.message) for p in batch.problems.all()]
    actions.confirm(user, batch.pk)
    actions.merge(batch.pk)
    batch.refresh_from_db()
    return batch


def said(batch: Batch) -> list[tuple[int, str, str]]:
    return [(each.row, each.column, each.message) for each in batch.problems.order_by("row", "id")]
