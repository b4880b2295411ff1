"""Means and medians of pay (四(三)-4), where they tell what nobody earns: the rule of the published benchmarks.

As payroll/underpaid.py tells pay: the newest record of the last months as a full-time month, 在编 left out. Kept back
is what has too few people or employers, or too few people once the largest employer takes its own out, and whatever
would give such a figure away by subtraction: city less districts, all sectors less the others (payroll/suppression.py).
What lies right under a city is shown nowhere, and is a part of it all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from payroll.peers import Cell
from payroll.suppression import Rule, Size, complement
from posts.models import Employer
from talents.models.workers import Employment
from xmsw.policy.engine import arguments_of, rows_of
from xmsw.policy.facts import in_force
from xmsw.regions.areas import CITY_DIGITS, DISTRICT_DIGITS

PARAMETERS = ("benchmark_min_cell", "benchmark_min_contributors", "recent_pay_months")
_RIGHT_UNDER = "-"  # behind a city's code: the part of it that lies in no district

# Always of whole cities: what a district may show depends on the others.
_GROUPS = f"""
WITH paid AS (
    SELECT m.worker_id, e.id AS employer_id, e.sector, r.full_time, left(e.region_id, {CITY_DIGITS}) AS city,
      CASE WHEN length(e.region_id) < {DISTRICT_DIGITS} THEN left(e.region_id, {CITY_DIGITS}) || '{_RIGHT_UNDER}'
           ELSE left(e.region_id, {DISTRICT_DIGITS}) END AS part
    FROM (
        SELECT DISTINCT ON (p.employment_id) p.employment_id, round(p.total / p.time_share, 2) AS full_time
        FROM payroll_payrecord p WHERE p.period <= %(on)s
          AND p.period > date_trunc('month', %(on)s::date)::date - make_interval(months => %(p_recent_pay_months)s)
        ORDER BY p.employment_id, p.period DESC
    ) r JOIN talents_employment m ON m.id = r.employment_id AND {in_force("m")}
      AND m.form <> '{Employment.Form.ESTABLISHED.value}'
    JOIN posts_employer e ON e.id = m.employer_id AND {in_force("e", *Employer.COUNTED)}
    WHERE e.region_id LIKE %(cities)s
), own AS (SELECT employer_id, count(DISTINCT worker_id) AS people FROM paid GROUP BY 1)
SELECT p.city, k.area, p.sector, count(DISTINCT p.worker_id) AS people, count(DISTINCT p.employer_id) AS employers,
  max(o.people) AS largest, min(p.employer_id) AS one, avg(p.full_time) AS pay_mean,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY p.full_time) AS pay_median
FROM paid p JOIN own o USING (employer_id) CROSS JOIN LATERAL (VALUES (p.city), (p.part)) AS k (area)
GROUP BY GROUPING SETS ((p.city, k.area), (p.city, k.area, p.sector))
"""


def pay(on: date, within: str, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Decimal]]]:
    """Area, sector («» for all) and columns: `paid` people, `pay_mean` and `pay_median` in yuan where they are told.

    One statement, over the cities that lie in the subtree or that it lies in.
    """
    arguments = arguments_of(on, {code: parameters[code] for code in PARAMETERS})
    groups: dict[str, dict[Cell, dict[str, Any]]] = {}
    for row in rows_of(_GROUPS, arguments | {"cities": f"{within[:CITY_DIGITS]}%"}):
        groups.setdefault(row["city"], {})[Cell(row["area"], row["sector"])] = row
    rule = Rule(parameters["benchmark_min_cell"], parameters["benchmark_min_contributors"])
    for city, found in groups.items():
        withheld = _withheld(city, found, rule)
        for cell, row in found.items():
            names = ("people",) if cell in withheld else ("people", "pay_mean", "pay_median")
            told = {"paid" if name == "people" else name: Decimal(str(row[name])) for name in names}
            yield cell.area, cell.sector or "", told


def _withheld(city: str, found: Mapping[Cell, Mapping[str, Any]], rule: Rule) -> set[Cell]:
    sizes = {cell: _size(row) for cell, row in found.items()}
    return {cell for cell, size in sizes.items() if rule.sensitive(size)} | complement(sizes, city, rule)


def _size(row: Mapping[str, Any]) -> Size:
    return Size(row["people"], row["employers"], row["largest"], row["one"] if row["employers"] == 1 else None)
