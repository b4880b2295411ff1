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

from django.conf import settings
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
# The finding `h` is what the judged row `j` still says.
STILL = "j.rule = h.rule AND j.subject_id = h.subject_id AND j.outcome = h.outcome AND j.employer_id = h.employer_id"


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
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, TRUE)", [settings.RECALCULATION_WORK_MEM])
        evaluation.create_temporary()
        cursor.execute(
            "CREATE TEMPORARY TABLE touched ON COMMIT DROP AS "
            f"SELECT e.id FROM posts_employer e WHERE {evaluation.employers.condition}",
            evaluation.arguments,
        )
        yield cursor
        cursor.execute("DROP TABLE IF EXISTS touched, judged, held, stood, counted")
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


def _hold(cursor: Any, name: str, select: str, arguments: Any = None) -> None:
    """What is stored now, as a temporary table with statistics.

    The merges read it in place of the table they write: the planner cannot know how a table grows within the
    statement that fills it, and has picked plans that scan the new rows again for each row.
    """
    cursor.execute(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {select}", arguments)
    cursor.execute(f"ANALYZE {name}")


def _close_findings(cursor: Any, on: date) -> int:
    """Close findings of touched employers that hold no more, or hold with another outcome."""
    _hold(
        cursor,
        "held",
        "SELECT old.id, old.rule, old.subject_id, old.employer_id, old.outcome FROM supervision_finding old "
        "JOIN touched ON touched.id = old.employer_id WHERE old.closed_on IS NULL",
    )
    cursor.execute(
        f"""
        UPDATE supervision_finding AS old SET closed_on = greatest(%s, old.opened_on)
        FROM held h WHERE old.id = h.id AND NOT EXISTS (SELECT FROM judged j WHERE {STILL})
        """,
        [on],
    )
    return cursor.rowcount


def _open_findings(cursor: Any, on: date) -> int:
    """A subject that has just changed employers keeps its open finding until the old employer is judged as well."""
    cursor.execute(
        f"""
        INSERT INTO supervision_finding (rule, subject_id, employer_id, outcome, opened_on)
        SELECT j.rule, j.subject_id, j.employer_id, j.outcome, %s FROM judged j
        WHERE NOT EXISTS (SELECT FROM held h WHERE {STILL})
        ON CONFLICT DO NOTHING
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
    _bring_up(
        cursor,
        "supervision_employerfacts",
        source,
        ("employer_id",),
        ("region_code", "kind", *STORED_FACTS),
        "EXISTS (SELECT FROM touched WHERE touched.id = t.employer_id)",
    )


def _bring_up(
    cursor: Any, table: str, source: str, key: tuple[str, ...], values: tuple[str, ...], narrowed: str
) -> None:
    """Update the rows of `t` that differ from the source, insert the missing ones; the others are not even locked.

    `narrowed` is a condition over `t` that keeps to the rows of this evaluation.
    """
    same, mine = (" AND ".join(f"{row}.{name} = n.{name}" for name in key) for row in ("s", "t"))
    old, new = (", ".join(f"{row}.{name}" for name in values) for row in ("s", "n"))
    cursor.execute("DROP TABLE IF EXISTS stood")
    _hold(cursor, "stood", f"SELECT {', '.join((*key, *values))} FROM {table} t WHERE {narrowed}")
    cursor.execute(
        f"UPDATE {table} t SET {', '.join(f'{name} = n.{name}' for name in values)} FROM "
        f"(SELECT n.* FROM ({source}) n JOIN stood s ON {same} WHERE ({old}) IS DISTINCT FROM ({new})) n "
        f"WHERE {mine} AND ({narrowed})"
    )
    cursor.execute(
        f"INSERT INTO {table} ({', '.join((*key, *values))}) SELECT n.* FROM ({source}) n "
        f"WHERE NOT EXISTS (SELECT FROM stood s WHERE {same})"
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
