"""Facts: named, dated aggregates about a subject, declared beside the models they come from.

A *subject* is what a rule speaks of: an employer, a post, an appointment, an employment. Its base rows come from one
FROM clause; further facts are *passes*: one grouped scan of one source for all subjects at once. No loop, no
correlated subquery a row. Everything is narrowed by the relation `scope` (the employers under evaluation), so that
the same declaration serves the nation, a street or one page.

SQL fragments may use: `scope s` (one row an employer: id, kind, sector, bureau, region_id and what `declare_scope`
adds), the fact relation of a subject of lower rank (`appointment_facts`), `%(on)s` (the day) and `%(p_code)s` (a
parameter).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

# Columns every fact relation carries besides its own facts.
COMMON = ("id", "employer_id", "kind", "sector", "bureau", "street")


@dataclass(frozen=True)
class Fact:
    """One named fact: label in Chinese, SQL expression, unit («个», «人», «天», «元», "" for codes and flags).

    A confidential fact names the capability that opens it: without it a person meets neither its value nor a sentence
    that tells it.
    """

    label: str
    sql: str
    unit: str = ""
    empty: str | None = None
    choices: dict | None = None
    confidential: str = ""


def count(label: str, condition: str = "", unit: str = "个") -> Fact:
    """How many rows of the pass meet a condition; 0 where the pass has none."""
    return Fact(label, f"count(*) FILTER (WHERE {condition})" if condition else "count(*)", unit, empty="0")


def _several(columns: str | tuple[str, ...]) -> tuple[str, ...]:
    return (columns,) if isinstance(columns, str) else columns


@dataclass(frozen=True)
class Pass:
    """One scan for all rows of a subject at once, keyed so that it joins back to them.

    `source` usually starts from the subject's base relation (``appointment_base b JOIN …``), so that it stays inside
    the scope. With `grouped=False` the source itself gives one row a key (``DISTINCT ON``). `outer` is what the key
    (or each of several keys) equals in the subject's base row `b`, or in a pass declared before.
    """

    name: str
    source: str
    key: str | tuple[str, ...]
    facts: dict[str, Fact]
    outer: str | tuple[str, ...] = "b.id"
    where: str = "TRUE"
    grouped: bool = True

    def sql(self) -> str:
        keys = _several(self.key)
        columns = [f"{key} AS key{place}" for place, key in enumerate(keys)]
        columns += [f"{fact.sql} AS {name}" for name, fact in self.facts.items()]
        group = f" GROUP BY {', '.join(keys)}" if self.grouped else ""
        return f"SELECT {', '.join(columns)} FROM {self.source} WHERE {self.where}{group}"

    def join(self) -> str:
        """LEFT JOIN that brings the pass back to the subject's base row."""
        equal = (f"{self.name}.key{place} = {outer}" for place, outer in enumerate(_several(self.outer)))
        return f"LEFT JOIN ({self.sql()}) AS {self.name} ON {' AND '.join(equal)}"

    def column(self, name: str) -> str:
        empty = self.facts[name].empty
        return f"{self.name}.{name}" if empty is None else f"COALESCE({self.name}.{name}, {empty})"


@dataclass
class Subject:
    """What rules speak of. `rank` orders computation: a pass may read the fact relations of lower ranks.

    `source` names its rows joined to `scope s`; `id` is its key there; `facts` are columns of that row alone.
    `area`: its rows are cities and districts, bound themselves; they stand outside the scope of employers.
    """

    name: str
    label: str
    rank: int
    source: str
    id: str
    facts: dict[str, Fact]
    where: str = "TRUE"
    passes: list[Pass] = field(default_factory=list)
    area: bool = False

    @property
    def base(self) -> str:
        return f"{self.name}_base"

    @property
    def relation(self) -> str:
        return f"{self.name}_facts"

    def all_facts(self) -> dict[str, Fact]:
        """Own facts, then those of the passes, by name."""
        return {**self.facts, **{name: fact for each in self.passes for name, fact in each.facts.items()}}

    def base_sql(self) -> str:
        """The subject's rows within `scope`, with what their own row tells."""
        own = "".join(f", {fact.sql} AS {name}" for name, fact in self.facts.items())
        common = f"{self.id} AS id"
        if not self.area:
            common += ", s.id AS employer_id, s.kind, s.sector, s.bureau, left(s.region_id, 9) AS street"
        return f"SELECT {common}{own} FROM {self.source} WHERE {self.where}"

    def facts_sql(self) -> str:
        """Base rows joined with every pass."""
        passed = "".join(f", {each.column(name)} AS {name}" for each in self.passes for name in each.facts)
        joins = " ".join(each.join() for each in self.passes)
        return f"SELECT b.*{passed} FROM {self.base} b {joins}"


_subjects: dict[str, Subject] = {}
_scope: list[str] = []


def declare_scope(select: str) -> None:
    """The SELECT of employers that count on `%(on)s`; the engine appends ` AND <filter>` over its alias `e`."""
    _scope[:] = [select]


def scope_sql(condition: str) -> str:
    """Employers under evaluation: the declared SELECT narrowed by a condition over `e`."""
    return f"{_scope[0]} AND ({condition})"


def subject(declared: Subject) -> Subject:
    """Register a subject; a second one of the same name is a programming error."""
    if declared.name in _subjects:
        raise ValueError(f"subject {declared.name} is declared twice")
    _subjects[declared.name] = declared
    return declared


def extend(name: str, *passes: Pass) -> None:
    """Add passes to a subject of this or a lower app."""
    target = _subjects[name]
    known = target.all_facts()
    for each in passes:
        twice = known.keys() & each.facts.keys()
        if twice:
            raise ValueError(f"facts of {name} declared twice: {sorted(twice)}")
        target.passes.append(each)


def subjects(*, area: bool = False) -> Iterator[Subject]:
    """Subjects of employers in the order of computation; with `area`, those of cities and districts."""
    found = (each for each in _subjects.values() if each.area == area)
    return iter(sorted(found, key=lambda each: each.rank))


def get(name: str) -> Subject:
    return _subjects[name]


def city_and_district(code: str) -> str:
    """A lateral join to the city and the district that a code lies in, as `k (code)`: one row where both are the same,
    so that what lies directly under a city counts for it once."""
    return f"CROSS JOIN LATERAL (SELECT left({code}, 4) AS code UNION SELECT left({code}, 6)) k"


def in_force(alias: str, *states: str) -> str:
    """SQL condition: the dated row behind `alias` holds on the day, in one of the states (any when none named)."""
    dates = f'{alias}.start <= %(on)s AND ({alias}."end" IS NULL OR {alias}."end" >= %(on)s)'
    if not states:
        return dates
    listed = ", ".join(f"'{state}'" for state in states)
    return f"{dates} AND {alias}.state IN ({listed})"
