"""Give what changed its numbers, in the order of commits; plain set statements, no row loops.

One sequencer at a time numbers what is committed, in one transaction: a reader who sees a seq sees every smaller one.
Killed in the middle it leaves the outbox as it was.

A reader of rows may be ahead of the numbers: it reads a row that is made, or moves into its area, and is gone again
before the sequencer looks, so that no seat ever tells of it. What may have come and gone like this is told to all, as
gone from the seat of what everybody may read. For this the sequencer works on one snapshot: what it takes from the
outbox and the seats that it stores are of the same moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from psycopg2.errors import LockNotAvailable

from xmsw.feed.models import TOUCHED_TABLE, Mark, Touched
from xmsw.feed.sources import Source, all_sources
from xmsw.feed.triggers import shown

# Before the snapshot is taken, which a function that locks would be too late for. Readers pass.
LOCK = f"LOCK TABLE {Mark._meta.db_table} IN SHARE ROW EXCLUSIVE MODE"
SEAT = "region_code, bureau, sector, employer_id"

_TAKEN = """
CREATE TEMPORARY TABLE feed_taken (resource text COLLATE "C", object_id bigint, xid bigint) ON COMMIT DROP
"""
_TAKE = f"""
WITH waiting AS (SELECT id, size, xmin::text::bigint AS xid FROM {TOUCHED_TABLE} ORDER BY id LIMIT %(limit)s),
chosen AS (SELECT id, xid FROM (SELECT id, xid, sum(size) OVER (ORDER BY id) - size AS before FROM waiting) w
           WHERE before < %(limit)s),
gone AS (DELETE FROM {TOUCHED_TABLE} t USING chosen c WHERE t.id = c.id RETURNING t.resource, t.ids, c.xid)
INSERT INTO feed_taken
SELECT DISTINCT gone.resource, each.id, gone.xid FROM gone CROSS JOIN LATERAL unnest(gone.ids) each (id)
"""
_FOLLOW_EMPLOYERS = """
INSERT INTO feed_taken SELECT c.resource, c.object_id, t.xid
FROM feed_taken t JOIN feed_change c ON c.employer_id = t.object_id
WHERE t.resource = %s AND c.employer_id > 0 AND c.live
"""
_NUMBER = """
CREATE TEMPORARY TABLE feed_numbered ON COMMIT DROP AS
SELECT t.resource, t.object_id, %(base)s + row_number() OVER () AS seq
FROM (SELECT DISTINCT resource, object_id FROM feed_taken WHERE resource = ANY(%(resources)s)) t
"""
_SEATS = """
CREATE TEMPORARY TABLE feed_seat (
    resource text COLLATE "C", object_id bigint, region_code text COLLATE "C", bureau text COLLATE "C",
    sector text COLLATE "C", employer_id bigint
) ON COMMIT DROP
"""
_STORE = f"""
INSERT INTO feed_change AS c (resource, object_id, {SEAT}, live, seq, changed_at)
SELECT n.resource, n.object_id, {SEAT}, TRUE, n.seq, statement_timestamp()
FROM feed_seat s JOIN feed_numbered n USING (resource, object_id)
ON CONFLICT (resource, object_id, {SEAT})
DO UPDATE SET live = TRUE, seq = excluded.seq, changed_at = excluded.changed_at
"""
# Seats that are still current have a new seq by now.
_LEAVE = """
UPDATE feed_change c SET live = FALSE, seq = n.seq, changed_at = statement_timestamp() FROM feed_numbered n
WHERE c.resource = n.resource AND c.object_id = n.object_id AND c.live AND c.seq <= %(base)s
"""
# What is new at an employer was not among those that follow it.
_FOLLOW_SEATED = """
INSERT INTO feed_taken SELECT s.resource, s.object_id, t.xid
FROM feed_seat s JOIN feed_taken t ON t.object_id = s.employer_id
WHERE t.resource = %s AND s.employer_id > 0
"""
# Two transactions since the last look, or nowhere to be seen: it may have been read where no seat tells that it was.
_PASS_BY = f"""
INSERT INTO feed_change AS c (resource, object_id, {SEAT}, live, seq, changed_at)
SELECT n.resource, n.object_id, '', '', '', 0, FALSE, n.seq, statement_timestamp() FROM feed_numbered n
WHERE NOT EXISTS (SELECT FROM feed_seat s WHERE s.resource = n.resource AND s.object_id = n.object_id)
OR (n.resource, n.object_id) IN (
    SELECT resource, object_id FROM feed_taken GROUP BY resource, object_id HAVING count(DISTINCT xid) > 1
)
ON CONFLICT (resource, object_id, {SEAT})
DO UPDATE SET seq = excluded.seq, changed_at = excluded.changed_at WHERE NOT c.live
"""


def sequence(limit: int = 50_000, *, wait: bool = True) -> int:
    """Number what waits, about `limit` objects, in one transaction; returns how many objects were taken.

    0: nothing waited, or, without `wait`, another sequencer is at it.
    """
    if not Touched.objects.exists():
        return 0
    with feed_locked(wait=wait) as cursor:
        if cursor is None:
            return 0
        cursor.execute(_TAKEN)
        cursor.execute(_TAKE, {"limit": limit})
        taken = cursor.rowcount
        if taken:
            _follow(cursor)
            _number(cursor)
        cursor.execute("DROP TABLE IF EXISTS feed_taken, feed_numbered, feed_seat")
        return taken


def sequence_all() -> None:
    """Until nothing waits."""
    while sequence():
        pass


@contextmanager
def feed_locked(*, wait: bool = True) -> Iterator[Any]:
    """A cursor in a transaction that alone writes to the feed, on one snapshot (unless a transaction is open already);
    without `wait` None where another one does."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield cursor if _locked(cursor, wait) else None


def _locked(cursor: Any, wait: bool) -> bool:
    try:
        with transaction.atomic():
            cursor.execute(LOCK if wait else f"{LOCK} NOWAIT")
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return False
        raise
    return True


def _follow(cursor: Any) -> None:
    """Take besides whatever shows, or is seen by, something that was taken. Told apart by key; no chains."""
    keys = _keys(cursor)
    if shown("employers") in keys:
        cursor.execute(_FOLLOW_EMPLOYERS, [shown("employers")])
    for source in all_sources():
        for key in keys & source.follows.keys():
            path = source.follows[key]
            rows = source.rows.filter(**{f"{path}__in": _taken(key)}).order_by().values_list("pk", path)
            into = (
                f"feed_taken SELECT '{source.resource}', r.id, t.xid FROM ({{}}) r (id, followed) "
                f"JOIN feed_taken t ON t.resource = '{key}' AND t.object_id = r.followed"
            )
            _insert(cursor, into, rows)


def _number(cursor: Any) -> None:
    """Give every object taken the next seq, at the seats from where it is seen now and at those it left."""
    base = Mark.objects.values_list("position", flat=True).get()
    cursor.execute(_NUMBER, {"base": base, "resources": [source.resource for source in all_sources()]})
    cursor.execute("ANALYZE feed_numbered")
    cursor.execute(_SEATS)
    keys = _keys(cursor)
    for source in all_sources():
        if source.resource in keys:
            _collect_seats(cursor, source)
    cursor.execute("ANALYZE feed_seat")
    cursor.execute(_STORE)
    cursor.execute(_LEAVE, {"base": base})
    cursor.execute(_FOLLOW_SEATED, [shown("employers")])
    cursor.execute(_PASS_BY)
    cursor.execute(f"UPDATE {Mark._meta.db_table} SET position = position + (SELECT count(*) FROM feed_numbered)")


def _keys(cursor: Any) -> set[str]:
    cursor.execute("ANALYZE feed_taken")
    cursor.execute("SELECT DISTINCT resource FROM feed_taken")
    return {key for (key,) in cursor.fetchall()}


def _taken(key: str) -> RawSQL:
    return RawSQL("SELECT object_id FROM feed_taken WHERE resource = %s", [key])


def _collect_seats(cursor: Any, source: Source) -> None:
    seats = source.seats_of(source.rows.filter(pk__in=_taken(source.resource)))
    _insert(
        cursor,
        f"feed_seat SELECT DISTINCT '{source.resource}', s.id, s.region, coalesce(s.bureau, ''), "
        "coalesce(s.sector, ''), coalesce(s.employer, 0) "
        "FROM ({}) s (id, region, bureau, sector, employer) WHERE s.region IS NOT NULL",
        seats,
    )


def _insert(cursor: Any, into: str, rows: QuerySet[Any]) -> None:
    statement, arguments = rows.query.sql_with_params()
    cursor.execute("INSERT INTO " + into.format(statement), arguments)
