"""What pay records said about insurance becomes enrolments and months of bases; their minimum lives in the terms."""

from django.db import migrations

ITEMS = ("pension", "medical", "unemployment", "injury", "maternity", "housing_fund")
BASES = ", ".join(
    f"CASE WHEN r.{item} THEN NULLIF(COALESCE(r.{'fund' if item == 'housing_fund' else 'insurance'}_base, r.total), 0) END"
    for item in ITEMS
)
STATED = "num_nonnulls(" + ", ".join(f"r.{item}" for item in ITEMS) + ") > 0"
DAYS = ", ".join(f"GREATEST(min(r.period) FILTER (WHERE r.{item}), CASE WHEN bool_or(r.{item}) THEN e.start END)" for item in ITEMS)
BACK = ", ".join(f"{item} = m.{item} IS NOT NULL" for item in ITEMS)
FORWARD = f"""
INSERT INTO payroll_insurancemonth (employment_id, period, {", ".join(ITEMS)})
SELECT r.employment_id, r.period, {BASES} FROM payroll_payrecord r WHERE {STATED};
INSERT INTO payroll_insuranceenrolment (employment_id, {", ".join(ITEMS)})
SELECT r.employment_id, {DAYS} FROM payroll_payrecord r JOIN talents_employment e ON e.id = r.employment_id
WHERE {STATED} GROUP BY r.employment_id, e.start;
DELETE FROM policy_parametervalue WHERE parameter_id = 'insurance_base_minimum';
DELETE FROM policy_parameter WHERE code = 'insurance_base_minimum';
"""
BACKWARD = f"""
UPDATE payroll_payrecord r SET {BACK}, insurance_base = LEAST(m.pension, m.medical, m.unemployment, m.injury, m.maternity),
       fund_base = m.housing_fund
FROM payroll_insurancemonth m WHERE m.employment_id = r.employment_id AND m.period = r.period;
DELETE FROM payroll_insurancemonth;
DELETE FROM payroll_insuranceenrolment;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("payroll", "0008_indicators_ask_for_a_recheck"),
        ("policy", "0002_bounds_of_parameters"),
        ("talents", "0001_people_and_appointments"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
