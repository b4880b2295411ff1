"""Facts about social insurance and the housing fund (三(一)-4): what is enrolled, months in arrears, bases."""

from payroll.models import ITEMS
from talents.facts import EMPLOYMENT
from xmsw.accounts.roles import Capability
from xmsw.policy.facts import Fact, Pass, extend, in_force

_PAY = Capability.VIEW_PAY  # a base tells the pay
_SOCIAL = ", ".join(f"m.{item}" for item in ITEMS if item != "housing_fund")
_not_enrolled = " + ".join(f"((n.{item} <= %(on)s) IS NOT TRUE)::int" for item in ITEMS)
_unpaid = f"num_nulls({', '.join(f'm.{item}' for item in ITEMS)})"
# Whole months from the enrolment on: the month of enrolling itself is not held against anybody.
_owed = " OR ".join(f"(n.{item} <= m.period AND m.{item} IS NULL)" for item in ITEMS)
_LATEST = (
    "(SELECT DISTINCT ON (m.employment_id) m.* FROM employment_base b "
    "JOIN payroll_insurancemonth m ON m.employment_id = b.id WHERE m.period <= %(on)s "
    "AND m.period > %(on)s::date - make_interval(months => %(p_recent_pay_months)s) "
    "ORDER BY m.employment_id, m.period DESC) m"
)


def _due(kind: str) -> str:
    """The least base that the month's pay asks for, unknown where the pay or the maximum is."""
    return f"CASE WHEN num_nulls(r.total, t.{kind}_maximum) = 0 THEN LEAST(r.total, t.{kind}_maximum) END"


extend(
    EMPLOYMENT.name,
    Pass(
        name="insurance",
        source=f"employment_base b LEFT JOIN payroll_insuranceenrolment n ON n.employment_id = b.id "
        f"LEFT JOIN {_LATEST} ON m.employment_id = b.id "
        "LEFT JOIN payroll_payrecord r ON r.employment_id = m.employment_id AND r.period = m.period "
        "LEFT JOIN payroll_contributionterms t ON t.city_id = left(b.region_id, 4) "
        f"AND {in_force('t').replace('%(on)s', 'm.period')}",
        key="b.id",
        where="n.id IS NOT NULL OR m.id IS NOT NULL",
        grouped=False,
        facts={
            "insurance_period": Fact("社保公积金月份", "m.period"),
            # Where no enrolment is entered, what the month was paid on stands for it.
            "missing_insurances": Fact(
                "未办理的社会保险和公积金", f"CASE WHEN n.id IS NULL THEN {_unpaid} ELSE {_not_enrolled} END", "项"
            ),
            "insurance_base": Fact("最低的社保缴费基数", f"LEAST({_SOCIAL})", "元", confidential=_PAY),
            "insurance_minimum": Fact("社保缴费基数下限", "t.insurance_minimum", "元", confidential=_PAY),
            "insurance_due": Fact("应达到的社保缴费基数", _due("insurance"), "元", confidential=_PAY),
            "fund_base": Fact("公积金缴存基数", "m.housing_fund", "元", confidential=_PAY),
            "fund_minimum": Fact("公积金缴存基数下限", "t.fund_minimum", "元", confidential=_PAY),
            "fund_due": Fact("应达到的公积金缴存基数", _due("fund"), "元", confidential=_PAY),
        },
    ),
    Pass(
        name="arrears",
        source="employment_base b JOIN payroll_insuranceenrolment n ON n.employment_id = b.id "
        "JOIN payroll_insurancemonth m ON m.employment_id = b.id AND m.period <= %(on)s "
        "AND m.period > %(on)s::date - make_interval(months => %(p_insurance_arrears_months)s)",
        key="b.id",
        facts={"arrears_months": Fact("欠缴月数", f"count(*) FILTER (WHERE {_owed})", "个月")},
    ),
)
