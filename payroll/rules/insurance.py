"""Rules of 三(一)-4 about social insurance and the housing fund."""

from xmsw.policy.expressions import F, P
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import When, rule

established = F.form.in_("established")

rule(
    number=31040,
    code="insurance-and-fund",
    clause="三(一)-4",
    subject="employment",
    title="办理社会保险和公积金",
    applies=~established & (F.employed_days > P.insurance_grace_days),
    cases=(
        When(
            F.pay_period.is_unknown(),
            Outcome.PENDING,
            "近 {recent_pay_months} 个月没有薪酬和参保记录，无法判断",
            "上报薪酬和参保情况",
        ),
        When(
            F.missing_insurances > 0,
            Outcome.VIOLATION,
            "入职 {employed_days} 天，仍有 {missing_insurances} 项社会保险或公积金未办理",
            "为其补办五险一金",
        ),
        When(
            F.insurance_base < P.insurance_base_minimum,
            Outcome.WARNING,
            "社保缴费基数 {insurance_base} 元，低于下限 {insurance_base_minimum} 元",
            "核对缴费基数",
            discreet="社保缴费基数低于下限",
        ),
        When(
            F.insurance_base < F.pay_total,
            Outcome.WARNING,
            "社保缴费基数 {insurance_base} 元，低于月应发合计 {pay_total} 元",
            "核对缴费基数",
            discreet="社保缴费基数低于月应发合计",
        ),
    ),
    met="五险一金都已办理",
    measure=F.missing_insurances,
)
