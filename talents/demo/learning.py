"""Continuing education and supervision: courses of three years, hours, some of them short, pairs and sessions."""

from __future__ import annotations

from xmsw.synthetic.cases import hand_in as steps
from xmsw.synthetic.plan import Plan

WAITING, RETURNED = 9, 3
MONTHS_BACK, MONTHS_AHEAD = 36, 4


def load(plan: Plan) -> None:
    """Hours for everybody with a running period; courses and who attended them not for a nation."""
    plan.table("demo_period", _PERIODS)
    plan.made("继续教育学时", plan.run(_HOURS, parts=2 if plan.bulk else 5))
    if not plan.nation:
        plan.made("继续教育课程", plan.run(_COURSES, back=MONTHS_BACK, ahead=MONTHS_AHEAD))
        plan.made("继续教育学时", plan.run(_ATTENDANCES))
    plan.made("督导关系", plan.run(_PAIRS))
    plan.made("督导记录", plan.run(_SESSIONS, most=3 if plan.bulk else 10))


def hand_in(plan: Plan) -> None:
    """Hours that wait for acceptance, and a few sent back; nothing for a nation."""
    if plan.nation:
        return
    plan.run(_PROPOSED, waiting=WAITING, all=WAITING + RETURNED)
    plan.made("待审核的学时", steps(plan, "learning", _CASES))


# The period of talents.learning, for those at work; `luck` says how diligent somebody is.
_PERIODS = """
SELECT DISTINCT ON (s.worker_id) s.worker_id, s.key, s.region_id, s.employer_id,
       COALESCE(g.start, c.issued_on) AS since,
       COALESCE(g."end", (c.issued_on + INTERVAL '3 years')::date - 1) AS until,
       CASE c.level WHEN 1 THEN 72 ELSE 90 END AS needed, pg_temp.chance(s.key, 240) AS luck
FROM demo_staff s JOIN talents_certificate c ON c.worker_id = s.worker_id
LEFT JOIN talents_registration g ON g.certificate_id = c.id AND g.start <= %(today)s::date
WHERE s.until IS NULL AND c.issued_on < %(today)s::date
ORDER BY s.worker_id, c.level DESC, c.id DESC, g.start DESC NULLS LAST
"""
# Three in four keep pace or are ahead, one in six is behind, the others did nothing yet.
_HOURS = """
INSERT INTO talents_attendance (worker_id, title, provider, delivery, hours, "on", state)
SELECT h.worker_id, (ARRAY['社会工作实务线上课程', '社会工作伦理专题', '社会工作政策法规学习', '个案工作工作坊',
                           '社区社会工作研讨会'])[1 + pg_temp.upto(h.key + k, 241, 5)],
       (ARRAY['中国社会工作联合会', '厦门市社会工作协会', '高校继续教育学院'])[1 + pg_temp.upto(h.key + k, 242, 3)],
       (ARRAY['online', 'training', 'conference', 'exchange'])[1 + pg_temp.upto(h.key + k, 243, 4)],
       GREATEST(round((h.hours / %(parts)s)::numeric * 2) / 2, 0.5),
       h.since + 3 + floor((h.gone - 6) * (k - 0.5) / %(parts)s)::int, 'accepted'
FROM (
    SELECT p.*, LEAST(%(today)s::date, p.until) - p.since AS gone,
           p.needed * (LEAST(%(today)s::date, p.until) - p.since)::float8 / (p.until - p.since)
           * CASE WHEN p.luck < 0.78 THEN 1.05 + pg_temp.chance(p.key, 244) / 3
                  ELSE 0.25 + pg_temp.chance(p.key, 244) / 2 END AS hours
    FROM demo_period p WHERE p.luck < 0.95 AND LEAST(%(today)s::date, p.until) - p.since > 30
) h CROSS JOIN generate_series(1, %(parts)s) AS k
"""
# Two courses a month: one of the city, one of the districts in turn.
_COURSES = """
INSERT INTO talents_course (title, provider, delivery, hours, start, "end", region_id, place, seats, note)
SELECT (ARRAY['社会工作督导能力提升', '老年社会工作实务', '青少年服务与家庭介入', '项目设计与评估',
              '危机干预与哀伤辅导', '社区治理与志愿服务'])[1 + (m + n + 72) %% 6]
              || '（演示 ' || to_char(t.day, 'YYYY-MM') || '）',
       CASE n WHEN 0 THEN '厦门市社会工作协会' ELSE d.name || '社会工作服务中心' END,
       (ARRAY['training', 'training', 'online', 'conference'])[1 + (m + 2 * n + 72) %% 4],
       (ARRAY[8, 12, 16, 6])[1 + (m + n + 72) %% 4], t.day, t.day + 1 + (m + n + 72) %% 3,
       CASE n WHEN 0 THEN '3502' ELSE d.code END, '培训室（演示）', 40 + 10 * n, '演示课程，不接受报名'
FROM generate_series(-%(back)s, %(ahead)s) AS m CROSS JOIN generate_series(0, 1) AS n
CROSS JOIN LATERAL (SELECT (%(today)s::date + make_interval(months => m))::date + 4 + 9 * n AS day) t
JOIN (SELECT r.code, r.name, row_number() OVER (ORDER BY r.code) - 1 AS place, count(*) OVER () AS places
      FROM regions_region r WHERE r.parent_id = '3502') d ON d.place = (m + 72) %% d.places
"""
# Courses of the own district or the city, inside the own period, for those who keep pace anyway.
_ATTENDANCES = """
INSERT INTO talents_attendance (worker_id, course_id, title, provider, delivery, hours, "on", state)
SELECT p.worker_id, c.id, c.title, c.provider, c.delivery, c.hours, c."end", 'accepted'
FROM talents_course c JOIN demo_period p ON p.region_id LIKE c.region_id || '%%'
WHERE c.title LIKE '%%（演示 %%' AND c."end" < %(today)s::date AND c.start >= p.since AND c."end" <= p.until
  AND p.luck < 0.5 AND pg_temp.chance(p.key * 1000 + c.id %% 1000, 245) < CASE c.region_id WHEN '3502' THEN 0.02
                                                                                         ELSE 0.12 END
"""
# One of each employer, with a higher certificate and best with the duty, supervises some colleagues.
_PAIRS = """
INSERT INTO talents_supervisionpair (supervisor_id, supervisee_id, employer_id, start, "end", document, end_reason)
SELECT v.worker_id, s.worker_id, s.employer_id, t.day, CASE WHEN t.over THEN t.day + 300 END,
       '演示督导协议〔' || EXTRACT(YEAR FROM t.day) || '〕' || 1 + pg_temp.upto(s.key, 250, 90) || ' 号',
       CASE WHEN t.over THEN '协议期满' ELSE '' END
FROM demo_staff s
JOIN (
    SELECT DISTINCT ON (o.employer_id) o.employer_id, o.worker_id, o.joined, o.level,
           (q.duties @> ARRAY[5]::smallint[]) IS TRUE AS carries
    FROM demo_staff o LEFT JOIN posts_post q ON q.id = o.post_id WHERE o.until IS NULL AND o.level >= 2
    ORDER BY o.employer_id, carries DESC, o.level DESC, o.key) v
  ON v.employer_id = s.employer_id AND v.worker_id <> s.worker_id AND v.level > s.level
CROSS JOIN LATERAL (
    SELECT LEAST(GREATEST(s.joined, v.joined, %(today)s::date - 200 - pg_temp.upto(s.key, 251, 500)),
                 %(today)s::date - 20) AS day,
           %(today)s::date - GREATEST(s.joined, v.joined) > 700 AND pg_temp.chance(s.key, 252) < 0.15
           AND LEAST(GREATEST(s.joined, v.joined, %(today)s::date - 200 - pg_temp.upto(s.key, 251, 500)),
                     %(today)s::date - 20) < %(today)s::date - 320 AS over) t
WHERE s.until IS NULL AND s.joined < %(today)s::date - 20 AND v.joined < %(today)s::date - 20
  AND pg_temp.chance(s.key, 253) < 0.35 AND pg_temp.chance(s.key, 253) < CASE WHEN v.carries THEN 0.35 ELSE 0.04 END
"""
_SESSIONS = """
INSERT INTO talents_supervisionsession (pair_id, "on", hours, form, topic, content)
SELECT p.id, t.day, 1 + pg_temp.upto(p.id * 64 + k, 255, 4) * 0.5,
       (ARRAY['individual', 'individual', 'group', 'onsite'])[1 + pg_temp.upto(p.id * 64 + k, 256, 4)],
       (ARRAY['接案与预估', '个案计划', '小组带领', '转介与结案', '伦理两难', '自我照顾'])
       [1 + pg_temp.upto(p.id * 64 + k, 257, 6)], '演示记录，不涉及任何服务对象。'
FROM talents_supervisionpair p CROSS JOIN generate_series(1, %(most)s) AS k
CROSS JOIN LATERAL (SELECT p.start + 10 + (k - 1) * 37 + pg_temp.upto(p.id * 64 + k, 258, 12) AS day) t
WHERE p.document LIKE '演示督导协议%%' AND t.day <= LEAST(COALESCE(p."end", %(today)s::date), %(today)s::date)
  AND pg_temp.chance(p.id, 259) < 0.85
"""
_PROPOSED = """
INSERT INTO talents_attendance (worker_id, title, provider, delivery, hours, "on", state)
SELECT c.worker_id, '全省社会工作实务研修班', '福建省社会工作协会', 'training', 16, c.day,
       CASE WHEN c.place <= %(waiting)s THEN 'submitted' ELSE 'returned' END
FROM (SELECT p.*, %(today)s::date - 6 - pg_temp.upto(p.key, 260, 20) AS day,
             row_number() OVER (ORDER BY pg_temp.chance(p.key, 261), p.key) AS place
      FROM demo_period p WHERE p.since < %(today)s::date - 60 AND p.until > %(today)s::date) c
WHERE c.place <= %(all)s
"""
_CASES = """
SELECT a.id, p.key, p.region_id, a.state, a."on" + 2
FROM talents_attendance a JOIN demo_period p ON p.worker_id = a.worker_id WHERE a.state IN ('submitted', 'returned')
"""
