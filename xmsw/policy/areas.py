"""Rules that bind a city or a district itself (市、区), judged anew at each reading, for today or any past day.

There are few of them and few areas, so nothing is stored: a reading is one statement and is never out of date.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from xmsw.policy import facts as fact_registry
from xmsw.policy.engine import Verdict, arguments_of, explain, judged_sql, params_on, rows_of
from xmsw.policy.facts import Subject
from xmsw.policy.rules import rules


def area_verdicts(on: date, within: str = "") -> list[Verdict]:
    """Every rule that binds an area in the subtree of a region code (all of them for ""), in the order of the codes.

    `subject_id` is the region's code. One statement a subject; raises ParameterMissing.
    """
    params = params_on(on)
    found = []
    for subject in fact_registry.subjects(area=True):
        for row in rows_of(_statement(subject), arguments_of(on, params) | {"within": f"{within}%"}):
            told = (explain(rule, row, params) for rule in rules(subject.name))
            found.extend(filter(None, told))
    return found


def area_counts(found: list[Verdict]) -> dict[int, Counter[str]]:
    """Outcomes by rule number."""
    counted: dict[int, Counter[str]] = {}
    for each in found:
        counted.setdefault(each.rule.number, Counter())[each.outcome.code] += 1
    return counted


def _statement(subject: Subject) -> str:
    base = f"SELECT * FROM ({subject.base_sql()}) a WHERE a.id LIKE %(within)s"
    return f"WITH {subject.base} AS MATERIALIZED ({base}) {judged_sql(subject)} ORDER BY f.id"
