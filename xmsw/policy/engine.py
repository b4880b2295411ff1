"""The engine: composes the declared facts and rules into SQL, for a set of employers and a day.

The same relations are used in two forms. As temporary tables (with statistics) for runs over many employers; as one
`WITH` statement for reading: a page, an explanation, a list of a past day.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from xmsw.policy import facts as fact_registry
from xmsw.policy.expressions import Expr
from xmsw.policy.facts import Fact, Subject
from xmsw.policy.parameters import values_on
from xmsw.policy.rules import Rule, needed_params, rules

MONEY_UNIT = "元"  # facts of this unit, or of this by time («元/年»), are told as amounts of money


@dataclass(frozen=True)
class Employers:
    """Which employers: an SQL condition over the employer's row `e` and its parameters.

    `streets` is the same set as a condition over a nine-digit column `t.street`, where the set is made of whole
    streets; only such a set can be merged, since tallies count whole streets.
    """

    condition: str = "TRUE"
    streets: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def all(cls) -> Employers:
        return cls(streets="TRUE")

    @classmethod
    def of_ids(cls, ids: Iterable[int]) -> Employers:
        return cls("e.id = ANY(%(ids)s)", values={"ids": list(ids)})

    @classmethod
    def within(cls, code: str) -> Employers:
        """Employers in the subtree of a region code."""
        return cls.between(code, code + "~")

    @classmethod
    def between(cls, low: str, high: str) -> Employers:
        """Region codes from `low` up to, not including, `high`; both at the borders of streets."""
        span = '{0} >= %(low)s COLLATE "C" AND {0} < %(high)s COLLATE "C"'
        return cls(span.format("e.region_id"), span.format("t.street"), {"low": low, "high": high})

    @classmethod
    def of_streets(cls, streets: Iterable[str]) -> Employers:
        """Employers whose first nine digits are one of these."""
        return cls("left(e.region_id, 9) = ANY(%(streets)s)", "t.street = ANY(%(streets)s)", {"streets": list(streets)})


def params_on(on: date) -> dict[str, Any]:
    """Parameters of a day, `today` among them; raises ParameterMissing rather than halfway through a statement."""
    found = values_on(on)
    found["today"] = on
    for code in needed_params():
        found[code]
    return found


def arguments_of(on: date, params: Mapping[str, Any]) -> dict[str, Any]:
    """Named arguments of a statement over facts: the day, and each parameter as `p_code`."""
    return {"on": on} | {f"p_{code}": value for code, value in params.items()}


def rows_of(statement: str, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a SELECT gives, a dictionary a row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@dataclass
class Evaluation:
    """Facts and outcomes of some employers on a day."""

    on: date
    employers: Employers
    params: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.params = params_on(self.on)

    @property
    def arguments(self) -> dict[str, Any]:
        """Named arguments of every statement below."""
        return arguments_of(self.on, self.params) | self.employers.values

    def relations(self, upto: str | None = None) -> list[tuple[str, str]]:
        """(name, SELECT) in order of computation; `upto` stops after that subject's facts."""
        made = [("scope", fact_registry.scope_sql(self.employers.condition))]
        for subject in fact_registry.subjects():
            made.append((subject.base, subject.base_sql()))
            made.append((subject.relation, judged_sql(subject)))
            if subject.name == upto:
                break
        return made

    def with_clause(self, upto: str | None = None) -> str:
        """`WITH …` to put before a SELECT over the relations."""
        return "WITH " + ", ".join(f"{name} AS MATERIALIZED ({select})" for name, select in self.relations(upto))

    def create_temporary(self) -> None:
        """Fill the relations as temporary tables that go with the transaction.

        Fact relations are read from end to end, so only what they are joined from needs statistics.
        """
        read_once = {subject.relation for subject in fact_registry.subjects()}
        with connection.cursor() as cursor:
            for name, select in self.relations():
                cursor.execute(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {select}", self.arguments)
                if name not in read_once:
                    cursor.execute(f"ANALYZE {name}")

    def drop_temporary(self) -> None:
        """Forget the temporary tables, so that another evaluation can follow in the same transaction."""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {', '.join(name for name, _ in self.relations())}")

    def rows(self, subject: str, select: str = "*", tail: str = "") -> list[dict[str, Any]]:
        """Fact rows (with outcome columns) of one subject, read without writing anything."""
        relation = fact_registry.get(subject).relation
        return rows_of(f"{self.with_clause(subject)} SELECT {select} FROM {relation} f {tail}", self.arguments)


def judged_sql(subject: Subject) -> str:
    """Facts of a subject with one outcome column `r<number>` a rule."""
    judged = "".join(f", {rule.sql()} AS {rule.column}" for rule in rules(subject.name))
    return f"SELECT f.*{judged} FROM ({subject.facts_sql()}) f"


@dataclass(frozen=True)
class Verdict:
    """A rule's outcome for one subject with what decided it, ready to be shown."""

    rule: Rule
    subject_id: int | str
    outcome: Any
    message: str
    mend: str
    facts: dict[str, Any]
    params: dict[str, Any]
    measured: Any = None
    required: Any = None


def verdicts(
    evaluation: Evaluation, subjects: Iterable[str] | None = None, granted: Container[str] = ()
) -> list[Verdict]:
    """Every rule that applies, explained, for all subjects of the evaluated employers.

    `granted` are the capabilities of whoever reads it: confidential facts that they do not open are left out.
    """
    found: list[Verdict] = []
    for subject in fact_registry.subjects():
        if subjects is not None and subject.name not in subjects:
            continue
        for row in evaluation.rows(subject.name):
            told = (explain(rule, row, evaluation.params, granted) for rule in rules(subject.name))
            found.extend(filter(None, told))
    return found


def explain(
    rule: Rule, row: Mapping[str, Any], params: Mapping[str, Any], granted: Container[str] = ()
) -> Verdict | None:
    """One rule for one row of facts; None where it does not apply.

    The outcome rests on all facts; what is told of them leaves out the confidential ones that `granted` does not open.
    """
    outcome, case = rule.decide(row, params)
    if outcome is None:
        return None
    hidden = rule.hidden(granted)
    read = {name: row[name] for name in sorted(rule.facts() - hidden)}
    used = {code: params[code] for code in sorted(rule.params())}
    sentence = rule.sentence(case, hidden)
    shown = {**labelled(rule, read), **used}
    return Verdict(
        rule=rule,
        subject_id=row["id"],
        outcome=outcome,
        message=sentence.format_map(shown),
        mend=case.mend.format_map(shown) if case else "",
        facts=read,
        params=used,
        measured=_open_value(rule.measure, row, params, hidden),
        required=_open_value(rule.requires, row, params, hidden),
    )


def _open_value(told: Expr | None, row: Mapping[str, Any], params: Mapping[str, Any], hidden: set[str]) -> Any:
    return None if told is None or told.facts() & hidden else told.value(row, params)


def labelled(rule: Rule, row: Mapping[str, Any]) -> dict[str, Any]:
    """Fact values as people read them: choice labels instead of codes, money as «¥4,620.00»."""
    declared = fact_registry.get(rule.subject).all_facts()
    return {name: _label(declared.get(name), value) for name, value in row.items()}


def _label(declared: Fact | None, value: Any) -> Any:
    if declared is not None and declared.choices:
        return declared.choices.get(value, value)
    if value is None:
        return "未填"
    money = declared is not None and declared.unit.startswith(MONEY_UNIT) and isinstance(value, Decimal)
    return f"¥{value:,.2f}" if money else value
