"""Database triggers that keep the list of waiting cases, by whichever path a case comes into or out of a state."""

from __future__ import annotations

from collections.abc import Sequence

import pgtrigger

from xmsw.workflow.models import WAITING_TABLE

COLUMNS = ("subject_id", "title", "employer_id", "employer_name", "region_code", "bureau", "sector")
_kept: dict[str, tuple[str, Sequence[str]]] = {}  # by flow: select and states, as its model declares them


def waiting_triggers(flow: str, select: str, states: Sequence[str]) -> list[pgtrigger.Trigger]:
    """Statement triggers for a model with a `state`.

    `select` gives COLUMNS for the rows of the relation `changed` (joined with whatever tells place and line).
    """
    _kept[flow] = select, states
    listed = ", ".join(f"'{state}'" for state in states)
    leave = (
        f"DELETE FROM {WAITING_TABLE} w USING old_rows o WHERE w.flow = '{flow}' AND w.subject_id = o.id "
        f"AND NOT EXISTS (SELECT FROM {{left}} n WHERE n.id = o.id AND n.state IN ({listed}));"
    )
    enter = entering(flow, "new_rows")
    nothing = "(SELECT NULL::bigint AS id, NULL::text AS state WHERE FALSE)"
    return [
        _trigger("wait_on_insert", pgtrigger.Insert, {"new": "new_rows"}, enter),
        _trigger("wait_on_delete", pgtrigger.Delete, {"old": "old_rows"}, leave.format(left=nothing)),
        _trigger(
            "wait_on_update",
            pgtrigger.Update,
            {"old": "old_rows", "new": "new_rows"},
            leave.format(left="new_rows") + enter,
        ),
    ]


def entering(flow: str, relation: str) -> str:
    """The statement that puts every waiting row of a relation on the list: a trigger's new rows, or a whole table after
    a load with silent triggers."""
    select, states = _kept[flow]
    listed = ", ".join(f"'{state}'" for state in states)
    renewed = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])
    return (
        f"INSERT INTO {WAITING_TABLE} (flow, {', '.join(COLUMNS)}) "
        f"WITH changed AS (SELECT * FROM {relation} WHERE state IN ({listed})) "
        f"SELECT '{flow}', found.* FROM ({select}) AS found ({', '.join(COLUMNS)}) "
        f"ON CONFLICT (flow, subject_id) DO UPDATE SET {renewed};"
    )


def place_triggers(select: str) -> list[pgtrigger.Trigger]:
    """For the employer's model: what waits where the employer lies follows it to another place or line.

    What waits elsewhere (at whoever organises or issued it) stays there. `select` gives employer_id, employer_name,
    region_code, bureau, sector from `changed`.
    """
    columns = ", ".join(COLUMNS[2:])
    place = COLUMNS[4:]
    old, new = (f"(WITH changed AS (SELECT * FROM {rows}) {select})" for rows in ("old_rows", "new_rows"))
    there = " AND ".join(f"w.{name} = o.{name}" for name in place)
    body = (
        f"UPDATE {WAITING_TABLE} w SET {', '.join(f'{name} = n.{name}' for name in place)} "
        f"FROM {old} AS o ({columns}) JOIN {new} AS n ({columns}) ON n.employer_id = o.employer_id "
        f"WHERE w.employer_id = n.employer_id AND {there}; "
        f"UPDATE {WAITING_TABLE} w SET employer_name = n.employer_name FROM {new} AS n ({columns}) "
        "WHERE w.employer_id = n.employer_id AND w.employer_name <> n.employer_name;"
    )
    return [_trigger("waiting_follows", pgtrigger.Update, {"old": "old_rows", "new": "new_rows"}, body)]


def _trigger(name: str, operation: pgtrigger.Operation, referencing: dict[str, str], body: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**referencing),
        func=f"{body} RETURN NULL;",
    )
