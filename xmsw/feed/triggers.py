"""Database triggers that put into the outbox every object that changed, by whichever path it changed."""

from __future__ import annotations

from collections.abc import Sequence

import pgtrigger

from xmsw.feed.models import TOUCHED_TABLE

PART = 10_000  # ids in one row of the outbox
SHOWN = ".shown"
OWN = "SELECT id FROM changed"
declared: set[str] = set()  # keys that triggers write, for the system check


def shown(resource: str) -> str:
    """The key under which a change is told that others show of it or are seen by: a name, a place, a line.

    `Source.follows` names it. Everything seen from an employer follows `shown("employers")` by itself.
    """
    return resource + SHOWN


def feed_triggers(
    resource: str,
    objects: str = OWN,
    *,
    columns: Sequence[str] = (),
    updates_only: bool = False,
    compared: bool = True,
) -> list[pgtrigger.Trigger]:
    """Statement triggers for a model whose changes touch objects of a resource.

    `objects` is a SELECT of their ids from the changed rows, which it names `changed`, e.g. ``SELECT id FROM changed``;
    NULL touches nothing. An update counts where a value of the row differs, of `columns` where they are named: those
    that `objects` reads, and those that matter. `compared` off: every updated row counts, for a table whose one writer
    updates in bulk, and only what changed.
    """
    declared.add(resource)
    name = "feed_" + resource.replace(".", "_").replace("-", "_")
    listed = ", ".join(columns) or "*"
    new, old = f"SELECT {listed} FROM new_rows", f"SELECT {listed} FROM old_rows"
    differing = f"{new} EXCEPT {old}" if compared else new
    if objects != OWN:  # another object may be named than before
        differing = f"({new} EXCEPT {old}) UNION ALL ({old} EXCEPT {new})"
    update = _trigger(
        f"{name}_update", pgtrigger.Update, {"old": "old_rows", "new": "new_rows"}, touch(resource, objects, differing)
    )
    if updates_only:
        return [update]
    return [
        _trigger(f"{name}_insert", pgtrigger.Insert, {"new": "new_rows"}, touch(resource, objects, new)),
        _trigger(f"{name}_delete", pgtrigger.Delete, {"old": "old_rows"}, touch(resource, objects, old)),
        update,
    ]


def touch(resource: str, objects: str, changed: str) -> str:
    """The statement that puts objects in the outbox: `objects` selects ids from `changed`, any SELECT.

    A row for each PART of them instead of one for each object: a statement that changes a hundred thousand rows pays
    for ten.
    """
    once = "" if objects == OWN else "DISTINCT "
    return (
        f"INSERT INTO {TOUCHED_TABLE} (resource, size, ids) WITH changed AS ({changed}) "
        f"SELECT '{resource}', count(*), array_agg(numbered.id) FROM ("
        f"SELECT found.id, (row_number() OVER () - 1) / {PART} AS part FROM ("
        f"SELECT {once}touched.id FROM ({objects}) AS touched (id) WHERE touched.id IS NOT NULL) AS found"
        ") AS numbered GROUP BY numbered.part"
    )


def _trigger(name: str, operation: pgtrigger.Operation, rows: dict[str, str], body: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**rows),
        func=f"{body}; RETURN NULL;",
    )
