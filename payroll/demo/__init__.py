"""Invented pay and pay decisions, after the standards and with the insurance that belong to them."""

from __future__ import annotations

from payroll.actions import last_closed, last_month
from payroll.benchmarking import months_back
from payroll.demo import costs, insurance, standards
from payroll.publishing import publish
from xmsw.dated import months_later
from xmsw.synthetic.plan import Plan

ORDER = 40
YEAR = 12  # months
TABLES = (
    "payroll_payrecord",
    "payroll_paydecision",
    "payroll_insuranceenrolment",
    "payroll_insurancemonth",
    "payroll_purchaseproject",
)


def load(plan: Plan) -> None:
    """Standards, then the months of pay, the decisions and insurance for everybody in `demo_staff`."""
    standards.load(plan)
    plan.made("薪酬记录", plan.run(_PAY, last=last_month(plan.today), back=plan.pay_months - 1))
    plan.made("薪酬核定", plan.run(_DECISIONS))
    insurance.load(plan)


def hand_in(plan: Plan) -> None:
    """Projects in which departments and streets buy services of agencies, with their cost sheets."""
    if not plan.nation:
        plan.made("购买服务项目", plan.run(_PROJECTS))
        costs.load(plan)


def finish(plan: Plan) -> None:
    """Benchmarks of the last closed month and of the same month a year before, so that years stand beside each other.

    Each takes seconds: what several groups together tell is worked out (docs/benchmarks.md). At nation scale
    `manage.py benchmark` does them, to be measured.
    """
    if plan.nation:
        return
    last, first = last_closed(plan.today), months_back(plan.today, plan.pay_months)
    months = [each for each in (last, months_later(last, -YEAR)) if each >= first]
    published = sum(bool(publish(each, plan.today, reason="演示数据").cities) for each in months)
    plan.made("薪酬参照月份", published)


# Pay follows certificate, sector and district, rises by 4 % a year and is rounded to ten yuan. 5 % never report, 2 % of
# the months are missing, 5 % lack a factor.
# OFFSET 0 keeps an inner SELECT from being computed anew for each of its uses.
_PAY = """
INSERT INTO payroll_payrecord (employment_id, period, base, post_pay, performance_pay, allowance, bonus, time_share,
    rung, pay_scale, factor_certificate, factor_education, factor_seniority, factor_performance, factor_post)
SELECT s.employment_id, m.period, parts.base, parts.post_pay, parts.performance, parts.allowance, parts.bonus, w.share,
       CASE s.level WHEN 0 THEN 'uncertified' WHEN 1 THEN 'assistant_' || 2 - r.above
            WHEN 2 THEN 'social_worker_' || 3 - r.above ELSE 'senior' END,
       CASE WHEN e.form = 'established' AND pg_temp.chance(s.key, 77) < 0.93
            THEN '岗位绩效工资制度（演示）' ELSE '' END,
       CASE WHEN pg_temp.chance(s.key, 78) < 0.02 THEN NULL ELSE s.level END,
       CASE WHEN pg_temp.chance(s.key, 79) < 0.02 THEN NULL ELSE s.education END,
       round((m.period - s.joined) / 365.0, 1),
       CASE WHEN pg_temp.chance(s.key, 80) < 0.02 THEN NULL ELSE 1 + pg_temp.upto(s.key * 100 + m.step, 81, 3) END,
       CASE WHEN pg_temp.chance(s.key, 86) < 0.01 THEN NULL ELSE COALESCE(s.grade, 1) END
FROM demo_staff s
JOIN talents_employment e ON e.id = s.employment_id
CROSS JOIN LATERAL (
    SELECT (%(last)s::date - make_interval(months => k))::date AS period, k AS step
    FROM generate_series(0, %(back)s) AS k
) m
CROSS JOIN LATERAL (SELECT CASE WHEN s.fit = 'part' THEN 0.5 ELSE 1 END AS share) w
CROSS JOIN LATERAL (SELECT CASE s.level WHEN 0 THEN 0 ELSE pg_temp.upto(s.key, 76, s.level + 1) END AS above) r
CROSS JOIN LATERAL (
    SELECT (CASE s.level WHEN 0 THEN 5300 WHEN 1 THEN 6500 WHEN 2 THEN 8200 ELSE 11500 END
            * CASE s.sector WHEN 'institution' THEN 1.12 WHEN 'government' THEN 1.08
                            WHEN 'enterprise' THEN 1.05 ELSE 1 END
            * CASE left(s.region_id, 6) WHEN '350203' THEN 1.05 WHEN '350206' THEN 1.04 ELSE 1 END
            * (1 + 0.07 * r.above)
            * power(1.04, EXTRACT(YEAR FROM m.period)::int - EXTRACT(YEAR FROM %(today)s::date)::int)
            * (0.82 + 0.43 * pg_temp.chance(s.key, 72)))::numeric * w.share AS pay OFFSET 0
) p
CROSS JOIN LATERAL (
    SELECT round(p.pay * 0.45, -1) AS base, round(p.pay * 0.2, -1) AS post_pay,
           round(p.pay * (0.2 + 0.06 * pg_temp.chance(s.key * 100 + m.step, 73))::numeric, -1) AS performance,
           round(p.pay * 0.1, -1) AS allowance,
           CASE WHEN EXTRACT(MONTH FROM m.period) = 1 THEN round(p.pay * 0.5, -1) ELSE 0 END AS bonus OFFSET 0
) parts
WHERE m.period > s.joined AND (s.until IS NULL OR m.period <= s.until)
  AND pg_temp.chance(s.key, 70) > 0.05 AND pg_temp.chance(s.key * 100 + m.step, 71) > 0.02
"""
# Four of five with pay: decided this January, or on the day of entry, as the newest month is paid; 在编 by their scale.
_DECISIONS = """
INSERT INTO payroll_paydecision (employment_id, start, base, post_pay, performance_pay, allowance, bonus, time_share,
    rung, pay_scale, factor_certificate, factor_education, factor_seniority, factor_performance, factor_post, reason,
    document)
SELECT s.employment_id, GREATEST(date_trunc('year', r.period)::date, s.joined), r.base, r.post_pay, r.performance_pay,
       r.allowance, round((r.base + r.post_pay) * 0.75, -2), r.time_share,
       CASE WHEN e.form = 'established' THEN '' ELSE r.rung END,
       CASE WHEN e.form = 'established' THEN '岗位绩效工资制度（演示）' ELSE '' END,
       f.certificate, f.education, f.seniority, f.performance, f.post, '', '演示核定'
FROM demo_staff s
JOIN talents_employment e ON e.id = s.employment_id
JOIN (SELECT DISTINCT ON (employment_id) * FROM payroll_payrecord ORDER BY employment_id, period DESC) r
    ON r.employment_id = e.id
LEFT JOIN LATERAL (
    SELECT s.level AS certificate, s.education, COALESCE(r.factor_seniority, 0) AS seniority,
           COALESCE(r.factor_performance, 3) AS performance, COALESCE(s.grade, 1) AS post
) f ON e.form <> 'established'
WHERE pg_temp.chance(s.key, 89) < 0.8
"""
# A few of last year and this one; every other one bought by a street, some instead of own staff.
_PROJECTS = """
INSERT INTO payroll_purchaseproject (title, buyer, region_id, street_id, provider_id, replaces_staff, service_field,
    amount, onsite_workers, document, start, "end")
SELECT (ARRAY['社区为老服务', '青少年社会工作服务', '困境儿童关爱', '社区矫正帮教', '家庭综合服务'])[1 + p.place %% 5]
           || '项目（演示）',
       CASE WHEN p.place %% 2 = 0 THEN s.name || '办事处' ELSE d.name || '民政局' END || '（演示）',
       d.code, CASE WHEN p.place %% 2 = 0 THEN s.code END, p.id, p.place %% 3 = 0,
       (ARRAY['elderly', 'youth', 'children', 'correction', ''])[1 + p.place %% 5],
       p.workers * (90000 + 1000 * pg_temp.upto(p.key, 302, 30)), p.workers,
       '演示合同〔' || p.year || '〕' || p.place || ' 号', make_date(p.year, 1, 1), make_date(p.year, 12, 31)
FROM (SELECT e.id, e.key, e.region_id, 2 + pg_temp.upto(e.key, 301, 5) AS workers,
             row_number() OVER (ORDER BY pg_temp.chance(e.key, 300), e.key) AS place,
             EXTRACT(YEAR FROM %(today)s::date)::int - (pg_temp.chance(e.key, 303) < 0.3)::int AS year
      FROM demo_employer e WHERE e.kind = 'E01') p
JOIN regions_region s ON s.code = left(p.region_id, 9)
JOIN regions_region d ON d.code = left(p.region_id, 6)
WHERE p.place <= 10
"""
