"""Fills the staging table from a file: read, clean, COPY; then gives it to SQL as the typed relation `incoming`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from xmsw.audit.sealed import seal
from xmsw.exchange.cleaning import Fault, RowCleaner
from xmsw.exchange.columns import Column
from xmsw.exchange.copying import copy_rows
from xmsw.exchange.kinds import ImportKind
from xmsw.exchange.models import Batch, Problem, StagedRow

CHUNK_ROWS = 20_000
CHUNK_BYTES = 16 << 20  # sealed text of a chunk: rows of a hostile file may be long
MAX_PROBLEMS = 10_000  # of each level that a batch keeps of reading, and again of looking up
STAGED = ("batch_id", "row", "raw", "values")
NOTED = ("batch_id", "row", "column", "value", "level", "message", "mend", "of_format")


def stage(batch: Batch, rows: Iterable[tuple[int, list[Any]]], today: date, progress: Callable[[int], None]) -> int:
    """Clean and COPY rows in chunks; each with its `progress` in one transaction. Returns the number of rows.

    Of each level MAX_PROBLEMS are kept, the first of the file.
    """
    cleaner = RowCleaner(batch.import_kind.columns, today)
    done = 0
    room = Counter({level.value: MAX_PROBLEMS for level in Problem.Level})
    rows = iter(rows)
    while True:
        staged, noted = _cleaned(batch.pk, rows, cleaner, room)
        if not staged:
            return done
        done += len(staged)
        with transaction.atomic():
            progress(done)
            copy_rows(StagedRow._meta.db_table, STAGED, staged)
            copy_rows(Problem._meta.db_table, NOTED, noted)


def _cleaned(
    batch_id: int, rows: Iterator[tuple[int, list[Any]]], cleaner: RowCleaner, room: Counter[str]
) -> tuple[list, list]:
    """One chunk: staged rows and problems, for which there is `room` by level."""
    staged: list[tuple] = []
    noted: list[tuple] = []
    size = 0
    for number, cells in rows:
        texts, values, faults = cleaner.read(cells)
        raw = seal(json.dumps(texts, ensure_ascii=False))
        staged.append((batch_id, number, raw, json.dumps(values, ensure_ascii=False)))
        for fault in faults:
            if room[fault[2].level] > 0:
                room[fault[2].level] -= 1
                noted.append(_note(batch_id, number, *fault))
        size += len(raw)
        if len(staged) == CHUNK_ROWS or size > CHUNK_BYTES:
            break
    return staged, noted


def unread_errors(batch: Batch) -> bool:
    """Whether cells may be wrong of which no problem is kept: such a file can only be mended outside."""
    kept = batch.problems.filter(of_format=True, level=Problem.Level.ERROR)[:MAX_PROBLEMS]
    return kept.count() == MAX_PROBLEMS


def crowded(batch: Batch) -> str:
    """The sentence of a batch with more problems than are kept, or nothing."""
    counted = batch.problems.values("level", "of_format").annotate(kept=Count("pk")).filter(kept__gte=MAX_PROBLEMS)
    if not counted.exists():
        return ""
    return f"问题太多，同一种只列出最前面的 {MAX_PROBLEMS:,} 处，行数也只按列出的计算。"


def _note(batch_id: int, row: int, column: Column, shown: str, fault: Fault) -> tuple:
    return batch_id, row, column.name, shown[:200], fault.level, fault.message[:300], fault.mend[:300], True


def restage_row(staged: StagedRow, cells: list[str], today: date) -> None:
    """Take new cells for one row and forget its old problems."""
    batch = staged.batch
    _, values, faults = RowCleaner(batch.import_kind.columns, today).read(cells)
    staged.raw, staged.values = json.dumps(cells, ensure_ascii=False), values
    staged.save(update_fields=["raw", "values"])
    batch.problems.filter(row=staged.row).delete()
    Problem.objects.bulk_create(
        Problem(**dict(zip(NOTED, _note(batch.pk, staged.row, *fault), strict=True))) for fault in faults
    )


def raw_rows(batch: Batch) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells as read or mended) in order."""
    for row, raw in batch.rows.order_by("row").values_list("row", "raw").iterator(chunk_size=2_000):
        yield row, json.loads(raw)


def create_incoming(batch: Batch, kind: ImportKind) -> None:
    """The temporary relation `incoming` of this transaction: typed columns, then working columns, all NULL."""
    typed = {name: sql for column in kind.columns for name, sql in column.sql_columns().items()}
    shape = ", ".join(f"{name} {sql}" for name, sql in typed.items())
    working = "".join(f", NULL::{sql} AS {name}" for name, sql in kind.working.items())
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS incoming")
        cursor.execute(
            f"CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT s.row, x.*{working} "
            f"FROM {StagedRow._meta.db_table} s, jsonb_to_record(s.values) AS x({shape}) WHERE s.batch_id = %(batch)s",
            {"batch": batch.pk},
        )
        cursor.execute("CREATE INDEX ON incoming (row)")
        cursor.execute("ANALYZE incoming")
