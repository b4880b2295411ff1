"""Computes benchmarks (同类人员薪酬参照, 三(一)-3) of a month: the database does the arithmetic over pay.

Counted is full-time-equivalent monthly pay (total ÷ time share, above zero) of people employed on the month's last
day by employers in force that day. 在编 staff are paid by national rules (三(一)-1) and are nobody's peers here.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection, transaction

from payroll.suppression import Cell, complement
from posts.models import Employer
from talents.models import Employment
from xmsw.policy.parameters import values_on
from xmsw.policy.recheck import QUEUE_TABLE, RecheckRequest

LOCK = 3102  # advisory lock of this work; the second key is the month
CHUNK = 5_000
FEW_CITIES = 20  # beyond so many a full run is cheaper than a recheck of each employer

# A grouped-out dimension is NULL; district "" gathers employers that sit on the city itself.
CELLS = """
CREATE TEMPORARY TABLE benchmark_cells ON COMMIT DROP AS
WITH pay AS (
  SELECT left(e.region_id, 4) AS city,
         CASE WHEN length(e.region_id) < 6 THEN '' ELSE left(e.region_id, 6) END AS district,
         e.sector, r.rung, round(r.total / r.time_share, 2)::float8 AS amount
  FROM payroll_payrecord r
  JOIN talents_employment m ON m.id = r.employment_id
  JOIN posts_employer e ON e.id = m.employer_id
  WHERE r.period = %(period)s AND r.total > 0 AND m.form <> %(established)s
    AND m.start <= %(on)s AND (m."end" IS NULL OR m."end" >= %(on)s)
    AND e.state = ANY(%(counted)s) AND e.start <= %(on)s AND (e."end" IS NULL OR e."end" >= %(on)s)
    AND length(e.region_id) >= 4 AND (%(cities)s::text[] IS NULL OR left(e.region_id, 4) = ANY(%(cities)s::text[]))
)
SELECT row_number() OVER () AS id, city, coalesce(district, city) AS area_id, sector, rung, count(*)::int AS n,
       percentile_cont(ARRAY[0.1, 0.25, 0.5, 0.75, 0.9]) WITHIN GROUP (ORDER BY amount) AS p
FROM pay
GROUP BY GROUPING SETS (
  (city, district, sector, rung), (city, district, sector), (city, district, rung), (city, district),
  (city, sector, rung), (city, sector), (city, rung), (city)
)
"""
SIZES = "SELECT city, area_id, sector, rung, n, id FROM benchmark_cells ORDER BY city"
JUDGED = """
CREATE TEMPORARY TABLE benchmark_judged ON COMMIT DROP AS
SELECT area_id, sector, rung, CASE WHEN why = '' THEN n END AS n, q[1] AS p10, q[2] AS p25, q[3] AS p50, q[4] AS p75,
       q[5] AS p90, why AS suppression
FROM (SELECT *, CASE WHEN why = '' THEN p::numeric(14, 2)[] END AS q
      FROM (SELECT *, CASE WHEN n < %(minimum)s THEN 'small'
                           WHEN id = ANY(%(complement)s::bigint[]) THEN 'complement' ELSE '' END AS why
            FROM benchmark_cells WHERE area_id <> '') told) told
"""
FIGURES = ("n", "p10", "p25", "p50", "p75", "p90", "suppression")


def _columns(alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in FIGURES)


GROUP = "{0}.area_id, coalesce({0}.sector, '*'), coalesce({0}.rung, '*')"
SAME_GROUP = f"({GROUP.format('j')}) = ({GROUP.format('b')})"
STORED = "b.period = %(period)s AND (%(cities)s::text[] IS NULL OR left(b.area_id, 4) = ANY(%(cities)s::text[]))"
MERGE = (
    f"DELETE FROM payroll_benchmark b WHERE {STORED} "
    f"AND NOT EXISTS (SELECT 1 FROM benchmark_judged j WHERE {SAME_GROUP}) RETURNING b.area_id",
    f"UPDATE payroll_benchmark b SET {', '.join(f'{name} = j.{name}' for name in FIGURES)}, "
    f"computed_at = statement_timestamp() FROM benchmark_judged j WHERE {STORED} AND {SAME_GROUP} "
    f"AND ({_columns('b')}) IS DISTINCT FROM ({_columns('j')}) RETURNING b.area_id",
    f"INSERT INTO payroll_benchmark (period, area_id, sector, rung, {', '.join(FIGURES)}, computed_at) "
    f"SELECT %(period)s, j.*, statement_timestamp() FROM benchmark_judged j "
    f"WHERE NOT EXISTS (SELECT 1 FROM payroll_benchmark b WHERE {STORED} AND {SAME_GROUP}) RETURNING area_id",
)


def month_end(period: date) -> date:
    """The last day of the month of `period`."""
    return period.replace(day=monthrange(period.year, period.month)[1])


def recompute(period: date) -> int:
    """Compute every cell of the month anew and store what differs; returns how many cells it now has.

    Raises `ParameterMissing` when the smallest cell size has no value at the month's end.
    """
    return _recompute(period, None)


def recompute_changed(period: date, areas: Iterable[str]) -> int:
    """The same for the cities of some region codes only (any level below the province).

    A city is the smallest part that can be redone by itself: what one district may show depends on its sisters.
    """
    cities = sorted({area[:4] for area in areas if len(area) >= 4})
    return _recompute(period, cities) if cities else 0


def _recompute(period: date, cities: list[str] | None) -> int:
    period = period.replace(day=1)
    on = month_end(period)
    given: dict[str, Any] = {
        "period": period,
        "on": on,
        "cities": cities,
        "minimum": values_on(on)["benchmark_min_cell"],
        "established": Employment.Form.ESTABLISHED.value,
        "counted": [state.value for state in Employer.COUNTED],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, period.year * 100 + period.month])
        cursor.execute("DROP TABLE IF EXISTS benchmark_cells, benchmark_judged")
        cursor.execute(CELLS, given)
        cursor.execute(JUDGED, given | {"complement": list(_complement_ids(given["minimum"]))})
        count = cursor.rowcount
        cursor.execute("ANALYZE benchmark_judged")
        # Statistics of the target may date from an empty month; joined row by row the merge would take minutes.
        cursor.execute("SET LOCAL enable_nestloop = off")
        changed: set[str] = set()
        for statement in MERGE:
            cursor.execute(f"WITH w AS ({statement}) SELECT DISTINCT left(area_id, 4) FROM w", given)
            changed |= {city for (city,) in cursor.fetchall()}
        cursor.execute("SET LOCAL enable_nestloop = on")
        _ask_for_recheck(cursor, changed)
    return count


def _ask_for_recheck(cursor: Any, cities: set[str]) -> None:
    """Rule 31030 holds pay against these figures: employers of cities where some changed, or everybody's."""
    if not cities or RecheckRequest.objects.filter(employer_id=None).exists():
        return
    if len(cities) > FEW_CITIES:
        RecheckRequest.objects.create(employer_id=None)
    else:
        cursor.execute(
            f"INSERT INTO {QUEUE_TABLE} (employer_id) SELECT id FROM posts_employer WHERE left(region_id, 4) = ANY(%s)",
            [sorted(cities)],
        )


def _complement_ids(minimum: int) -> Iterator[int]:
    """Ids of the cells withheld to protect small ones, a city at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(SIZES)
        rows = (row for chunk in iter(lambda: cursor.fetchmany(CHUNK), []) for row in chunk)
        for city, listed in groupby(rows, key=itemgetter(0)):
            known = {Cell(area, sector, rung): (size, key) for _, area, sector, rung, size, key in listed}
            sizes = {cell: size for cell, (size, _) in known.items()}
            yield from (known[cell][1] for cell in complement(sizes, city, minimum))
