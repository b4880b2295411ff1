"""Computes benchmarks (同类人员薪酬参照, 三(一)-3) of a month: the database does the arithmetic over pay.

Counted is full-time-equivalent monthly pay (total ÷ time share, above zero) of people employed on the month's last
day, and for some full months then, by employers in force that day. 在编 staff are paid by national rules (三(一)-1) and
are nobody's peers here.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db import connection

from payroll.combining import Held, withheld_besides
from payroll.peers import NO_GRADE, NO_SEX, PATTERNS, RUNG_LEVELS, YEARS, Cell
from payroll.suppression import Rule, Size
from posts.models import Employer
from talents.models import Employment
from xmsw.policy.parameters import values_on

CHUNK = 5_000
COLUMNS = Cell._fields[1:]  # what a group is told by, besides the area
_LEVELS = " ".join(f"WHEN '{rung.value}' THEN {int(level)}" for rung, level in RUNG_LEVELS.items())
_BANDS = " ".join(f"WHEN t.years >= {band} THEN {band}" for band in sorted(YEARS[1:], reverse=True))

# Who counts; `employer` tells whose people they are. District "" gathers employers that sit on the city itself.
# The level is that of the rung one is paid by, so that levels are sums of their rungs; without a rung the certificate
# held. The grade is what the employer weighed (岗位, 三(一)-2), the years its 资历 or, unstated, those with it.
POPULATION = f"""
  SELECT left(e.region_id, 4) AS city,
         CASE WHEN length(e.region_id) < 6 THEN '' ELSE left(e.region_id, 6) END AS district,
         e.sector, e.kind, r.rung,
         CASE r.rung {_LEVELS} ELSE coalesce((
           SELECT max(c.level) FROM talents_certificate c
           WHERE c.worker_id = m.worker_id AND c.issued_on <= %(on)s), 0) END::smallint AS level,
         coalesce(r.factor_post, {NO_GRADE})::smallint AS grade,
         (CASE {_BANDS} ELSE {YEARS[0]} END)::smallint AS years,
         CASE WHEN w.sex IN ('1', '2') THEN w.sex ELSE '{NO_SEX}' END AS sex,
         e.id AS employer, m.id AS employment, round(r.total / r.time_share, 2) AS amount
  FROM payroll_payrecord r
  JOIN talents_employment m ON m.id = r.employment_id
  JOIN talents_socialworker w ON w.id = m.worker_id
  JOIN posts_employer e ON e.id = m.employer_id
  CROSS JOIN LATERAL (
    SELECT coalesce(r.factor_seniority, EXTRACT(YEAR FROM age(%(on)s::date + 1, m.start))) AS years) t
  WHERE r.period = %(period)s AND r.total > 0 AND m.form <> %(established)s
    AND m.start <= %(since)s AND (m."end" IS NULL OR m."end" >= %(on)s)
    AND e.state = ANY(%(counted)s) AND e.start <= %(on)s AND (e."end" IS NULL OR e."end" >= %(on)s)
    AND length(e.region_id) >= 4
"""
SHARES = "ARRAY[0.1, 0.25, 0.5, 0.75, 0.9]"
OF_EMPLOYER = ("sector", "kind")  # the rest differs among the people of one employer


def _sets(*groupings: tuple[str, ...]) -> str:
    return f"GROUPING SETS ({', '.join(f'({chr(44).join(each)})' for each in groupings)})"


def _with_area(pattern: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [("city", *pattern), ("city", "district", *pattern)]


PEOPLE_SETS = _sets(
    *dict.fromkeys(
        ("city", "district", "employer", *OF_EMPLOYER, *(each for each in pattern if each not in OF_EMPLOYER))
        for pattern in PATTERNS
    )
)
FIGURE_SETS = _sets(*(each for pattern in PATTERNS for each in _with_area(pattern)))
_OWN = tuple(each for each in COLUMNS if each not in OF_EMPLOYER)
HOLDER_SETS = _sets(*(each for kept in ((), ("sector",), ("sector", "kind")) for each in _with_area((*kept, *_OWN))))
_MARKS = {"level": -1, "grade": -1, "years": -1}  # what stands for «all» where rows are matched
_SAME = " AND ".join(
    f"coalesce(h.{name}, {_MARKS.get(name, chr(39) + '*' + chr(39))})"
    f" = coalesce(f.{name}, {_MARKS.get(name, chr(39) + '*' + chr(39))})"
    for name in ("district", *COLUMNS)
)
_COLUMNS = ", ".join(COLUMNS)
_OF_FIGURES = ", ".join(f"f.{name}" for name in COLUMNS)
# A grouped-out dimension is NULL. `held` has an employer's people once for each grouping by what differs among them.
PAY = f"""
CREATE TEMPORARY TABLE benchmark_pay ON COMMIT DROP AS
{POPULATION} AND (%(cities)s::text[] IS NULL OR left(e.region_id, 4) = ANY(%(cities)s::text[]))
  AND left(e.region_id, 4) <> ALL(%(skip)s::text[])
"""
CELLS = f"""
CREATE TEMPORARY TABLE benchmark_cells ON COMMIT DROP AS
WITH held AS (
  SELECT city, district, {_COLUMNS}, employer, count(*)::int AS people FROM benchmark_pay GROUP BY {PEOPLE_SETS}
), holders AS (
  SELECT city, district, {_COLUMNS}, count(*)::int AS employers, max(people) AS largest, min(employer) AS owner
  FROM held GROUP BY {HOLDER_SETS}
), figures AS (
  SELECT city, district, {_COLUMNS}, count(*)::int AS n, round(avg(amount), 2) AS mean,
         percentile_cont({SHARES}) WITHIN GROUP (ORDER BY amount) AS p
  FROM benchmark_pay GROUP BY {FIGURE_SETS}
)
SELECT row_number() OVER () AS id, f.city, coalesce(f.district, f.city) AS area_id, {_OF_FIGURES},
       f.n, f.mean, f.p, h.employers, h.largest, CASE WHEN h.employers = 1 THEN h.owner END AS owner
FROM figures f JOIN holders h ON h.city = f.city AND {_SAME}
"""
SIZES = f"SELECT city, area_id, {_COLUMNS}, n, employers, largest, owner, id FROM benchmark_cells ORDER BY city"
# Everybody by all dimensions at once and by employer: what the cells are sums of.
CROSSED = f"""
SELECT city, district, {_COLUMNS}, employer, count(*) FROM benchmark_pay
GROUP BY city, district, {_COLUMNS}, employer ORDER BY city
"""
JUDGED = f"""
CREATE TEMPORARY TABLE benchmark_judged ON COMMIT DROP AS
SELECT area_id, {_COLUMNS},
       CASE WHEN why = '' THEN n END AS n, CASE WHEN why = '' THEN mean::numeric(14, 2) END AS mean,
       q[1] AS p10, q[2] AS p25, q[3] AS p50, q[4] AS p75, q[5] AS p90, why AS suppression
FROM (SELECT *, CASE WHEN why = '' THEN p::numeric(14, 2)[] END AS q
      FROM (SELECT *, CASE WHEN n < %(minimum)s THEN 'small'
                           WHEN employers < %(contributors)s OR n - largest < %(minimum)s THEN 'dominant'
                           WHEN id = ANY(%(complement)s::bigint[]) THEN 'complement' ELSE '' END AS why
            FROM benchmark_cells WHERE area_id <> '') told) told
"""


@dataclass(frozen=True)
class Month:
    """A month with the parameters of its last day. Raises `ParameterMissing` where one has no value then.

    closes: the last day for handing in its pay; since: who started later counts not yet.
    """

    period: date
    on: date
    since: date
    closes: date
    rule: Rule

    @classmethod
    def of(cls, day: date) -> Month:
        """The month that holds `day`."""
        period, on = day.replace(day=1), month_end(day)
        values = values_on(on)
        tenure = values["benchmark_min_tenure_months"]
        return cls(
            period,
            on,
            months_back(period, tenure - 1) if tenure else on,
            on + timedelta(days=values["benchmark_reporting_days"]),
            Rule(values["benchmark_min_cell"], values["benchmark_min_contributors"]),
        )

    @property
    def given(self) -> dict[str, Any]:
        """What `POPULATION` asks for."""
        return {
            "period": self.period,
            "on": self.on,
            "since": self.since,
            "established": Employment.Form.ESTABLISHED.value,
            "counted": [state.value for state in Employer.COUNTED],
        }


def month_end(period: date) -> date:
    """The last day of the month of `period`."""
    return period.replace(day=monthrange(period.year, period.month)[1])


def months_back(period: date, months: int) -> date:
    """First day of the month so many months before that of `period`."""
    count = period.year * 12 + period.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def judge(cursor: Any, month: Month, cities: list[str] | None, skip: list[str]) -> int:
    """Leave the month's cells, suppressed where they must be, in the table benchmark_judged; returns how many.

    `cities`: four-digit codes, None for all; `skip`: cities to leave out. Within a transaction: the table is gone
    after it. A city is the smallest part that can be done by itself: what one district may show depends on its sisters.
    """
    given = month.given | {"cities": cities, "skip": skip}
    cursor.execute("SELECT set_config('work_mem', %s, true)", [settings.RECALCULATION_WORK_MEM])
    cursor.execute("DROP TABLE IF EXISTS benchmark_pay, benchmark_cells, benchmark_judged")
    cursor.execute(PAY, given)
    cursor.execute("ANALYZE benchmark_pay")
    cursor.execute(CELLS)
    withheld = list(_complement_ids(month.rule))
    bounds = {"minimum": month.rule.people, "contributors": month.rule.employers}
    cursor.execute(JUDGED, bounds | {"complement": withheld})
    count = cursor.rowcount
    cursor.execute("ANALYZE benchmark_judged")
    return count


def _complement_ids(rule: Rule) -> Iterator[int]:
    """Ids of the cells withheld to protect sensitive ones and what lies behind the shown ones, a city at a time."""
    for (city, sized), (_, crossed) in zip(_by_city(SIZES), _by_city(CROSSED), strict=True):
        known = {Cell(*row[1:9]): (Size(*row[9:13]), row[13]) for row in sized}
        people: dict[Cell, Held] = {}
        for row in crossed:
            people.setdefault(Cell(*row[1:9]), Counter())[row[9]] = row[10]
        sizes = {cell: size for cell, (size, _) in known.items()}
        yield from (known[cell][1] for cell in withheld_besides(sizes, people, city, rule))


def _by_city(statement: str) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """The rows of a statement that tells the city first and is ordered by it; one city's at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement)
        rows = (row for chunk in iter(lambda: cursor.fetchmany(CHUNK), []) for row in chunk)
        for city, listed in groupby(rows, key=itemgetter(0)):
            yield city, list(listed)
