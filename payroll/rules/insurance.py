"""Rules of 三(一)-4 about social insurance and the housing fund."""

from xmsw.policy.expressions import F, P
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import When, rule

established = F.form.in_("established")
insurance_low = F.insurance_base < F.insurance_minimum
insurance_short = F.insurance_base < F.insurance_due
fund_low = F.fund_base < F.fund_minimum
fund_short = F.fund_base < F.fund_due
# A base is held against bounds that are known, and against pay where the maximum is.
judged = ~insurance_low.is_unknown() | ~insurance_short.is_unknown() | ~fund_low.is_unknown() | ~fund_short.is_unknown()

rule(
    number=31040,
    code="insurance-and-fund",
    clause="三(一)-4",
    subject="employment",
    title="办理社会保险和公积金",
    applies=~established & (F.employed_days > P.insurance_grace_days),
    cases=(
        When(
            F.missing_insurances.is_unknown(),
            Outcome.PENDING,
            "没有参保登记，近 {recent_pay_months} 个月也没有缴费月报，无法判断",
            "登记参保情况，或导入缴费月报",
        ),
        When(
            F.missing_insurances > 0,
            Outcome.VIOLATION,
            "入职 {employed_days} 天，仍有 {missing_insurances} 项社会保险或公积金未办理",
            "为其补办五险一金",
        ),
    ),
    met="五险一金都已办理",
    measure=F.missing_insurances,
)
rule(
    number=31041,
    code="insurance-arrears",
    clause="三(一)-4",
    subject="employment",
    title="按月缴纳社会保险和公积金",
    applies=~established & ~F.arrears_months.is_unknown(),
    cases=(
        When(
            F.arrears_months > 0,
            Outcome.WARNING,
            "近 {insurance_arrears_months} 个月的月报中，{arrears_months} 个月有已参保的项目没有缴",
            "补缴，并补报这些月份的缴费基数",
        ),
    ),
    met="报送的月份都已缴纳",
    measure=F.arrears_months,
)
rule(
    number=31042,
    code="insurance-base",
    clause="三(一)-4",
    subject="employment",
    title="缴费基数不低于下限和实际工资",
    applies=~established & judged,
    cases=(
        When(
            insurance_low,
            Outcome.WARNING,
            "社保缴费基数 {insurance_base}，低于下限 {insurance_minimum}",
            "核对缴费基数",
            discreet="社保缴费基数低于下限",
        ),
        When(
            fund_low,
            Outcome.WARNING,
            "公积金缴存基数 {fund_base}，低于下限 {fund_minimum}",
            "核对缴存基数",
            discreet="公积金缴存基数低于下限",
        ),
        When(
            insurance_short,
            Outcome.WARNING,
            "社保缴费基数 {insurance_base}，低于按当月应发合计应达到的 {insurance_due}",
            "核对缴费基数",
            discreet="社保缴费基数低于当月应发合计",
        ),
        When(
            fund_short,
            Outcome.WARNING,
            "公积金缴存基数 {fund_base}，低于按当月应发合计应达到的 {fund_due}",
            "核对缴存基数",
            discreet="公积金缴存基数低于当月应发合计",
        ),
    ),
    met="缴费基数不低于下限和实际工资",
    measure=F.insurance_base,
    requires=F.insurance_due,
)
