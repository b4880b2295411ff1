"""Publishing benchmarks: a month's figures are stored once it has closed, and stay until somebody publishes anew.

Were they computed after each import, an employer could import invented pay, look, take it out and look again, and so
learn what suppression withholds. Nothing that an employer does changes what is published.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from payroll.benchmarking import COLUMNS, Month, judge
from payroll.models import Publication
from xmsw.policy.recheck import QUEUE_TABLE, RecheckRequest

if TYPE_CHECKING:
    from xmsw.accounts.models import User

LOCK = 3102  # advisory lock of this work; the second key is the month
FEW_CITIES = 20  # beyond so many a full run is cheaper than a recheck of each employer
CELL = f"area_id, {', '.join(COLUMNS)}, n, mean, p10, p25, p50, p75, p90, suppression"

STORED = "b.period = %(period)s AND (%(cities)s::text[] IS NULL OR left(b.area_id, 4) = ANY(%(cities)s::text[]))"
STORED += " AND left(b.area_id, 4) <> ALL(%(skip)s::text[])"
DIFFERING = f"""
WITH published AS MATERIALIZED (SELECT {CELL} FROM payroll_benchmark b WHERE {STORED})
SELECT DISTINCT left(area_id, 4) FROM (
  (SELECT {CELL} FROM benchmark_judged EXCEPT ALL TABLE published)
  UNION ALL (TABLE published EXCEPT ALL SELECT {CELL} FROM benchmark_judged)
) d
"""
ARCHIVE = f"""
INSERT INTO payroll_formerbenchmark (publication_id, period, {CELL})
SELECT p.id, b.period, b.{CELL.replace(", ", ", b.")} FROM payroll_benchmark b
JOIN (SELECT DISTINCT ON (city_id) city_id, id FROM payroll_publication
      WHERE period = %(period)s AND city_id = ANY(%(changed)s) ORDER BY city_id, version DESC) p
  ON p.city_id = left(b.area_id, 4)
WHERE b.period = %(period)s AND left(b.area_id, 4) = ANY(%(changed)s)
"""
REMOVE = "DELETE FROM payroll_benchmark WHERE period = %(period)s AND left(area_id, 4) = ANY(%(changed)s)"
STORE = f"""
INSERT INTO payroll_benchmark (period, {CELL}, computed_at)
SELECT %(period)s, {CELL}, statement_timestamp() FROM benchmark_judged WHERE left(area_id, 4) = ANY(%(changed)s)
"""
RECORD = """
INSERT INTO payroll_publication (period, city_id, version, reason, published_by_id)
SELECT %(period)s, c.city, 1 + coalesce((SELECT max(version) FROM payroll_publication p
                                         WHERE p.period = %(period)s AND p.city_id = c.city), 0), %(reason)s, %(by)s
FROM unnest(%(changed)s) AS c (city)
"""


class NotClosed(ValueError):
    """Pay of the month may still be handed in; the message is a Chinese sentence."""


@dataclass(frozen=True)
class Published:
    """How many cells the month has in the cities asked for, and the cities that got a new version."""

    cells: int
    cities: list[str]


def publish(
    period: date,
    today: date,
    *,
    reason: str,
    by: User | None = None,
    cities: list[str] | None = None,
    first_only: bool = False,
) -> Published:
    """Store the month's figures as a new version for each city where they differ from what is published.

    `cities`: four-digit codes, None for all. `first_only`: cities that have published the month are left alone.
    Raises `NotClosed` on the closing day and before, `ParameterMissing` where a parameter has no value.
    """
    month = Month.of(period)
    if today <= month.closes:
        raise NotClosed(f"{month.period:%Y-%m} 的薪酬报送到 {month.closes:%Y-%m-%d} 为止，之后才能发布。")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, month.period.year * 100 + month.period.month])
        done = Publication.objects.filter(period=month.period) if first_only else Publication.objects.none()
        skip = sorted(set(done.values_list("city_id", flat=True)))
        count = judge(cursor, month, cities, skip)
        given: dict[str, Any] = {"period": month.period, "cities": cities, "skip": skip}
        cursor.execute(DIFFERING, given)
        changed = sorted(city for (city,) in cursor.fetchall())
        if changed:
            given |= {"changed": changed, "reason": reason, "by": by.pk if by else None}
            for statement in (ARCHIVE, REMOVE, STORE, RECORD):
                cursor.execute(statement, given)
            _ask_for_recheck(cursor, changed)
    return Published(count, changed)


def _ask_for_recheck(cursor: Any, cities: list[str]) -> None:
    """Rule 31030 holds pay against these figures: employers of cities where some changed, or everybody's."""
    if RecheckRequest.objects.filter(employer_id=None).exists():
        return
    if len(cities) > FEW_CITIES:
        RecheckRequest.objects.create(employer_id=None)
    else:
        cursor.execute(
            f"INSERT INTO {QUEUE_TABLE} (employer_id) SELECT id FROM posts_employer WHERE left(region_id, 4) = ANY(%s)",
            [cities],
        )
