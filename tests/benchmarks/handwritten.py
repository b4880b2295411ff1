"""One SQL statement, written by hand, that computes and stores the same outcomes as a full run.

The yardstick of `make bench`: no engine, no shards, no merge with what was there, thresholds written in. It fills
`bench_finding` and `bench_tally`, tables like the real ones with the same indexes.
"""

SETUP = """
DROP TABLE IF EXISTS bench_finding, bench_tally;
CREATE TABLE bench_finding (LIKE supervision_finding INCLUDING ALL);
CREATE TABLE bench_tally (LIKE supervision_tally INCLUDING ALL);
"""

LIVE = """{0}.start <= %(on)s AND ({0}."end" IS NULL OR {0}."end" >= %(on)s)"""

_EMP = f"""
emp AS MATERIALIZED (
    SELECT e.id, e.kind, e.sector, e.competent_bureau AS bureau, e.region_id, left(e.region_id, 9) AS street,
           e.technical_posts
    FROM posts_employer e WHERE e.state IN ('listed', 'approved', 'closed') AND {LIVE.format("e")}
)"""

_POST = f"""
post AS MATERIALIZED (
    SELECT p.id, e.id AS employer_id, e.street, e.bureau, e.sector, e.kind, p.grade, p.principal,
           p.coordinates AND p.duty_text <> '' AS coordinating,
           CASE WHEN p.need_basis <> '' THEN 1 ELSE 4 END AS r10030,
           CASE WHEN cardinality(p.duties) = 0 OR p.duty_text = '' OR p.min_certificate IS NULL
                  OR p.min_education IS NULL OR p.min_years IS NULL THEN 5 ELSE 1 END AS r23070,
           CASE WHEN e.sector NOT IN ('community', 'institution', 'social') THEN NULL
                WHEN p.grade IS NULL THEN 5 ELSE 1 END AS r24010
    FROM posts_post p JOIN emp e ON e.id = p.employer_id
    WHERE p.state IN ('approved', 'abolished') AND {LIVE.format("p")}
      AND NOT EXISTS (SELECT FROM posts_postfreeze z WHERE z.post_id = p.id AND {LIVE.format("z")})
)"""

_SEAT = f"""
held AS (
    SELECT a.id, max(c.level) FILTER (WHERE c.issued_on <= a.start) AS at_start, max(c.level) AS now,
           (array_agg(g."end" ORDER BY c.level DESC, c.id DESC, g."end" DESC NULLS LAST))[1] AS registered
    FROM talents_appointment a JOIN talents_certificate c ON c.worker_id = a.worker_id AND c.issued_on <= %(on)s
    LEFT JOIN talents_registration g ON g.certificate_id = c.id AND g.start <= %(on)s
    GROUP BY 1
), seat AS MATERIALIZED (
    SELECT a.id, e.id AS employer_id, e.street, e.bureau, e.sector, e.kind, a.post_id, a.full_time,
           COALESCE(h.now, 0) AS now, COALESCE(w.social_work_education <= 30, FALSE) AS degree,
           CASE WHEN a.source <> 'conversion' OR e.kind NOT IN ('C01', 'C02') THEN NULL
                WHEN s.worker_id IS NULL OR a.prior_role = '' THEN 4 ELSE 1 END AS r22040,
           CASE WHEN a.source <> 'supplement' OR e.kind NOT IN ('C01', 'C02') THEN NULL
                WHEN e.region_id LIKE a.allocating_region_id || '%%' AND length(a.allocating_region_id) IN (6, 9)
                THEN 1 ELSE 4 END AS r22050,
           CASE WHEN e.sector NOT IN ('community', 'institution', 'social') OR n.id IS NULL THEN NULL
                WHEN COALESCE(h.now, 0) >= COALESCE(n.min_certificate, 0)
                 AND (a.rung_since + make_interval(years => n.min_years + 2))::date <= %(on)s
                THEN 2 ELSE 1 END AS r24030,
           CASE WHEN h.now IS NULL THEN NULL WHEN h.registered < %(on)s THEN 4 ELSE 1 END AS r24040,
           CASE WHEN p.duties @> ARRAY[5]::smallint[] THEN CASE WHEN u.supervisor_id IS NULL THEN 2 ELSE 1 END END
           AS r23050,
           CASE WHEN p.grade = 3 THEN CASE WHEN COALESCE(h.at_start, 0) < 3 THEN 5 ELSE 1 END END AS r24060,
           CASE WHEN p.grade = 2 THEN CASE WHEN COALESCE(h.at_start, 0) < 2 THEN 5 ELSE 1 END END AS r24070,
           CASE WHEN p.grade = 1 THEN CASE WHEN COALESCE(h.at_start, 0) < 1 THEN 5 ELSE 1 END END AS r24080
    FROM talents_appointment a JOIN posts_post p ON p.id = a.post_id JOIN post ON post.id = p.id
    JOIN emp e ON e.id = p.employer_id JOIN talents_socialworker w ON w.id = a.worker_id
    LEFT JOIN held h ON h.id = a.id
    LEFT JOIN (SELECT DISTINCT x.supervisor_id FROM talents_supervisionpair x
               JOIN talents_supervisionsession y ON y.pair_id = x.id
               WHERE y."on" <= %(on)s AND y."on" > %(on)s::date - INTERVAL '1 year') u ON u.supervisor_id = a.worker_id
    LEFT JOIN posts_rung r ON r.id = a.rung_id
    LEFT JOIN posts_rung n ON n.ladder_id = r.ladder_id AND n.order = r.order + 1
    LEFT JOIN (SELECT DISTINCT a.id AS appointment_id, m.worker_id
               FROM talents_appointment a JOIN posts_post p ON p.id = a.post_id
               JOIN talents_employment m ON m.worker_id = a.worker_id AND m.employer_id = p.employer_id
               WHERE a.source = 'conversion' AND m.start < a.start) s ON s.appointment_id = a.id
    WHERE a.state IN ('filed', 'ended') AND {LIVE.format("a")}
)"""

_STAFF = f"""
learned AS (
    SELECT k.worker_id, k.since, k.until, k.needed, COALESCE(sum(t.hours), 0) AS done
    FROM (SELECT DISTINCT ON (c.worker_id) c.worker_id, CASE c.level WHEN 1 THEN 72 ELSE 90 END AS needed,
                 COALESCE(g.start, c.issued_on) AS since,
                 COALESCE(g."end", (c.issued_on + INTERVAL '3 years')::date - 1) AS until
          FROM talents_certificate c
          LEFT JOIN talents_registration g ON g.certificate_id = c.id AND g.start <= %(on)s
          WHERE c.issued_on <= %(on)s
          ORDER BY c.worker_id, c.level DESC, c.id DESC, g.start DESC NULLS LAST) k
    LEFT JOIN talents_attendance t ON t.worker_id = k.worker_id AND t.state = 'accepted'
          AND t."on" BETWEEN k.since AND %(on)s
    WHERE k.until >= %(on)s GROUP BY 1, 2, 3, 4
), paid AS (
    SELECT DISTINCT ON (r.employment_id) r.* FROM payroll_payrecord r
    WHERE r.period <= %(on)s AND r.period > %(on)s::date - make_interval(months => 3)
    ORDER BY r.employment_id, r.period DESC
), insured AS (
    SELECT i.*, LEAST(i.pension, i.medical, i.unemployment, i.injury, i.maternity) AS base,
           num_nulls(i.pension, i.medical, i.unemployment, i.injury, i.maternity, i.housing_fund) AS unpaid, r.total
    FROM (SELECT DISTINCT ON (employment_id) * FROM payroll_insurancemonth
          WHERE period <= %(on)s AND period > %(on)s::date - INTERVAL '3 months'
          ORDER BY employment_id, period DESC) i
    LEFT JOIN payroll_payrecord r ON r.employment_id = i.employment_id AND r.period = i.period
), owing AS (
    SELECT n.employment_id, bool_or(
               i.pension IS NULL AND n.pension <= i.period OR i.medical IS NULL AND n.medical <= i.period
            OR i.unemployment IS NULL AND n.unemployment <= i.period OR i.injury IS NULL AND n.injury <= i.period
            OR i.maternity IS NULL AND n.maternity <= i.period
            OR i.housing_fund IS NULL AND n.housing_fund <= i.period) AS owes
    FROM payroll_insuranceenrolment n JOIN payroll_insurancemonth i ON i.employment_id = n.employment_id
    WHERE i.period <= %(on)s AND i.period > %(on)s::date - INTERVAL '1 year' GROUP BY 1
), staff AS MATERIALIZED (
    SELECT m.id, e.id AS employer_id, e.street, e.bureau, e.sector, e.kind,
           CASE WHEN c.level IS NULL THEN NULL WHEN t.worker_id IS NULL THEN 2 ELSE 1 END AS r24050,
           CASE WHEN l.until IS NULL THEN NULL WHEN l.done >= l.needed THEN 1
                WHEN l.until <= %(on)s::date + INTERVAL '6 months' THEN 4
                WHEN l.done * (l.until - l.since + 1) < l.needed * (%(on)s::date - l.since + 1) THEN 2 ELSE 1 END
           AS r24043,
           CASE WHEN n.due < %(on)s THEN 2 WHEN n.due IS NOT NULL THEN 1 END AS r24041,
           CASE WHEN c.level IS NULL THEN NULL WHEN c.odd THEN 4 ELSE 1 END AS r24042,
           CASE WHEN c.level IS NULL THEN NULL WHEN z.worker_id IS NULL THEN 4 ELSE 1 END AS r41060,
           CASE WHEN m.form <> 'established' OR e.sector <> 'institution' OR r.id IS NULL THEN NULL
                WHEN r.pay_scale = '' THEN 4 ELSE 1 END AS r31010,
           CASE WHEN m.form = 'established' OR r.id IS NULL THEN NULL
                WHEN num_nulls(r.factor_certificate, r.factor_education, r.factor_seniority, r.factor_performance,
                               r.factor_post) > 0 THEN 4 ELSE 1 END AS r31020,
           CASE WHEN m.form = 'established' OR r.id IS NULL OR COALESCE(d.p25, y.p25) IS NULL THEN NULL
                WHEN round(r.total / r.time_share, 2) < COALESCE(d.p25, y.p25)
                  OR round(r.total / r.time_share, 2) > COALESCE(d.p75, y.p75) THEN 2 ELSE 1 END AS r31030,
           CASE WHEN m.form = 'established' OR %(on)s::date - m.start <= 30 THEN NULL
                WHEN i.id IS NULL AND v.id IS NULL THEN 3
                WHEN v.id IS NULL THEN CASE WHEN i.unpaid > 0 THEN 5 ELSE 1 END
                WHEN num_nulls(v.pension, v.medical, v.unemployment, v.injury, v.maternity, v.housing_fund) > 0
                  OR GREATEST(v.pension, v.medical, v.unemployment, v.injury, v.maternity, v.housing_fund) > %(on)s
                THEN 5 ELSE 1 END AS r31040,
           CASE WHEN m.form = 'established' THEN NULL WHEN o.owes THEN 4 WHEN NOT o.owes THEN 1 END AS r31041,
           CASE WHEN m.form = 'established' THEN NULL
                WHEN i.base < k.insurance_minimum OR i.housing_fund < k.fund_minimum
                  OR i.base < i.total AND i.base < k.insurance_maximum
                  OR i.housing_fund < i.total AND i.housing_fund < k.fund_maximum THEN 4
                WHEN i.base + COALESCE(k.insurance_minimum, k.insurance_maximum + i.total) IS NOT NULL
                  OR i.housing_fund + COALESCE(k.fund_minimum, k.fund_maximum + i.total) IS NOT NULL THEN 1 END
           AS r31042,
           CASE WHEN m.form = 'established' OR q.id IS NULL THEN NULL
                WHEN round(r.total / r.time_share, 2)
                     < round(round(COALESCE(q.amount, q.share * q.base_wage), 2) * (1 + q.rate) / 12, 2)
                THEN 4 ELSE 1 END AS r31050
    FROM talents_employment m JOIN emp e ON e.id = m.employer_id
    LEFT JOIN (SELECT worker_id, max(level) AS level,
                      bool_or(exam_year < 2008 OR level = 3 AND exam_year < 2019
                              OR exam_year > EXTRACT(YEAR FROM issued_on)) AS odd
               FROM talents_certificate WHERE issued_on <= %(on)s GROUP BY 1) c
           ON c.worker_id = m.worker_id
    LEFT JOIN (SELECT h.worker_id, (h.issued_on + INTERVAL '12 months')::date AS due
               FROM (SELECT DISTINCT ON (worker_id) * FROM talents_certificate WHERE issued_on <= %(on)s
                     ORDER BY worker_id, level DESC, id DESC) h
               WHERE NOT EXISTS (SELECT FROM talents_registration g
                                 WHERE g.certificate_id = h.id AND g.start <= %(on)s)) n ON n.worker_id = m.worker_id
    LEFT JOIN (SELECT DISTINCT worker_id FROM talents_specialistfile WHERE included_on <= %(on)s) z
           ON z.worker_id = m.worker_id
    LEFT JOIN learned l ON l.worker_id = m.worker_id
    LEFT JOIN (SELECT DISTINCT a.worker_id FROM talents_appointment a
               WHERE a.state IN ('filed', 'ended') AND {LIVE.format("a")}) t ON t.worker_id = m.worker_id
    LEFT JOIN paid r ON r.employment_id = m.id
    LEFT JOIN payroll_insuranceenrolment v ON v.employment_id = m.id
    LEFT JOIN insured i ON i.employment_id = m.id
    LEFT JOIN owing o ON o.employment_id = m.id
    LEFT JOIN payroll_contributionterms k ON k.city_id = left(e.region_id, 4) AND k.start <= i.period
           AND (k."end" IS NULL OR k."end" >= i.period)
    LEFT JOIN (SELECT q.*, d.code, g.sector, g.base_wage, coalesce(f.rate, -g.float_down) AS rate
               FROM payroll_guidancestandard g JOIN payroll_guidancerung q ON q.standard_id = g.id
               JOIN regions_region d ON d.code = g.city_id OR d.parent_id = g.city_id
               LEFT JOIN payroll_districtfloat f ON f.standard_id = g.id AND f.district_id = d.code
                         AND {LIVE.format("f")}
               WHERE g.state IN ('published', 'superseded') AND {LIVE.format("g")}) q
           ON q.code = left(e.region_id, 6) AND q.sector = e.sector AND q.rung = r.rung
    LEFT JOIN payroll_benchmark d ON d.suppression = '' AND d.period = r.period
           AND d.area_id = left(e.region_id, 6) AND d.sector = e.sector AND d.rung = r.rung AND d.rung <> ''
    LEFT JOIN payroll_benchmark y ON y.suppression = '' AND y.period = r.period
           AND y.area_id = left(e.region_id, 4) AND y.sector = e.sector AND y.rung = r.rung AND y.rung <> ''
    WHERE {LIVE.format("m")}
)"""

_PROJECT = f"""
costed AS (
    SELECT c.project_id, EXTRACT(YEAR FROM c.priced_on)::int - 1 AS year_before, COALESCE(sum(l.amount), 0) AS total,
           COALESCE(sum(l.amount) FILTER (WHERE l.category = 'personnel'), 0) AS people,
           count(l.id) FILTER (WHERE l.category = 'personnel') AS people_lines,
           count(l.id) FILTER (WHERE l.category = 'personnel' AND l.pay < l.guidance) AS low,
           sum(l.heads * l.months) AS months
    FROM (SELECT DISTINCT ON (project_id) * FROM payroll_costsheet
          WHERE state IN ('approved', 'superseded') AND approved_on <= %(on)s
          ORDER BY project_id, approved_on DESC, version DESC) c
    LEFT JOIN payroll_costline l ON l.sheet_id = c.id GROUP BY 1, 2
), project AS MATERIALIZED (
    SELECT j.id, e.id AS employer_id, e.street, e.bureau, e.sector, e.kind,
           CASE WHEN c.project_id IS NULL THEN CASE WHEN EXISTS (
                    SELECT FROM payroll_costsheet x WHERE x.project_id = j.id AND x.state = 'submitted')
                    THEN 2 ELSE 4 END
                WHEN c.total <> j.amount OR c.total - c.people > c.total * 0.3
                  OR j."end" >= j.start + INTERVAL '3 years' THEN 4 ELSE 1 END AS r31070,
           CASE WHEN c.project_id IS NULL THEN NULL WHEN c.people_lines = 0 THEN 5
                WHEN c.people < c.total * 0.7 OR c.low > 0
                  OR round(c.people * 12 / NULLIF(c.months, 0), 2) < w.average_wage THEN 4 ELSE 1 END AS r31080
    FROM payroll_purchaseproject j JOIN emp e ON e.id = j.provider_id
    LEFT JOIN costed c ON c.project_id = j.id
    LEFT JOIN payroll_economicindicator w ON w.city_id = left(j.region_id, 4) AND w.year = c.year_before
    WHERE {LIVE.format("j")}
)"""

_FIRM = f"""
firm AS MATERIALIZED (
    SELECT f.*,
           CASE WHEN kind LIKE 'A%%' THEN CASE WHEN posts BETWEEN 1 AND 2 THEN 1 ELSE 2 END END AS r21010,
           CASE WHEN kind LIKE 'A%%' AND posts > 0 THEN
                CASE WHEN holders = 0 OR part_time = holders OR professionals = 0 THEN 4 ELSE 1 END END AS r21020,
           CASE WHEN kind LIKE 'A%%' AND posts > 0 THEN CASE WHEN coordinating = 0 THEN 2 ELSE 1 END END AS r21030,
           CASE WHEN kind LIKE 'A%%' THEN
                CASE WHEN principal > 0 OR posts >= technical_posts * 0.5 THEN 1 ELSE 2 END END AS r21040,
           CASE WHEN kind LIKE 'B%%' THEN CASE WHEN needed IS NULL THEN 3
                WHEN needed > 0 AND included = 0 THEN 5 ELSE 1 END END AS r21050,
           CASE WHEN kind = 'C01' THEN CASE WHEN posts < 1 THEN 5 ELSE 1 END END AS r22010,
           CASE WHEN kind = 'C02' THEN CASE WHEN posts < 1 THEN 5 ELSE 1 END END AS r22020,
           CASE WHEN kind IN ('C01', 'C02') THEN CASE WHEN professionals = 0 THEN 5 ELSE 1 END END AS r22030,
           CASE WHEN kind = 'C03' THEN CASE WHEN posts = 0 THEN 2 ELSE 1 END END AS r22060,
           CASE WHEN kind LIKE 'D%%' THEN CASE WHEN needed IS NULL THEN 3
                WHEN certified < needed THEN 5 ELSE 1 END END AS r22070,
           CASE WHEN sector IN ('community', 'institution', 'social') AND posts > 0 THEN
                CASE WHEN ladders = 0 THEN 5 ELSE 1 END END AS r24020
    FROM (
        SELECT e.id, e.id AS employer_id, e.street, e.bureau, e.sector, e.kind, e.technical_posts,
               COALESCE(p.posts, 0) AS posts, COALESCE(p.principal, 0) AS principal,
               COALESCE(p.coordinating, 0) AS coordinating, COALESCE(s.holders, 0) AS holders,
               COALESCE(s.part_time, 0) AS part_time, COALESCE(s.professionals, 0) AS professionals,
               COALESCE(s.certified, 0) AS certified, n.headcount AS needed, COALESCE(i.n, 0) AS included,
               COALESCE(l.n, 0) AS ladders
        FROM emp e
        LEFT JOIN (SELECT employer_id, count(*) AS posts, count(*) FILTER (WHERE principal) AS principal,
                          count(*) FILTER (WHERE coordinating) AS coordinating FROM post GROUP BY 1) p
               ON p.employer_id = e.id
        LEFT JOIN (SELECT employer_id, count(*) AS holders, count(*) FILTER (WHERE NOT full_time) AS part_time,
                          count(*) FILTER (WHERE full_time AND (now > 0 OR degree)) AS professionals,
                          count(*) FILTER (WHERE now > 0) AS certified FROM seat GROUP BY 1) s
               ON s.employer_id = e.id
        LEFT JOIN (SELECT DISTINCT ON (employer_id) employer_id, headcount FROM posts_needassessment
                   WHERE assessed_on <= %(on)s AND state = 'filed' ORDER BY employer_id, assessed_on DESC) n
               ON n.employer_id = e.id
        LEFT JOIN (SELECT employer_id, count(*) AS n FROM posts_inclusion
                   WHERE included_on <= %(on)s AND state = 'filed' GROUP BY 1) i
               ON i.employer_id = e.id
        LEFT JOIN (SELECT employer_id, count(*) AS n FROM posts_rankladder l WHERE {LIVE.format("l")} GROUP BY 1) l
               ON l.employer_id = e.id
    ) f
)"""

RULES = {
    "post": (10030, 23070, 24010),
    "seat": (22040, 22050, 23050, 24030, 24040, 24060, 24070, 24080),
    "staff": (24041, 24042, 24043, 24050, 31010, 31020, 31030, 31040, 31041, 31042, 31050, 41060),
    "project": (31070, 31080),
    "firm": (21010, 21020, 21030, 21040, 21050, 22010, 22020, 22030, 22060, 22070, 24020),
}


def _unmet(source: str) -> str:
    listed = ", ".join(f"({number}, r{number})" for number in RULES[source])
    return (
        f"SELECT v.rule, f.id, f.employer_id, v.outcome FROM {source} f "
        f"CROSS JOIN LATERAL (VALUES {listed}) v (rule, outcome) WHERE v.outcome > 1"
    )


def _counted(source: str) -> str:
    counts = ", ".join(
        f"count(*) FILTER (WHERE r{number} = {outcome}) AS r{number}_{outcome}"
        for number in RULES[source]
        for outcome in (1, 2, 3, 4, 5)
    )
    listed = ", ".join(f"({n}, {', '.join(f'r{n}_{outcome}' for outcome in (1, 2, 3, 4, 5))})" for n in RULES[source])
    return (
        f"SELECT street, bureau, sector, kind, v.* FROM (SELECT street, bureau, sector, kind, {counts} FROM {source} "
        f"GROUP BY 1, 2, 3, 4) g CROSS JOIN LATERAL (VALUES {listed}) v (rule, met, info, pending, warning, violation) "
        "WHERE v.met + v.info + v.pending + v.warning + v.violation > 0"
    )


STATEMENT = f"""
WITH {_EMP}, {_POST}, {_SEAT}, {_STAFF}, {_PROJECT}, {_FIRM},
tallied AS (
    INSERT INTO bench_tally (street, bureau, sector, kind, rule, met, info, pending, warning, violation)
    {" UNION ALL ".join(_counted(source) for source in RULES)} RETURNING 1
)
INSERT INTO bench_finding (rule, subject_id, employer_id, outcome, opened_on)
SELECT u.*, %(on)s::date FROM ({" UNION ALL ".join(_unmet(source) for source in RULES)}) u
"""

AGREES = """
SELECT (SELECT count(*) FROM (
            SELECT rule, subject_id, outcome FROM bench_finding
            EXCEPT SELECT rule, subject_id, outcome FROM supervision_finding WHERE closed_on IS NULL) a)
     + (SELECT count(*) FROM (
            SELECT rule, subject_id, outcome FROM supervision_finding WHERE closed_on IS NULL
            EXCEPT SELECT rule, subject_id, outcome FROM bench_finding) b)
     + (SELECT count(*) FROM (
            SELECT street, kind, rule, met, info, pending, warning, violation FROM bench_tally
            EXCEPT SELECT street, kind, rule, met, info, pending, warning, violation FROM supervision_tally
            WHERE day IS NULL) c)
"""

# Percentiles and mean of a month for every published group, as plain SQL would store them: nothing withheld.
PERCENTILES = """
INSERT INTO bench_benchmark (period, area_id, sector, kind, level, rung, grade, years, sex, n, mean,
                             p10, p25, p50, p75, p90, suppression, computed_at)
SELECT %(period)s, coalesce(district, city), sector, kind, level, rung, grade, years, sex, n, mean,
       q[1], q[2], q[3], q[4], q[5], '', now()
FROM (
  SELECT city, district, sector, kind, level, rung, grade, years, sex, count(*) AS n, round(avg(amount), 2) AS mean,
         percentile_cont(ARRAY[0.1, 0.25, 0.5, 0.75, 0.9]) WITHIN GROUP (ORDER BY amount)::numeric(14, 2)[] AS q
  FROM (
    SELECT left(e.region_id, 4) AS city, left(e.region_id, 6) AS district, e.sector, e.kind, r.rung,
           CASE WHEN r.rung = 'uncertified' THEN 0 WHEN r.rung LIKE 'assistant%%' THEN 1
                WHEN r.rung LIKE 'social_worker%%' THEN 2 WHEN r.rung = 'senior' THEN 3
                ELSE coalesce((SELECT max(c.level) FROM talents_certificate c
                               WHERE c.worker_id = m.worker_id AND c.issued_on <= %(on)s), 0) END AS level,
           coalesce(r.factor_post, 0) AS grade,
           CASE WHEN t.years >= 10 THEN 10 WHEN t.years >= 6 THEN 6 WHEN t.years >= 3 THEN 3 ELSE 0 END AS years,
           CASE WHEN w.sex IN ('1', '2') THEN w.sex ELSE '0' END AS sex,
           round(r.total / r.time_share, 2) AS amount
    FROM payroll_payrecord r
    JOIN talents_employment m ON m.id = r.employment_id
    JOIN talents_socialworker w ON w.id = m.worker_id
    JOIN posts_employer e ON e.id = m.employer_id
    CROSS JOIN LATERAL (SELECT coalesce(r.factor_seniority,
                                        EXTRACT(YEAR FROM age(%(on)s::date + 1, m.start))) AS years) t
    WHERE r.period = %(period)s AND r.total > 0 AND m.form <> 'established'
      AND m.start <= %(since)s AND (m."end" IS NULL OR m."end" >= %(on)s)
      AND e.state IN ('listed', 'approved', 'closed') AND e.start <= %(on)s AND (e."end" IS NULL OR e."end" >= %(on)s)
  ) pay
  GROUP BY
    GROUPING SETS ((city), (city, district)),
    GROUPING SETS (
      (), (sector), (level), (sector, level), (level, rung), (sector, level, rung),
      (sector, kind), (sector, kind, level), (grade), (sector, grade),
      (years), (sector, years), (level, years), (sector, level, years), (sex), (sector, sex))
) g
"""

# One what-if: who lies below the floors of a rung table, and what lifting them costs, by district, sector and in all.
WHAT_IF = """
SELECT district, sector, count(*), count(*) FILTER (WHERE pay < floor),
       sum(round((floor - pay) * time_share, 2) * 12) FILTER (WHERE pay < floor), sum(paid) * 12
FROM (
  SELECT DISTINCT ON (r.employment_id) left(e.region_id, 6) AS district, e.sector, r.time_share, r.total AS paid,
         round(r.total / r.time_share, 2) AS pay, round(f.annual * 0.9 / 12, 2) AS floor
  FROM payroll_payrecord r
  JOIN talents_employment m ON m.id = r.employment_id
  JOIN posts_employer e ON e.id = m.employer_id
  JOIN unnest(%(rungs)s::text[], %(annual)s::numeric[]) f (rung, annual) ON f.rung = r.rung
  WHERE r.period <= %(on)s AND r.period > %(on)s::date - make_interval(months => %(months)s)
    AND m.form <> 'established' AND m.start <= %(on)s AND (m."end" IS NULL OR m."end" >= %(on)s)
    AND e.sector IN ('community', 'social', 'enterprise') AND e.state IN ('listed', 'approved', 'closed')
    AND e.start <= %(on)s AND (e."end" IS NULL OR e."end" >= %(on)s) AND e.region_id LIKE %(area)s
  ORDER BY r.employment_id, r.period DESC
) s GROUP BY GROUPING SETS ((), (district), (sector))
"""
