"""What demo data is made: how much, as of which day, and chance that is the same each time.

The generators are set statements. Chance in SQL is `pg_temp.chance(key, salt)`: a hash of a stable key, the salt of the
question and the seed, so the same seed on the same day gives the same data on every machine. Working tables are
temporary and handed on by name:

- ``demo_employer`` (posts): employers that take part, with a stable `key` and the number of their `posts`;
- ``demo_seat`` (posts): their posts; ``demo_ladder`` (posts): their rank ladders;
- ``demo_applicant`` and ``demo_officer`` (posts): who hands in, and who decides where (`prefix` of a region's code);
- ``demo_staff`` (talents): everybody employed, in a post or not, with the certificate `level` held at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

PASSWORD = "xmsw-demo-317"
# The lower half of the hash only: its upper half is less well mixed for keys close together.
_FUNCTIONS = """
CREATE OR REPLACE FUNCTION pg_temp.chance(key bigint, salt int) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (hashint8extended(key, salt + {seed}::bigint) & 4294967295)::float8 / 4294967296 $$;
CREATE OR REPLACE FUNCTION pg_temp.upto(key bigint, salt int, most bigint) RETURNS int LANGUAGE sql IMMUTABLE
PARALLEL SAFE AS
$$ SELECT floor((hashint8extended(key, salt + {seed}::bigint) & 4294967295)::float8 / 4294967296 * most)::int $$;
"""


@dataclass
class Plan:
    """How much to make. `employers` counts the real communities and centres that take part; `bulk` loads without
    history, with indexes and constraints rebuilt at the end."""

    nation: bool
    seed: int
    today: date
    employers: int
    workers: int
    pay_months: int
    bulk: bool
    say: Callable[[str], None]
    villages: str | None = None
    counts: dict[str, int] = field(default_factory=dict)

    def prepare(self) -> None:
        """Make the SQL functions of chance for this session."""
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '256MB'")
            cursor.execute("SET LOCAL maintenance_work_mem = '768MB'")
            cursor.execute(_FUNCTIONS.format(seed=int(self.seed) * 1000))

    def run(self, statement: str, **parameters: Any) -> int:
        """Execute one statement (`%(today)s` and named parameters); returns the number of rows."""
        with connection.cursor() as cursor:
            cursor.execute(statement, {"today": self.today, **parameters})
            return cursor.rowcount

    def one(self, statement: str, **parameters: Any) -> Any:
        """The single value of a query."""
        with connection.cursor() as cursor:
            cursor.execute(statement, {"today": self.today, **parameters})
            return cursor.fetchone()[0]

    def table(self, name: str, query: str, **parameters: Any) -> int:
        """Make a temporary working table from a query; returns its number of rows."""
        self.run(f"DROP TABLE IF EXISTS {name}")
        rows = self.run(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {query}", **parameters)
        self.run(f"ANALYZE {name}")
        return rows

    def made(self, what: str, rows: int) -> None:
        """Note and tell how many rows of a thing there are now."""
        self.counts[what] = self.counts.get(what, 0) + rows
        self.say(f"{what}：{rows:,}")

    def reserve(self, table: str, rows: int) -> int:
        """Take `rows` ids of a table's sequence; returns the id before the first of them."""
        sequence = f"pg_get_serial_sequence('{table}', 'id')"
        first = self.one(f"SELECT nextval({sequence})")
        self.run(f"SELECT setval({sequence}, {first + max(rows - 1, 0)})")
        return first - 1


@dataclass(frozen=True)
class DemoAccount:
    """An account over invented data; `sees` is told at the start."""

    username: str
    role: str
    sees: str

    def told(self) -> Mapping[str, str]:
        """What the start-up greeting and `demo --accounts` say."""
        return {"username": self.username, "password": PASSWORD, "role": self.role, "sees": self.sees}
