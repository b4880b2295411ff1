"""Loading at scale: indexes, constraints and triggers of tables step aside and come back as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

# Foreign keys, uniqueness and exclusions; primary keys and checks stay (others point at them, they cost little).
_CONSTRAINTS = """
SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid)
FROM pg_constraint c
WHERE c.conrelid = ANY (%(tables)s::regclass[]) AND c.contype IN ('f', 'u', 'x')
  AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = c.conindid AND f.oid <> c.oid)
ORDER BY c.contype = 'f', c.conname
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index i
WHERE i.indrelid = ANY (%(tables)s::regclass[])
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
ORDER BY 1
"""
_TRIGGERS = """
SELECT t.tgrelid::regclass::text, quote_ident(t.tgname) FROM pg_trigger t
WHERE t.tgrelid = ANY (%(tables)s::regclass[]) AND NOT t.tgisinternal AND t.tgenabled = 'O' ORDER BY 1, 2
"""


@contextmanager
def stepping_aside(tables: Sequence[str], say: Callable[[str], None]) -> Iterator[None]:
    """Drop foreign keys, unique and exclusion constraints and indexes, and silence triggers, for the body.

    Call it in a transaction: whatever goes wrong, the rollback brings all of it back.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        found = []
        for query in (_CONSTRAINTS, _INDEXES, _TRIGGERS):
            cursor.execute(query, {"tables": list(tables)})
            found.append(cursor.fetchall())
        constraints, indexes, triggers = found
        for table, name, _ in reversed(constraints):
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        for table, name in triggers:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    yield
    with connection.cursor() as cursor:
        say(f"重建 {len(indexes)} 个索引、{len(constraints)} 个约束")
        for table in tables:
            cursor.execute(f"ANALYZE {table}")
        for _, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in constraints:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        for table, name in triggers:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")
