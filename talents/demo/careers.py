"""Careers: who is employed where, in which post, with which certificate; some of it wrong on purpose."""

from __future__ import annotations

from xmsw.synthetic.plan import Plan


def cast(plan: Plan) -> None:
    """Make `demo_staff`: holders of posts, former ones too, then staff without posts, as many as the plan says."""
    holders = min(plan.table("demo_holder", _HOLDERS), plan.workers)
    slots = plan.table("demo_slot", _SLOTS)
    worker_base = plan.reserve("talents_socialworker", plan.workers)
    employment_base = plan.reserve("talents_employment", plan.workers)
    plan.table("demo_member", _MEMBERS, holders=holders, others=plan.workers - holders, slots=slots)
    plan.table("demo_staff", _STAFF, worker_base=worker_base, employment_base=employment_base)
    plan.run("DROP TABLE demo_holder, demo_slot, demo_member")


def load(plan: Plan) -> None:
    """Employments, certificates with registrations, appointments."""
    plan.made("任职", plan.run(_EMPLOYMENTS))
    rows = plan.table("demo_certificate", _CERTIFICATES)
    base = plan.reserve("talents_certificate", rows)
    plan.made("证书", plan.run(_CERTIFICATE_ROWS, base=base))
    plan.made("登记", plan.run(_REGISTRATIONS, base=base, kept=1 if plan.bulk else 5))
    plan.made("聘用", plan.run(_APPOINTMENTS))
    plan.made("晋升", plan.run(_PROMOTIONS))


# fit: ok (full-time, certificate in time), part (part-time), short (breaks the certificate rule); else vacant.
_HOLDERS = """
WITH drawn AS (
    SELECT s.n, s.id, s.employer_id, s.kind, s.sector, s.region_id, s.grade, s.start, s."end",
           CASE WHEN pg_temp.chance(n, 41) < 0.75 - c.fewer THEN 'ok'
                WHEN pg_temp.chance(n, 41) < 0.82 - c.fewer THEN 'part'
                WHEN pg_temp.chance(n, 41) < 0.855 - c.fewer THEN 'short' ELSE 'vacant' END AS fit,
           s."end" IS NULL AND s.start < %(today)s::date - 1100 AND pg_temp.chance(n, 43) < 0.12 AS succeeded
    FROM demo_seat s CROSS JOIN LATERAL (SELECT CASE s.kind WHEN 'C02' THEN 0.1 ELSE 0 END AS fewer) c
    WHERE s.state IN ('approved', 'abolished')
), terms AS (
    SELECT d.*, FALSE AS former, CASE WHEN succeeded THEN d.start + 720 + pg_temp.upto(n, 45, 200)
               ELSE LEAST(d.start + pg_temp.upto(n, 42, 150), COALESCE(d."end" - 100, %(today)s::date - 10))
               END AS since,
           d."end" AS until
    FROM drawn d WHERE fit <> 'vacant'
    UNION ALL
    SELECT d.*, TRUE, d.start + 10, d.start + 400 + pg_temp.upto(n, 44, 300) FROM drawn d WHERE succeeded
)
SELECT t.*, CASE WHEN t.former THEN 'ok' ELSE t.fit END AS fitness,
       t.n * 2 + t.former::int AS key FROM terms t
"""
# Staff without posts gather where staff gathers: agencies and hospitals first.
_SLOTS = """
SELECT row_number() OVER (ORDER BY d.key, w) AS n, d.id AS employer_id, d.kind, d.sector, d.region_id
FROM demo_employer d CROSS JOIN LATERAL generate_series(1, CASE WHEN d.kind = 'E01' THEN 9
    WHEN d.kind IN ('B01', 'A01') THEN 4 WHEN d.kind LIKE 'C%%' THEN 3 ELSE 1 END) AS w
WHERE d.synthetic OR d.posts > 0
"""
# `since`: the day the certificate must be there; `joined`: first day of the employment.
_MEMBERS = """
SELECT row_number() OVER (ORDER BY h.key) AS n, h.key, h.employer_id, h.kind, h.sector, h.region_id, h.id AS post_id,
       COALESCE(h.grade, 1) AS grade, h.fitness AS fit, h.former, h.since, h.until,
       CASE WHEN h.kind NOT IN ('C01', 'C02') THEN 'recruitment' WHEN pg_temp.chance(h.key, 46) < 0.35 THEN 'conversion'
            WHEN pg_temp.chance(h.key, 46) < 0.55 THEN 'supplement' ELSE 'recruitment' END AS source
FROM (SELECT * FROM demo_holder ORDER BY key LIMIT %(holders)s) h
UNION ALL
SELECT %(holders)s + i, -i, s.employer_id, s.kind, s.sector, s.region_id, NULL, NULL, 'none', FALSE,
       t.since, CASE WHEN pg_temp.chance(-i, 62) < 0.1 AND t.since < %(today)s::date - 400
                     THEN t.since + 200 + pg_temp.upto(-i, 63, 190) END, 'recruitment'
FROM generate_series(1::bigint, %(others)s::bigint) AS i
JOIN demo_slot s ON s.n = 1 + pg_temp.upto(-i, 61, %(slots)s)
CROSS JOIN LATERAL (SELECT DATE '2012-01-01' + floor(sqrt(pg_temp.chance(-i, 64))
    * (%(today)s::date - DATE '2012-01-01'))::int AS since) t
"""
# Certificates come from the yearly examination (June; October in 2020), issued in September (December); the first
# senior ones at the end of 2019. A wrong one is missing, too low, or issued after the appointment.
_STAFF = """
WITH levelled AS (
    SELECT m.*, pg_temp.chance(m.key, 47) AS luck,
           CASE m.fit WHEN 'none' THEN CASE WHEN pg_temp.chance(m.key, 48) < 0.10 THEN 1
                                            WHEN pg_temp.chance(m.key, 48) < 0.15 THEN 2
                                            WHEN pg_temp.chance(m.key, 48) < 0.153
                                                 AND m.since >= DATE '2020-02-01' THEN 3
                                            ELSE 0 END
                      WHEN 'short' THEN CASE WHEN pg_temp.chance(m.key, 47) < 0.5 THEN 0
                                             WHEN pg_temp.chance(m.key, 47) < 0.8 THEN m.grade - 1 ELSE m.grade END
                      ELSE CASE WHEN m.grade = 1 AND pg_temp.chance(m.key, 48) < 0.15 THEN 2 ELSE m.grade END
           END AS level
    FROM demo_member m
), timed AS (
    SELECT l.*, l.fit = 'short' AND l.luck >= 0.8 AS late, EXTRACT(YEAR FROM l.since)::int AS year,
           CASE WHEN l.source = 'conversion' AND pg_temp.chance(l.key, 49) < 0.88
                THEN l.since - 60 - pg_temp.upto(l.key, 50, 1500)
                WHEN l.fit = 'none' OR pg_temp.chance(l.key, 51) < 0.7 THEN l.since
                ELSE l.since - pg_temp.upto(l.key, 52, 400) END AS joined
    FROM levelled l
), issued AS (
    SELECT t.*, GREATEST(t.year - 1 - pg_temp.upto(t.key, 53, 6), CASE WHEN t.level = 3 THEN 2019 ELSE 2010 END)
           AS issue_year
    FROM timed t
)
SELECT i.n, i.key, %(worker_base)s + i.n AS worker_id, %(employment_base)s + i.n AS employment_id, i.employer_id,
       i.kind, i.sector, i.region_id, i.post_id, i.grade, i.fit, i.former, i.source, i.joined, i.since, i.until,
       i.level, CASE WHEN i.level = 0 THEN NULL
            WHEN i.late THEN LEAST(GREATEST(i.since + 120, CASE WHEN i.level = 3 THEN DATE '2019-12-20'
                                            ELSE i.since END), %(today)s::date)
            ELSE make_date(i.issue_year, CASE WHEN i.issue_year = 2020 OR i.level = 3 THEN 12 ELSE 9 END,
                           10 + pg_temp.upto(i.key, 54, 20)) END AS issued_on,
       -- One in thirty is near the legal retirement age.
       LEAST(LEAST(i.year, i.issue_year, EXTRACT(YEAR FROM i.joined)::int) - 22
           - floor(power(pg_temp.chance(i.key, 55), 2) * 26)::int,
             CASE WHEN pg_temp.chance(i.key, 270) < 0.03 THEN EXTRACT(YEAR FROM %(today)s::date)::int
                  - CASE WHEN pg_temp.chance(i.key, 271) < 0.5 THEN 55 ELSE 60 END END) AS born,
       CASE WHEN pg_temp.chance(i.key, 56) < 0.06 THEN 10 WHEN pg_temp.chance(i.key, 56) < 0.56 THEN 20
            WHEN pg_temp.chance(i.key, 56) < 0.9 THEN 30 ELSE 60 END AS education,
       CASE WHEN pg_temp.chance(i.key, 56) < 0.06 THEN 3 WHEN pg_temp.chance(i.key, 56) < 0.5 THEN 4 ELSE 0 END
       AS degree,
       CASE WHEN pg_temp.chance(i.key, 57) < 0.22 AND pg_temp.chance(i.key, 56) < 0.9
            THEN CASE WHEN pg_temp.chance(i.key, 56) < 0.56 THEN 20 ELSE 30 END END AS social_work
FROM issued i
"""
_EMPLOYMENTS = """
INSERT INTO talents_employment (id, worker_id, employer_id, form, role, start, "end", end_reason)
SELECT s.employment_id, s.worker_id, s.employer_id,
       CASE WHEN s.sector = 'government' AND pg_temp.chance(s.key, 111) < 0.7
              OR s.sector IN ('institution', 'mass') AND pg_temp.chance(s.key, 111) < 0.55 THEN 'established'
            WHEN s.kind LIKE 'C%%' AND pg_temp.chance(s.key, 111) < 0.08 THEN 'public_welfare'
            WHEN pg_temp.chance(s.key, 111) > 0.95 THEN 'dispatch' ELSE 'contract' END,
       CASE WHEN s.post_id IS NOT NULL THEN '社会工作者' ELSE (ARRAY['行政人员', '专职工作人员', '护理员', '项目专员'])
            [1 + pg_temp.upto(s.key, 112, 4)] END,
       s.joined, s.until, CASE WHEN s.until IS NULL THEN ''
            ELSE (ARRAY['合同期满', '合同期满', '考取其他单位', '家庭原因', '薪酬偏低', ''])
                 [1 + pg_temp.upto(s.key, 313, 6)] END
FROM demo_staff s
"""
# A third of the holders of 社会工作师 kept the 助理 certificate of three years before.
_CERTIFICATES = """
SELECT row_number() OVER (ORDER BY c.key, c.level) AS n, c.* FROM (
    SELECT s.key, s.worker_id, s.level, s.issued_on FROM demo_staff s WHERE s.level > 0
    UNION ALL
    SELECT s.key, s.worker_id, s.level - 1, s.issued_on - 1096 FROM demo_staff s
    WHERE s.level = 2 AND pg_temp.chance(s.key, 113) < 0.33 AND s.issued_on > DATE '2012-01-01') c
"""
_CERTIFICATE_ROWS = """
INSERT INTO talents_certificate (id, worker_id, level, number, issued_on)
SELECT %(base)s + c.n, c.worker_id, c.level, 'DEMO' || to_char(c.issued_on, 'YYYY') || lpad(c.n::text, 8, '0'),
       c.issued_on
FROM demo_certificate c
"""
# Three-year registrations, one after the other; every eighth was not renewed after the first or a later one.
_REGISTRATIONS = """
INSERT INTO talents_registration (certificate_id, start, "end")
SELECT %(base)s + c.n, (c.issued_on + 60 + make_interval(years => 3 * k))::date,
       (c.issued_on + 60 + make_interval(years => 3 * (k + 1)))::date - 1
FROM (SELECT c.*, (%(today)s::date - c.issued_on - 60) / 1096
             - CASE WHEN pg_temp.chance(c.n, 115) < 0.12 THEN 1 ELSE 0 END AS last
      FROM demo_certificate c WHERE pg_temp.chance(c.n, 114) < 0.88 AND c.issued_on + 60 <= %(today)s::date) c
CROSS JOIN LATERAL generate_series(GREATEST(c.last - %(kept)s + 1, 0), c.last) AS k
"""
_APPOINTMENTS = """
INSERT INTO talents_appointment (worker_id, post_id, start, "end", full_time, source, prior_role, allocating_region_id,
    title, document, rung_id, rung_since, state, end_reason)
SELECT s.worker_id, s.post_id, s.since, s.until, s.fit <> 'part', s.source,
       CASE WHEN s.source = 'conversion' AND pg_temp.chance(s.key, 121) > 0.08 THEN '社区专职工作者' ELSE '' END,
       CASE WHEN s.source <> 'supplement' OR pg_temp.chance(s.key, 122) < 0.05 THEN NULL
            WHEN pg_temp.chance(s.key, 122) < 0.13
            THEN CASE WHEN s.region_id LIKE '350203%%' THEN '350206' ELSE '350203' END
            ELSE left(s.region_id, CASE WHEN pg_temp.chance(s.key, 123) < 0.5 THEN 6 ELSE 9 END) END,
       COALESCE((ARRAY['助理社会工作师', '社会工作师', '高级社会工作师'])[s.level], ''),
       '演示聘〔' || EXTRACT(YEAR FROM s.since) || '〕' || 1 + pg_temp.upto(s.key, 124, 300) || ' 号',
       CASE WHEN s.until IS NULL THEN l.rung_base + CASE s.grade WHEN 1 THEN 1 + pg_temp.upto(s.key, 125, 2)
            WHEN 2 THEN 3 + pg_temp.upto(s.key, 125, 3) ELSE 6 END END,
       CASE WHEN s.until IS NULL AND l.id IS NOT NULL THEN GREATEST(s.since, l.start) END,
       CASE WHEN s.until IS NULL THEN 'filed' ELSE 'ended' END,
       CASE WHEN s.until IS NULL THEN '' ELSE '聘期届满' END
FROM demo_staff s LEFT JOIN demo_ladder l ON l.employer_id = s.employer_id
WHERE s.post_id IS NOT NULL
"""
# Who stands on a rung came onto it on the day that the appointment names.
_PROMOTIONS = """
INSERT INTO talents_promotion (appointment_id, rung_id, "on", document)
SELECT a.id, a.rung_id, a.rung_since, '' FROM talents_appointment a
JOIN demo_staff s ON s.worker_id = a.worker_id AND s.post_id = a.post_id WHERE a.rung_since IS NOT NULL
"""
