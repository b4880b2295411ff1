"""Where the figures come from: one statement a source, grouped by city and by district (and by sector where it can be).

Each statement gives `code` (of a city or a district), `sector` (NULL for all together) and columns that
`declared.FIGURES` names. `%(on)s` is the day, `%(within)s` the subtree, `%(p_code)s` parameters. A city's figures
contain those of its districts.
"""

from __future__ import annotations

from awards.models import HIGHER
from posts.models import Employer, Post
from supervision.overdue import OVERDUE, THEN
from talents.models.appointments import IN_FORCE_STATES
from xmsw.policy.facts import city_and_district, in_force

_EMPLOYER = f"posts_employer e ON e.id = {{}} AND {in_force('e', *Employer.COUNTED)}"
_YEAR = "extract(year FROM %(on)s::date)::int"
_FIRST_DAY = "date_trunc('year', %(on)s::date)::date"


def _within(code: str) -> str:
    return f"{code} LIKE %(within)s"


_BOTH = "GROUP BY GROUPING SETS ((k.code), (k.code, e.sector))"


def _this_year(day: str) -> str:
    return f"{day} BETWEEN {_FIRST_DAY} AND %(on)s"


POSTS = f"""
SELECT k.code, e.sector, count(*) AS posts, count(h.post_id) AS filled
FROM posts_post p JOIN {_EMPLOYER.format("p.employer_id")} {city_and_district("e.region_id")}
LEFT JOIN (SELECT DISTINCT a.post_id FROM talents_appointment a WHERE {in_force("a", *IN_FORCE_STATES)}) h
  ON h.post_id = p.id
WHERE {in_force("p", *Post.COUNTED)} AND {_within("e.region_id")}
  AND NOT EXISTS (SELECT FROM posts_postfreeze z WHERE z.post_id = p.id AND {in_force("z")})
{_BOTH}
"""

PEOPLE = f"""
SELECT k.code, e.sector, count(DISTINCT m.worker_id) AS workers,
  count(DISTINCT m.worker_id) FILTER (WHERE c.level IS NOT NULL) AS certified,
  count(DISTINCT m.worker_id) FILTER (WHERE c.level = 1) AS assistants,
  count(DISTINCT m.worker_id) FILTER (WHERE c.level = 2) AS social_workers,
  count(DISTINCT m.worker_id) FILTER (WHERE c.level = 3) AS seniors
FROM talents_employment m JOIN {_EMPLOYER.format("m.employer_id")} {city_and_district("e.region_id")}
LEFT JOIN (SELECT worker_id, max(level) AS level FROM talents_certificate WHERE issued_on <= %(on)s GROUP BY 1) c
  ON c.worker_id = m.worker_id
WHERE {in_force("m")} AND {_within("e.region_id")}
{_BOTH}
"""

HONOURS = f"""
SELECT k.code, NULL AS sector,
  count(*) FILTER (WHERE h.level IN ({", ".join(f"'{each.value}'" for each in HIGHER)})) AS honours_higher,
  count(*) FILTER (WHERE h.level = 'city') AS honours_city,
  count(*) FILTER (WHERE h.level = 'district') AS honours_district,
  count(*) FILTER (WHERE h.level = 'employer') AS honours_employer
FROM awards_honour h JOIN posts_employer e ON e.id = h.employer_id {city_and_district("e.region_id")}
WHERE {_this_year("h.awarded_on")} AND (h.revoked_on IS NULL OR h.revoked_on > %(on)s) AND {_within("e.region_id")}
GROUP BY k.code
"""

POOLS = f"""
SELECT k.code, NULL AS sector, count(DISTINCT coalesce(m.worker_id, -m.id)) AS pool_members
FROM awards_poolmember m {city_and_district("m.region_id")}
WHERE {in_force("m", "member", "left")} AND {_within("m.region_id")} GROUP BY k.code
"""

HIGH_LEVEL = f"""
SELECT k.code, NULL AS sector, count(DISTINCT t.worker_id) AS high_level
FROM talents_highleveltag t JOIN talents_employment m ON m.worker_id = t.worker_id AND {in_force("m")}
JOIN {_EMPLOYER.format("m.employer_id")} {city_and_district("e.region_id")}
WHERE {in_force("t")} AND {_within("e.region_id")} GROUP BY k.code
"""

BUDGETS = f"""
SELECT k.code, NULL AS sector, sum(i.amount) AS budget_total, sum(i.amount + i.carried) AS budget_usable,
  coalesce(sum(l.spent), 0) AS budget_spent
FROM supervision_budgetitem i {city_and_district("i.region_id")}
LEFT JOIN (SELECT item_id, sum(amount) AS spent FROM supervision_budgetline
           WHERE kind = 'spending' AND "on" <= %(on)s GROUP BY 1) l ON l.item_id = i.id
WHERE i.year = {_YEAR} AND i.approved_on <= %(on)s AND {_within("i.region_id")} GROUP BY k.code
"""

SOCIAL_MONEY = f"""
SELECT k.code, NULL AS sector, sum(f.amount) AS social_money
FROM supervision_socialfunding f {city_and_district("f.region_id")}
WHERE {_this_year('f."on"')} AND {_within("f.region_id")} GROUP BY k.code
"""

PROJECTS = f"""
SELECT k.code, NULL AS sector, count(*) AS projects, sum(j.amount) AS projects_amount
FROM payroll_purchaseproject j {city_and_district("j.region_id")}
WHERE {in_force("j")} AND {_within("j.region_id")} GROUP BY k.code
"""

DUTIES = f"""
SELECT k.code, NULL AS sector, sum(d.plans) AS plans_in_force, sum(d.contacts) AS bureaus_with_contact,
  sum(d.meetings) AS meetings, sum(d.late) AS overdue_tasks
FROM (
    SELECT region_id, count(*) AS plans, 0 AS contacts, 0 AS meetings, 0 AS late
    FROM supervision_developmentplan d WHERE {in_force("d")} GROUP BY 1
    UNION ALL SELECT region_id, 0, count(DISTINCT bureau), 0, 0
    FROM supervision_contact c WHERE {in_force("c")} GROUP BY 1
    UNION ALL SELECT region_id, 0, 0, count(*), 0
    FROM supervision_jointmeeting m WHERE {_this_year('m."on"')} GROUP BY 1
    UNION ALL SELECT region_id, 0, 0, 0, count(*) FROM supervision_meetingtask t
    WHERE t.given_on <= %(on)s AND t.deadline < %(on)s AND (t.done_on IS NULL OR t.done_on > %(on)s) GROUP BY 1
) d {city_and_district("d.region_id")} WHERE {_within("d.region_id")} GROUP BY k.code
"""

_STANDING_ORDER = "(o.cancelled_on IS NULL OR o.cancelled_on > %(on)s)"
_OPEN = f"{_STANDING_ORDER} AND (o.closed_on IS NULL OR o.closed_on > %(on)s)"
ORDERS = f"""
SELECT k.code, NULL AS sector,
  count(*) FILTER (WHERE {_this_year("o.issued_on")} AND {_STANDING_ORDER}) AS orders,
  count(*) FILTER (WHERE {_this_year("o.closed_on")}) AS orders_closed,
  count(*) FILTER (WHERE {_OPEN}) AS open_orders,
  count(*) FILTER (WHERE {_OPEN} AND {OVERDUE}) AS overdue_orders
FROM supervision_rectificationorder o {THEN} {city_and_district("o.region_id")}
WHERE o.issued_on <= %(on)s AND {_within("o.region_id")} GROUP BY k.code
"""

INSPECTIONS = f"""
SELECT k.code, NULL AS sector, count(*) AS inspected
FROM supervision_inspection i {city_and_district("i.region_id")}
WHERE {_this_year("i.closed_on")} AND {_within("i.region_id")} GROUP BY k.code
"""

# Sources whose columns are told for an area even where no row counts: nothing of it is «0», not «unknown».
COUNTED = (POSTS, PEOPLE, HONOURS, HIGH_LEVEL, BUDGETS, SOCIAL_MONEY, PROJECTS, DUTIES, ORDERS, INSPECTIONS)
# Not told where nothing is known.
TOLD_WHERE_KNOWN = (POOLS,)
