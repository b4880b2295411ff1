"""What waits for officers and what was sent back: applications, needs, filings; frozen posts, incubated agencies."""

from __future__ import annotations

from xmsw.synthetic.cases import hand_in
from xmsw.synthetic.plan import Plan

# Cases of each kind: how many wait, how many were sent back.
WAITING, RETURNED = 12, 3


def load(plan: Plan) -> None:
    """A few of each; a nation has its submitted posts alone."""
    if not plan.nation:
        plan.run(_OWN_POSTS)
    plan.made("办理中的岗位申报", hand_in(plan, "post", _POST_CASES))
    if plan.nation:
        return
    some = {"waiting": WAITING, "all": WAITING + RETURNED}
    for table, statement in (("needassessment", _NEEDS), ("inclusion", _INCLUSIONS)):
        plan.run(statement, **some)
        flow = "need" if table == "needassessment" else table
        day = "assessed_on" if table == "needassessment" else "included_on"
        plan.made(f"办理中的{_LABELS[flow]}", hand_in(plan, flow, _FILING_CASES.format(table=table, day=day)))
    plan.run(_REGISTRATIONS, **some)
    usual = hand_in(plan, "registration", _REGISTRATION_CASES.format(which="<>"))
    leaving = hand_in(plan, "registration", _REGISTRATION_CASES.format(which="="), after="releasing")
    plan.made("办理中的单位登记", usual + leaving)
    plan.made("冻结的岗位", plan.run(_FREEZES))
    plan.made("孵化机构", plan.run(_INCUBATIONS))


_LABELS = {"need": "需求评估", "inclusion": "纳入备案"}
# The employers of the demo accounts asked for one more post, and got it back.
_OWN_POSTS = """
INSERT INTO posts_post (employer_id, code, name, grade, institution_grade, duties, activities, duty_text, coordinates,
    min_certificate, min_education, min_years, need_basis, principal, frontline, state, start)
SELECT DISTINCT ON (p.employer_id) p.employer_id, 'S' || 100 + d.posts, '社区社会工作岗位（增设）', 1, NULL, '{1,3}',
       '{1,12}', '走访困难家庭，链接社区资源', FALSE, 1, 30, 0, '新增服务人口', FALSE, TRUE, 'returned',
       %(today)s::date - 6
FROM posts_post p JOIN demo_employer d ON d.id = p.employer_id
JOIN posts_membership m ON m.employer_id = p.employer_id
"""
_POST_CASES = """
SELECT p.id, d.key * 1000 + p.id - min(p.id) OVER (PARTITION BY d.id), d.region_id, p.state, p.start
FROM posts_post p JOIN demo_employer d ON d.id = p.employer_id WHERE p.state IN ('submitted', 'returned')
"""
_NEEDS = """
INSERT INTO posts_needassessment (employer_id, assessed_on, headcount, assessor, basis, state)
SELECT c.id, %(today)s::date - 2 - pg_temp.upto(c.key, 202, 30), 1 + pg_temp.upto(c.key, 203, 3), '演示评估小组',
       '按服务对象人数和服务频次评估（演示）', CASE WHEN c.place <= %(waiting)s THEN 'submitted' ELSE 'returned' END
FROM (SELECT d.*, row_number() OVER (ORDER BY pg_temp.chance(d.key, 201), d.key) AS place FROM demo_employer d
      WHERE d.kind ~ '^[BD]' AND NOT EXISTS (SELECT FROM posts_needassessment n WHERE n.employer_id = d.id)) c
WHERE c.place <= %(all)s
"""
_INCLUSIONS = """
INSERT INTO posts_inclusion (employer_id, included_on, document, grade_from, grade_to, state)
SELECT c.id, %(today)s::date - 2 - pg_temp.upto(c.key, 205, 20), '演示纳入备案 ' || c.key || ' 号', 5, 13,
       CASE WHEN c.place <= %(waiting)s THEN 'submitted' ELSE 'returned' END
FROM (SELECT d.*, row_number() OVER (ORDER BY pg_temp.chance(d.key, 204), d.key) AS place FROM demo_employer d
      WHERE d.kind ~ '^B' AND d.posts > 0
        AND NOT EXISTS (SELECT FROM posts_inclusion i WHERE i.employer_id = d.id)) c
WHERE c.place <= %(all)s
"""
_FILING_CASES = """
SELECT f.id, d.key, d.region_id, f.state, f.{day} FROM posts_{table} f JOIN demo_employer d ON d.id = f.employer_id
WHERE f.state IN ('submitted', 'returned')
"""
# Three of four tell a new contact, the fourth moves to the next street of its district, the eighth to another district.
_REGISTRATIONS = """
INSERT INTO posts_employerregistration (matter, employer_id, applicant_id, name, kind, sector, region_id, leaving_id,
    competent_bureau, credit_code, parent_id, technical_posts, address, contact, contact_phone, effective_on, reason,
    state, created_at)
SELECT CASE WHEN c.moves THEN 'move' ELSE 'change' END, e.id, (SELECT id FROM demo_applicant), e.name, e.kind, e.sector,
       CASE WHEN c.moves THEN n.code ELSE e.region_id END, CASE WHEN c.leaves THEN e.region_id END,
       e.competent_bureau, COALESCE(e.credit_code, ''), e.parent_id,
       e.technical_posts, '演示地址（新）', '演示联系人', '', t.day,
       CASE WHEN c.moves THEN '服务场所搬迁（演示）' ELSE '更换联系人和地址（演示）' END,
       CASE WHEN c.place > %(waiting)s THEN 'returned' WHEN c.leaves THEN 'releasing' ELSE 'submitted' END, t.day
FROM (SELECT r.*, r.place %% 4 = 0 AS moves, r.place %% 8 = 0 AS leaves FROM (
          SELECT d.*, row_number() OVER (ORDER BY pg_temp.chance(d.key, 206), d.key) AS place FROM demo_employer d
          WHERE d.synthetic) r) c
JOIN posts_employer e ON e.id = c.id
CROSS JOIN LATERAL (SELECT %(today)s::date - 1 - pg_temp.upto(c.key, 207, 20) AS day) t
CROSS JOIN LATERAL (
    SELECT s.code FROM regions_region s WHERE s.code LIKE left(e.region_id, 4) || '%%' AND length(s.code) = 9
        AND (left(s.code, 6) = left(e.region_id, 6)) <> c.leaves
    ORDER BY s.code <= e.region_id, s.code LIMIT 1) n
WHERE c.place <= %(all)s AND e."end" IS NULL
"""
_REGISTRATION_CASES = """
SELECT r.id, d.key, d.region_id, r.state, r.effective_on
FROM posts_employerregistration r JOIN demo_employer d ON d.id = r.employer_id WHERE r.state {which} 'releasing'
"""
# Vacant posts only; every third one thawed again.
_FREEZES = """
INSERT INTO posts_postfreeze (post_id, start, "end", reason)
SELECT c.id, t.start, CASE WHEN c.place %% 3 = 0 THEN t.start + 20 END,
       (ARRAY['机构调整，暂缓聘用（演示）', '经费未落实（演示）'])[1 + c.place %% 2]
FROM (SELECT s.*, row_number() OVER (ORDER BY pg_temp.chance(s.n, 208), s.n) AS place FROM demo_seat s
      WHERE s.state = 'approved' AND s.start < %(today)s::date - 120
        AND NOT EXISTS (SELECT FROM demo_staff a WHERE a.post_id = s.id)) c
CROSS JOIN LATERAL (SELECT %(today)s::date - 25 - pg_temp.upto(c.n, 209, 60) AS start) t
WHERE c.place <= 9
"""
_INCUBATIONS = """
INSERT INTO posts_incubation (street_id, agency_id, support, start, "end", note)
SELECT s.code, c.id, (ARRAY['{place,fund}', '{place,project}', '{training}'])[1 + c.place %% 3]::text[], c.since,
       CASE WHEN c.place %% 3 = 0 THEN LEAST(c.since + 500, %(today)s::date) END, '街道社会组织服务中心（演示）'
FROM (SELECT d.*, row_number() OVER (ORDER BY pg_temp.chance(d.key, 210), d.key) AS place FROM demo_employer d
      WHERE d.kind = 'E01') c
JOIN regions_region s ON s.code = left(c.region_id, 9)
WHERE c.place <= 6
"""
