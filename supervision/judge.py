"""One evaluation merged into what is stored: findings, today's facts, tallies. Plain set statements, no row loops.

Callers hold a transaction and the lock of the districts they touch (`lock_districts`), so that a full run and an
incremental one never merge the same employer at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from supervision.models.tallies import OUTCOME_COLUMNS
from xmsw.policy import facts as fact_registry
from xmsw.policy.engine import Evaluation
from xmsw.policy.facts import Subject
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import Rule, rules

LOCK_SPACE = 317
STORED_FACTS = (
    "active_posts",
    "ungraded_posts",
    "principal_posts",
    "coordinator_posts",
    "needed_headcount",
    "assessed_on",
    "inclusions",
    "ladders",
    "filled_posts",
    "full_time_certified",
    "full_time_qualified",
    "part_time_holders",
    "certified_holders",
    "holders_total",
)
CELL = ("street", "bureau", "sector", "kind", "rule")


@dataclass(frozen=True)
class Merged:
    """What a merge did: employers judged, findings opened and closed."""

    employers: int
    opened: int
    closed: int


def lock_districts(codes: Iterable[str]) -> None:
    """Wait for, then hold until the end of the transaction, the right to merge these six-digit districts."""
    with connection.cursor() as cursor:
        for code in sorted({int(code[:6].ljust(6, "0")) for code in codes}):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, code])


def merge_present(evaluation: Evaluation) -> Merged:
    """Evaluate whole streets today and merge findings, facts and tallies; unchanged rows are not touched."""
    with _evaluated(evaluation) as cursor:
        _collect_findings(cursor)
        closed = _close_findings(cursor, evaluation.on)
        opened = _open_findings(cursor, evaluation.on)
        _store_facts(cursor)
        _store_tallies(cursor, evaluation, day=None)
        return Merged(_count(cursor, "scope"), opened, closed)


def store_snapshot(evaluation: Evaluation) -> Merged:
    """Evaluate whole streets on a past day and keep the tallies of that day; findings stay as they are."""
    with _evaluated(evaluation) as cursor:
        _store_tallies(cursor, evaluation, day=evaluation.on)
        return Merged(_count(cursor, "scope"), 0, 0)


@contextmanager
def _evaluated(evaluation: Evaluation) -> Iterator[Any]:
    """Temporary fact relations, and `touched`: every employer of the set, counted on the day or not."""
    evaluation.create_temporary()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE touched ON COMMIT DROP AS "
            f"SELECT e.id FROM posts_employer e WHERE {evaluation.employers.condition}",
            evaluation.arguments,
        )
        yield cursor
        cursor.execute("DROP TABLE IF EXISTS touched, judged, counted")
    evaluation.drop_temporary()


def _count(cursor: Any, relation: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {relation}")
    return cursor.fetchone()[0]


def _judged_subjects() -> list[Subject]:
    return [subject for subject in fact_registry.subjects() if rules(subject.name)]


def _collect_findings(cursor: Any) -> None:
    """Temporary table `judged` (rule, subject_id, employer_id, outcome) of everything that is not met."""
    selects = " UNION ALL ".join(_unmet(subject) for subject in _judged_subjects())
    cursor.execute(f"CREATE TEMPORARY TABLE judged ON COMMIT DROP AS {selects}")
    cursor.execute("ANALYZE judged")


def _unmet(subject: Subject) -> str:
    listed = ", ".join(f"({rule.number}, f.{rule.column})" for rule in rules(subject.name))
    return (
        f"SELECT v.rule, f.id AS subject_id, f.employer_id, v.outcome FROM {subject.relation} f "
        f"CROSS JOIN LATERAL (VALUES {listed}) AS v (rule, outcome) WHERE v.outcome > {int(Outcome.MET)}"
    )


def _close_findings(cursor: Any, on: date) -> int:
    """Close findings of touched employers that hold no more, or hold with another outcome."""
    cursor.execute(
        """
        UPDATE supervision_finding AS old SET closed_on = greatest(%s, old.opened_on)
        FROM touched
        WHERE old.closed_on IS NULL AND old.employer_id = touched.id
          AND NOT EXISTS (
              SELECT FROM judged j
              WHERE j.rule = old.rule AND j.subject_id = old.subject_id AND j.outcome = old.outcome
                AND j.employer_id = old.employer_id)
        """,
        [on],
    )
    return cursor.rowcount


def _open_findings(cursor: Any, on: date) -> int:
    cursor.execute(
        """
        INSERT INTO supervision_finding (rule, subject_id, employer_id, outcome, opened_on)
        SELECT j.rule, j.subject_id, j.employer_id, j.outcome, %s FROM judged j
        WHERE NOT EXISTS (
            SELECT FROM supervision_finding old
            WHERE old.closed_on IS NULL AND old.rule = j.rule AND old.subject_id = j.subject_id)
        """,
        [on],
    )
    return cursor.rowcount


def _store_facts(cursor: Any) -> None:
    """Today's facts of every employer in scope; employers that stopped counting lose theirs."""
    stored = ", ".join(f"f.{name}" for name in STORED_FACTS)
    source = (
        f"SELECT f.id AS employer_id, s.region_id AS region_code, f.kind, {stored} "
        "FROM employer_facts f JOIN scope s ON s.id = f.id"
    )
    cursor.execute(
        "DELETE FROM supervision_employerfacts f USING touched t "
        "WHERE f.employer_id = t.id AND NOT EXISTS (SELECT FROM scope s WHERE s.id = t.id)"
    )
    _bring_up(cursor, "supervision_employerfacts", source, ("employer_id",), ("region_code", "kind", *STORED_FACTS))


def _bring_up(
    cursor: Any, table: str, source: str, key: tuple[str, ...], values: tuple[str, ...], narrowed: str = "TRUE"
) -> None:
    """Update the rows of `t` that differ from the source, insert the missing ones; the others are not even locked.

    `narrowed` is a condition over `t` that keeps both joins to the rows of this evaluation.
    """
    same = " AND ".join(f"t.{name} = n.{name}" for name in key)
    old, new = (", ".join(f"{row}.{name}" for name in values) for row in ("t", "n"))
    cursor.execute(
        f"UPDATE {table} t SET {', '.join(f'{name} = n.{name}' for name in values)} FROM ({source}) n "
        f"WHERE {same} AND ({narrowed}) AND ({old}) IS DISTINCT FROM ({new})"
    )
    cursor.execute(
        f"INSERT INTO {table} ({', '.join((*key, *values))}) SELECT n.* FROM ({source}) n "
        f"WHERE NOT EXISTS (SELECT FROM {table} t WHERE {same} AND ({narrowed}))"
    )


def _store_tallies(cursor: Any, evaluation: Evaluation, day: date | None) -> None:
    """Count outcomes by cell and bring the stored cells of these streets up to them."""
    selects = " UNION ALL ".join(_counted(subject) for subject in _judged_subjects())
    cursor.execute(f"CREATE TEMPORARY TABLE counted ON COMMIT DROP AS {selects}")
    cursor.execute("ANALYZE counted")
    streets = cursor.mogrify(evaluation.employers.streets, evaluation.employers.values).decode()
    here = f"({streets}) AND " + ("t.day IS NULL" if day is None else f"t.day = '{day:%Y-%m-%d}'")
    cursor.execute(
        f"DELETE FROM supervision_tally t WHERE {here} AND NOT EXISTS "
        f"(SELECT FROM counted c WHERE (c.{', c.'.join(CELL)}) = (t.{', t.'.join(CELL)}))"
    )
    if day is None:
        _bring_up(cursor, "supervision_tally", "SELECT * FROM counted", CELL, OUTCOME_COLUMNS, here)
    else:
        dated = f"SELECT DATE '{day:%Y-%m-%d}' AS day, c.* FROM counted c"
        _bring_up(cursor, "supervision_tally", dated, ("day", *CELL), OUTCOME_COLUMNS, here)


def _counted(subject: Subject) -> str:
    """One grouped scan of a subject's judged rows, turned into one row a cell and rule."""
    judged = rules(subject.name)
    counts = ", ".join(
        f"count(*) FILTER (WHERE {rule.column} = {int(outcome)}) AS {rule.column}_{outcome.code}"
        for rule in judged
        for outcome in sorted(rule.outcomes())
    )
    listed = ", ".join(f"({rule.number}, {', '.join(_count_columns(rule))})" for rule in judged)
    return (
        f"SELECT {', '.join('g.' + name for name in CELL[:-1])}, v.* FROM "
        f"(SELECT {', '.join(CELL[:-1])}, {counts} FROM {subject.relation} GROUP BY {', '.join(CELL[:-1])}) g "
        f"CROSS JOIN LATERAL (VALUES {listed}) AS v (rule, {', '.join(OUTCOME_COLUMNS)}) "
        f"WHERE {' + '.join('v.' + name for name in OUTCOME_COLUMNS)} > 0"
    )


def _count_columns(rule: Rule) -> list[str]:
    possible = {outcome.code for outcome in rule.outcomes()}
    return [f"g.{rule.column}_{name}" if name in possible else "0::bigint" for name in OUTCOME_COLUMNS]
