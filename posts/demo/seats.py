"""Posts and what employers decide about them: need assessments, inclusion filings, rank ladders."""

from __future__ import annotations

from xmsw.synthetic.plan import Plan

RUNGS = (
    # order, name, grade, certificate and years that a promotion to it asks
    (1, "初级二级", 1, 1, 0),
    (2, "初级一级", 1, 1, 3),
    (3, "中级三级", 2, 2, 3),
    (4, "中级二级", 2, 2, 3),
    (5, "中级一级", 2, 2, 4),
    (6, "高级", 3, 3, 5),
)


def load(plan: Plan) -> None:
    """Fill the tables of this module from `demo_employer`; leaves `demo_seat` and `demo_ladder`."""
    seats = plan.one("SELECT COALESCE(sum(posts), 0) FROM demo_employer")
    plan.table("demo_seat", _SEATS, base=plan.reserve("posts_post", int(seats)))
    plan.made("岗位", plan.run(_POSTS))
    plan.made("需求评估", plan.run(_NEEDS))
    plan.made("纳入专业技术岗位管理", plan.run(_INCLUSIONS))
    ladders = plan.one("SELECT count(*) FROM demo_employer WHERE posts > 0 AND pg_temp.chance(key, 35) < 0.6")
    ladder_base = plan.reserve("posts_rankladder", ladders)
    rung_base = plan.reserve("posts_rung", ladders * len(RUNGS))
    plan.table("demo_ladder", _LADDERS, base=ladder_base, rung_base=rung_base, rungs=len(RUNGS))
    plan.made("职级体系", plan.run(_LADDER_ROWS))
    order, name, grade, certificate, years = map(list, zip(*RUNGS, strict=True))
    plan.run(_RUNG_ROWS, orders=order, names=name, grades=grade, certificates=certificate, years=years)


# 3 % have no grade; senior posts begin after the first senior examination; a few are abolished, or asked for lately.
_SEATS = """
WITH numbered AS (
    SELECT row_number() OVER (ORDER BY d.key, s.ordinal) AS n, d.id AS employer_id, d.kind, d.sector, d.region_id,
           s.ordinal, d.since, d.posts
    FROM demo_employer d CROSS JOIN LATERAL generate_series(1, d.posts) AS s (ordinal)
), dated AS (
    SELECT n.*, CASE WHEN pg_temp.chance(n.n, 23) < 0.02 THEN %(today)s::date - 1 - pg_temp.upto(n.n, 25, 25)
                     WHEN n.ordinal = 1 THEN n.since
                     ELSE n.since + pg_temp.upto(n.n, 21, %(today)s::date - n.since - 40) END AS start FROM numbered n
), graded AS (
    SELECT d.*, CASE WHEN pg_temp.chance(n, 22) < 0.03 THEN NULL WHEN pg_temp.chance(n, 22) < 0.66 THEN 1
                     WHEN pg_temp.chance(n, 22) < 0.93 OR d.start < DATE '2020-02-01' THEN 2 ELSE 3 END AS grade,
           CASE WHEN pg_temp.chance(n, 23) < 0.004 THEN 'returned' WHEN pg_temp.chance(n, 23) < 0.02 THEN 'submitted'
                WHEN pg_temp.chance(n, 23) < 0.05 AND d.start < %(today)s::date - 700 THEN 'abolished'
                ELSE 'approved' END AS state
    FROM dated d
)
SELECT g.*, %(base)s + g.n AS id,
       CASE WHEN g.state = 'abolished' THEN g.start + 400 + pg_temp.upto(n, 24, 290) END AS "end"
FROM graded g
"""
_POSTS = """
INSERT INTO posts_post (id, employer_id, code, name, grade, institution_grade, duties, activities, duty_text,
    coordinates, min_certificate, min_education, min_years, need_basis, principal, frontline, service_field,
    state, start, "end")
SELECT s.id, s.employer_id, 'S' || lpad(s.ordinal::text, 3, '0'),
       CASE left(s.kind, 1) WHEN 'A' THEN '机构社会工作岗位' WHEN 'B' THEN '专门社会工作岗位'
            WHEN 'C' THEN '社区社会工作岗位' ELSE '社会工作岗位' END || s.ordinal,
       s.grade,
       CASE WHEN s.sector <> 'institution' THEN NULL WHEN s.grade = 1 THEN 11 + pg_temp.upto(s.n, 101, 3)
            WHEN s.grade = 2 THEN 8 + pg_temp.upto(s.n, 101, 3) WHEN s.grade = 3 THEN 5 + pg_temp.upto(s.n, 101, 3) END,
       k.duties, k.activities, CASE WHEN pg_temp.chance(s.n, 103) < 0.04 THEN '' ELSE k.words END,
       s.kind ~ '^A' AND s.ordinal = 1 AND pg_temp.chance(s.n, 104) < 0.75,
       CASE WHEN pg_temp.chance(s.n, 105) < 0.03 THEN NULL ELSE COALESCE(s.grade, 1) END,
       CASE WHEN pg_temp.chance(s.n, 106) < 0.02 THEN NULL ELSE 30 END,
       CASE COALESCE(s.grade, 1) WHEN 1 THEN 0 WHEN 2 THEN 3 ELSE 8 END,
       CASE WHEN pg_temp.chance(s.n, 107) < 0.1 THEN ''
            ELSE '服务人口约 ' || 800 + pg_temp.upto(s.n, 108, 90) * 100 || ' 人' END,
       s.kind ~ '^A' AND pg_temp.chance(s.n, 109) < 0.4, COALESCE(s.grade, 1) < 3,
       CASE WHEN s.kind ~ '^[CE]' AND pg_temp.chance(s.n, 311) < 0.12
            THEN (ARRAY['elderly', 'children', 'youth', 'disabled', 'family', 'drugs'])[1 + pg_temp.upto(s.n, 312, 6)]
            ELSE '' END,
       s.state, s.start, s."end"
FROM demo_seat s
JOIN (VALUES (0, '{1}'::smallint[], '{1,2,4}'::smallint[], '为服务对象提供帮困扶弱、情绪疏导和精神关爱'),
             (1, '{1,3}', '{9,10,12}', '调适关系、化解矛盾，链接社区资源'),
             (2, '{3,6}', '{}', '发展社区服务，招募和培训志愿者'),
             (3, '{1,2}', '{3,6,13}', '个案与小组服务，支持家庭和同伴群体'),
             (4, '{4,5}', '{}', '评估需求、管理项目，督导一线社会工作者'),
             (5, '{1,5,6}', '{5,7,8}', '行为矫治、权益维护和危机干预，带教志愿者')
     ) AS k (pick, duties, activities, words) ON k.pick = pg_temp.upto(s.n, 102, 6)
"""
# About half of the as-needed kinds were assessed; what they need follows what they have, not always.
_NEEDS = """
INSERT INTO posts_needassessment (employer_id, assessed_on, headcount, assessor, basis)
SELECT d.id, d.since - LEAST(30 + pg_temp.upto(d.key, 31, 200), d.since - DATE '2017-01-01'),
       CASE WHEN d.posts = 0 THEN GREATEST(pg_temp.upto(d.key, 32, 6) - 3, 0)
            ELSE GREATEST(d.posts - pg_temp.upto(d.key, 32, 2) + pg_temp.upto(d.key, 33, 5) / 4, 1) END,
       '演示评估小组', '按服务对象人数和服务频次评估（演示）'
FROM demo_employer d WHERE d.kind ~ '^[BD]' AND pg_temp.chance(d.key, 30) < 0.5
"""
_INCLUSIONS = """
INSERT INTO posts_inclusion (employer_id, included_on, document, grade_from, grade_to)
SELECT d.id, d.since, '演示纳入备案 ' || d.key || ' 号', 5, 13
FROM demo_employer d WHERE d.kind ~ '^B' AND d.posts > 0 AND pg_temp.chance(d.key, 34) < 0.6
"""
_LADDERS = """
SELECT %(base)s + row_number() OVER (ORDER BY d.key) AS id, d.id AS employer_id,
       %(rung_base)s + (row_number() OVER (ORDER BY d.key) - 1) * %(rungs)s AS rung_base,
       LEAST(d.since + pg_temp.upto(d.key, 36, 500), %(today)s::date) AS start
FROM demo_employer d WHERE d.posts > 0 AND pg_temp.chance(d.key, 35) < 0.6
"""
_LADDER_ROWS = """
INSERT INTO posts_rankladder (id, employer_id, version, document, start)
SELECT l.id, l.employer_id, 1, '社会工作职级管理办法（演示）', l.start FROM demo_ladder l
"""
_RUNG_ROWS = """
INSERT INTO posts_rung (id, ladder_id, "order", name, grade, min_certificate, min_years)
SELECT l.rung_base + r.place, l.id, r.place, r.name, r.grade, r.certificate, r.years
FROM demo_ladder l
CROSS JOIN unnest(%(orders)s::int[], %(names)s::text[], %(grades)s::int[], %(certificates)s::int[], %(years)s::int[])
     AS r (place, name, grade, certificate, years)
"""
