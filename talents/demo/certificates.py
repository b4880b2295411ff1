"""Exam years, verification, terms that end and people near retirement: what certificates and forecasts need."""

from __future__ import annotations

from xmsw.synthetic.cases import hand_in as steps
from xmsw.synthetic.plan import Plan

WAITING = 9


def load(plan: Plan) -> None:
    """In bulk, before anything is handed in."""
    plan.run(_EXAMS)
    plan.run(_VERIFIED)
    plan.made("聘期将满的聘用", plan.run(_TERMS))


def hand_in(plan: Plan) -> None:
    """Certificates that wait for verification; nothing for a nation."""
    if plan.nation:
        return
    plan.run(_SUBMITTED, waiting=WAITING)
    plan.made("待核验的证书", steps(plan, "certificate", _CASES))


# The examination is in the year of the issue; one in five is not known, a few years cannot be.
_EXAMS = """
UPDATE talents_certificate c SET exam_year = EXTRACT(YEAR FROM c.issued_on)::int
    + CASE WHEN pg_temp.chance(c.id, 261) < 0.997 THEN 0 WHEN c.level = 3 THEN -6
           WHEN pg_temp.chance(c.id, 262) < 0.5 THEN 1 ELSE -16 END
WHERE pg_temp.chance(c.id, 260) < 0.8
"""
# Half were checked, most of them with a list of the examination office, a few are doubtful.
_VERIFIED = """
UPDATE talents_certificate c SET
    state = CASE WHEN pg_temp.chance(c.id, 263) < 0.5 THEN 'verified' ELSE 'doubtful' END,
    verified_on = CASE WHEN pg_temp.chance(c.id, 263) < 0.5
        THEN GREATEST(c.issued_on, %(today)s::date - 30 - pg_temp.upto(c.id, 264, 700)) END,
    evidence = CASE WHEN pg_temp.chance(c.id, 263) >= 0.5 THEN ''
        WHEN pg_temp.chance(c.id, 265) < 0.8 THEN '与考试管理部门名单核对一致（演示）' ELSE '看过证书原件（演示）' END
WHERE pg_temp.chance(c.id, 263) < 0.51 AND c.issued_on < %(today)s::date
"""
# One filed appointment in twelve ends within the next fifteen months.
_TERMS = """
UPDATE talents_appointment a SET "end" = %(today)s::date + 5 + pg_temp.upto(a.id, 266, 450)
FROM posts_post p WHERE p.id = a.post_id AND p."end" IS NULL AND a."end" IS NULL AND a.state = 'filed'
  AND pg_temp.chance(a.id, 267) < 0.08
"""
_SUBMITTED = """
UPDATE talents_certificate SET state = 'submitted' WHERE id IN (
    SELECT c.id FROM talents_certificate c JOIN demo_staff s ON s.worker_id = c.worker_id
    WHERE c.state = 'recorded' AND s.until IS NULL AND s.region_id LIKE '3502%%'
    ORDER BY pg_temp.chance(c.id, 268), c.id LIMIT %(waiting)s)
"""
_CASES = """
SELECT c.id, s.key, s.region_id, c.state, %(today)s::date - 1 - pg_temp.upto(s.key, 269, 12)
FROM talents_certificate c JOIN demo_staff s ON s.worker_id = c.worker_id AND s.until IS NULL
WHERE c.state = 'submitted'
"""
