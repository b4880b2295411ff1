"""Looks staged rows up: who exists, what is visible to the uploader, what contradicts what. Sets, not loops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.db import connection

from xmsw.exchange.kinds import Check, Found, ImportKind, Target
from xmsw.exchange.models import Batch, Problem
from xmsw.exchange.refusals import Refused
from xmsw.exchange.staging import MAX_PROBLEMS, create_incoming

PROBLEMS = Problem._meta.db_table
ORPHANED = "上传人已离开当时的单位。请由现在的经办人重新上传这个文件。"


def look_up(batch: Batch) -> None:
    """Fill `incoming`, find existing objects, renew all problems of looking up, count. Call inside a transaction.

    Raises Refused when the uploader has left.
    """
    if batch.orphaned:
        raise Refused(ORPHANED)
    kind = batch.import_kind
    batch.problems.filter(of_format=False).delete()
    create_incoming(batch, kind)
    with connection.cursor() as cursor:
        kind.prepare(batch.uploader, cursor)
        for statement in kind.resolve:
            cursor.execute(statement, {})
        room = Counter({level.value: MAX_PROBLEMS for level in Problem.Level})
        for check in (*_duplicates(kind), *kind.checks):
            room[check.level] -= _note(cursor, batch, kind, check, room[check.level])
        if kind.extra is not None:
            _note_found(batch, islice(kind.extra(cursor), room[Problem.Level.ERROR]))
        _count(cursor, batch, kind)


def _duplicates(kind: ImportKind) -> list[Check]:
    key = ", ".join(kind.unique)
    known = " AND ".join(f"({part}) IS NOT NULL" for part in kind.unique)
    source = f"(SELECT i.*, min(i.row) OVER (PARTITION BY {key}) AS first_row FROM incoming i WHERE {known}) i"
    message = "与第 {} 行重复"
    return [
        Check(kind.columns[0].name, "i.row <> i.first_row", message, "删去一行", source=source, detail="i.first_row")
    ]


def _note(cursor: Any, batch: Batch, kind: ImportKind, check: Check, room: int) -> int:
    """Keep the problems that a check finds, at most `room` of them; returns how many."""
    shown = kind.column(check.column).shown_sql
    cursor.execute(
        f'INSERT INTO {PROBLEMS} (batch_id, row, "column", value, level, message, mend, of_format) '
        f"SELECT DISTINCT ON (i.row) %(batch)s, i.row, %(column)s, left(coalesce({shown}, ''), 200), %(level)s, "
        f"left(replace(%(message)s, '{{}}', coalesce(({check.detail})::text, '')), 300), %(mend)s, FALSE "
        f"FROM {check.source} WHERE ({check.where}) AND NOT EXISTS (SELECT FROM {PROBLEMS} p "
        f"WHERE p.batch_id = %(batch)s "
        f"AND p.row = i.row AND p.\"column\" = %(column)s AND p.of_format AND p.level = 'error') ORDER BY i.row "
        f"LIMIT %(room)s",
        {
            "batch": batch.pk,
            "column": check.column,
            "level": check.level,
            "message": check.message,
            "mend": check.mend,
            "room": room,
        },
    )
    return cursor.rowcount


def _note_found(batch: Batch, found: Iterable[Found]) -> None:
    Problem.objects.bulk_create(
        [
            Problem(batch=batch, row=each.row, column=each.column, level="error", message=each.message, mend=each.mend)
            for each in found
        ],
        batch_size=2_000,
    )


def differs(target: Target) -> str:
    """SQL: the file would change the object behind `t` (a NULL in the file changes nothing)."""
    return " OR ".join(
        f'(({expression}) IS NOT NULL AND t."{column}" IS DISTINCT FROM ({expression}))'
        for column, expression in target.columns.items()
    )


def _count(cursor: Any, batch: Batch, kind: ImportKind) -> None:
    """Right rows by what they would do: 2 brings something new, 1 changes something, 0 neither; and the wrong ones."""
    wrong = f"SELECT FROM {PROBLEMS} p WHERE p.batch_id = %(batch)s AND p.row = i.row AND p.level = 'error'"
    parts = [
        f"SELECT i.row, CASE WHEN i.{target.id} IS NULL THEN 2 WHEN ({target.updates}) AND ({differs(target)}) "
        f"THEN 1 ELSE 0 END AS deed FROM incoming i LEFT JOIN {target.table} t ON t.id = i.{target.id} "
        f"WHERE ({target.feeds}) AND NOT EXISTS ({wrong})"
        for target in kind.targets
    ]
    cursor.execute(
        f"SELECT count(*) FILTER (WHERE deed = 2), count(*) FILTER (WHERE deed = 1), count(*) FILTER (WHERE deed = 0) "
        f"FROM (SELECT row, max(deed) AS deed FROM ({' UNION ALL '.join(parts)}) d GROUP BY row) r",
        {"batch": batch.pk},
    )
    batch.new, batch.changed, batch.same = cursor.fetchone()
    cursor.execute(
        f"SELECT count(DISTINCT row) FILTER (WHERE level = 'error'), "
        f"count(DISTINCT row) FILTER (WHERE level = 'warning') FROM {PROBLEMS} WHERE batch_id = %(batch)s",
        {"batch": batch.pk},
    )
    batch.errors, batch.warnings = cursor.fetchone()
