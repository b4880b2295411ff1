"""Proposed appointments, and allocation plans of areas with who arrived by them."""

from __future__ import annotations

from xmsw.synthetic.cases import hand_in
from xmsw.synthetic.plan import Plan

WAITING, RETURNED = 12, 3
# Region by the first digits of its code, years back, state, how many employers, whether the arrivals are known.
PLANS = (
    ("350203", 1, "approved", 6, True),
    ("350203", 0, "approved", 5, False),
    ("350206", 0, "submitted", 4, False),
    ("350203001", 0, "submitted", 2, False),
    ("350206", 1, "approved", 4, True),
)


def load(plan: Plan) -> None:
    """A few of each; nothing for a nation."""
    if plan.nation:
        return
    plan.run(_PROPOSALS, waiting=WAITING, all=WAITING + RETURNED)
    plan.made("办理中的聘用备案", hand_in(plan, "appointment", _PROPOSAL_CASES))
    for region, back, state, most, known in PLANS:
        year = plan.today.year - back
        plan.run(_PLAN, region=region, year=year, state=state)
        plan.run(_ARRIVED_LINES if known else _PLANNED_LINES, region=region, year=year, most=most)
    plan.run(_EMPTY_PLANS)
    plan.run(_ARRIVALS)
    plan.made("补充配置计划", hand_in(plan, "allocation", _PLAN_CASES, by_officers=True))


# Staff with a certificate but no post, and a vacant post of the own employer that it fits; nobody and no post twice.
_PROPOSALS = """
INSERT INTO talents_appointment (worker_id, post_id, start, full_time, source, prior_role, title, document, state,
    end_reason)
SELECT c.worker_id, c.post_id, c.day, TRUE, 'recruitment', '',
       (ARRAY['助理社会工作师', '社会工作师', '高级社会工作师'])[c.level], '',
       CASE WHEN c.place <= %(waiting)s THEN 'submitted' ELSE 'returned' END, ''
FROM (
    SELECT m.*, row_number() OVER (ORDER BY pg_temp.chance(m.key, 222), m.key) AS place,
           %(today)s::date - 1 - pg_temp.upto(m.key, 223, 15) AS day
    FROM (
        SELECT DISTINCT ON (s.employer_id) s.worker_id, s.key, s.level, v.id AS post_id
        FROM demo_staff s JOIN demo_seat v ON v.employer_id = s.employer_id AND v.grade <= s.level
        WHERE s.post_id IS NULL AND s.until IS NULL AND s.joined < %(today)s::date - 30
          AND s.issued_on < %(today)s::date - 30 AND v.state = 'approved' AND v.start < %(today)s::date - 30
          AND NOT EXISTS (SELECT FROM demo_staff o WHERE o.post_id = v.id)
          AND NOT EXISTS (SELECT FROM posts_postfreeze f WHERE f.post_id = v.id)
        ORDER BY s.employer_id, s.key, v.n) m) c
WHERE c.place <= %(all)s
"""
_PROPOSAL_CASES = """
SELECT a.id, s.key, s.region_id, a.state, a.start
FROM talents_appointment a JOIN demo_staff s ON s.worker_id = a.worker_id WHERE a.state IN ('submitted', 'returned')
"""
_PLAN = """
INSERT INTO posts_allocationplan (region_id, year, title, document, basis, state)
SELECT r.code, %(year)s, r.name || '社会工作人员补充配置计划（演示）', '演示配置〔' || %(year)s || '〕1 号',
       '各社区服务人口和现有持证人数（演示）', %(state)s
FROM regions_region r WHERE r.code = %(region)s
"""
# What was planned a year ago: whoever came, and one more here and there.
_ARRIVED_LINES = """
INSERT INTO posts_allocationline (plan_id, employer_id, headcount, need)
SELECT p.id, c.employer_id, c.came + (pg_temp.chance(c.employer_key, 224) < 0.3)::int, '服务人口较多（演示）'
FROM posts_allocationplan p
CROSS JOIN LATERAL (
    SELECT s.employer_id, min(d.key) AS employer_key, count(*) AS came
    FROM talents_appointment a JOIN demo_staff s ON s.worker_id = a.worker_id AND s.post_id = a.post_id
    JOIN demo_employer d ON d.id = s.employer_id
    WHERE a.source = 'supplement' AND a.allocating_region_id = p.region_id AND s.region_id LIKE p.region_id || '%%'
      AND EXTRACT(YEAR FROM a.start) = p.year
    GROUP BY s.employer_id ORDER BY min(d.key) LIMIT %(most)s) c
WHERE p.region_id = %(region)s AND p.year = %(year)s
"""
_PLANNED_LINES = """
INSERT INTO posts_allocationline (plan_id, employer_id, headcount, need)
SELECT p.id, d.id, 1 + (pg_temp.chance(d.key, 226) < 0.3)::int, '服务人口较多（演示）'
FROM posts_allocationplan p
CROSS JOIN LATERAL (
    SELECT * FROM demo_employer d WHERE d.kind IN ('C01', 'C02') AND d.region_id LIKE p.region_id || '%%'
    ORDER BY pg_temp.chance(d.key, 225), d.key LIMIT %(most)s) d
WHERE p.region_id = %(region)s AND p.year = %(year)s
"""
_EMPTY_PLANS = """
DELETE FROM posts_allocationplan p WHERE NOT EXISTS (SELECT FROM posts_allocationline WHERE plan_id = p.id)
"""
_ARRIVALS = """
UPDATE talents_appointment a SET allocation_id = l.id
FROM posts_allocationline l JOIN posts_allocationplan p ON p.id = l.plan_id, posts_post o
WHERE o.id = a.post_id AND o.employer_id = l.employer_id AND a.source = 'supplement'
  AND a.allocating_region_id = p.region_id AND EXTRACT(YEAR FROM a.start) = p.year AND a.state IN ('filed', 'ended')
"""
_PLAN_CASES = """
SELECT p.id, p.region_id::bigint + p.year, p.region_id, p.state,
       CASE WHEN p.year < EXTRACT(YEAR FROM %(today)s::date) THEN make_date(p.year, 1, 15)
            ELSE %(today)s::date - 3 - pg_temp.upto(p.region_id::bigint, 227, 8) END
FROM posts_allocationplan p
"""
