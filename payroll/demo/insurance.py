"""Invented enrolments, months of bases, and the terms they follow (三(一)-4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from payroll.models import ContributionTerms
from xmsw.regions.models import Level, Region
from xmsw.synthetic.plan import Plan

DOCUMENT = "演示缴费标准（非正式文件）"
# Invented rates of the employer, as shares of a base; invented bounds in yuan a month, from and until when.
RATES = {
    "pension": "0.16",
    "medical": "0.06",
    "unemployment": "0.005",
    "injury": "0.002",
    "maternity": "0.007",
    "housing_fund": "0.08",
}
_NAMES = ("insurance_minimum", "insurance_maximum", "fund_minimum", "fund_maximum")
VERSIONS = (
    (date(2018, 1, 1), date(2023, 6, 30), (3000, 20000, 1800, 26000)),
    (date(2023, 7, 1), None, (4000, 24000, 2000, 30000)),
)


def load(plan: Plan) -> None:
    """Terms, then who is enrolled in what, then a month of bases for each month of pay."""
    _terms(plan)
    plan.made("参保登记", plan.run(_ENROLMENTS))
    plan.made("缴费月报", plan.run(_MONTHS))


def _terms(plan: Plan) -> None:
    cities = Region.objects.filter(level=Level.CITY) if plan.nation else Region.objects.filter(code="3502")
    rates = {item: Decimal(rate) for item, rate in RATES.items()}
    made = ContributionTerms.objects.bulk_create(
        ContributionTerms(
            city=city,
            document=DOCUMENT,
            start=start,
            end=end,
            synthetic=True,
            **dict(zip(_NAMES, map(Decimal, bounds), strict=True)),
            **rates,
        )
        for city in cities
        for start, end, bounds in VERSIONS
    )
    plan.made("演示缴费标准", len(made))


# Who never reports pay (5 %) reports no insurance either. 2 % are enrolled in nothing, 1 % not in 生育保险, 3 % not in
# the fund; 3 % owe the fund for three months, 5 % are insured on too small a base.
_ENROLMENTS = """
INSERT INTO payroll_insuranceenrolment (employment_id, pension, medical, unemployment, injury, maternity, housing_fund)
SELECT s.employment_id, d.since, d.since, d.since, d.since, CASE WHEN pg_temp.chance(s.key, 83) > 0.01 THEN d.since END,
       CASE WHEN pg_temp.chance(s.key, 84) > 0.03 THEN d.since END
FROM demo_staff s
CROSS JOIN LATERAL (
    SELECT CASE WHEN pg_temp.chance(s.key, 82) > 0.02
           THEN LEAST(s.joined + pg_temp.upto(s.key, 88, 25), s.until, %(today)s::date) END AS since
) d
WHERE s.joined <= %(today)s AND pg_temp.chance(s.key, 70) > 0.05
"""
_MONTHS = """
INSERT INTO payroll_insurancemonth (employment_id, period, pension, medical, unemployment, injury, maternity,
    housing_fund)
SELECT r.employment_id, r.period, CASE WHEN n.pension IS NOT NULL THEN b.insured END,
       CASE WHEN n.medical IS NOT NULL THEN b.insured END, CASE WHEN n.unemployment IS NOT NULL THEN b.insured END,
       CASE WHEN n.injury IS NOT NULL THEN b.insured END, CASE WHEN n.maternity IS NOT NULL THEN b.insured END,
       CASE WHEN n.housing_fund IS NOT NULL AND NOT (pg_temp.chance(s.key, 87) < 0.03
            AND r.period BETWEEN %(today)s::date - INTERVAL '5 months' AND %(today)s::date - INTERVAL '2 months')
            THEN b.saved END
FROM demo_staff s
JOIN talents_employment e ON e.id = s.employment_id
JOIN payroll_payrecord r ON r.employment_id = e.id
JOIN payroll_insuranceenrolment n ON n.employment_id = e.id
JOIN payroll_contributionterms t ON t.city_id = left(s.region_id, 4) AND t.start <= r.period
     AND (t."end" IS NULL OR t."end" >= r.period)
CROSS JOIN LATERAL (SELECT CASE WHEN pg_temp.chance(s.key, 85) < 0.05 THEN 0.6 ELSE 1 END AS share) c
CROSS JOIN LATERAL (
    SELECT round(c.share * GREATEST(t.insurance_minimum, LEAST(t.insurance_maximum, r.total)), 2) AS insured,
           round(c.share * GREATEST(t.fund_minimum, LEAST(t.fund_maximum, r.total)), 2) AS saved
) b
"""
