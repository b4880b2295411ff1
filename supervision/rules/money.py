"""Rules of 四(一)-5 and 四(二): budget, execution, evaluation, pay issues, price notices."""

from xmsw.policy.expressions import F, P
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import When, rule

rule(
    number=41050,
    code="input-does-not-fall",
    clause="四(一)-5",
    subject="area",
    title="经费投入不减少",
    applies=(F.budget_before > 0) & (F.budget_items > 0),
    cases=(
        When(
            F.budget_total < F.budget_before,
            Outcome.INFO,
            "本年预算 {budget_total}，少于上年的 {budget_before}",
            "看哪些项目减少了，编制预算时说明",
        ),
    ),
    met="本年预算 {budget_total}，不少于上年的 {budget_before}",
    measure=F.budget_total,
    requires=F.budget_before,
)
rule(
    number=42010,
    code="money-in-budget",
    clause="四(二)-1",
    subject="area",
    title="激励保障经费纳入财政预算",
    cases=(
        When(
            (F.budget_items == 0) & (F.day_of_year <= P.budget_grace_days),
            Outcome.PENDING,
            "还没有登记本年的经费预算；年初 {budget_grace_days} 天以内等批复",
            "批复以后登记本年的预算项目",
        ),
        When(F.budget_items == 0, Outcome.VIOLATION, "没有登记本年的经费预算", "登记本年批复的预算项目"),
    ),
    met="本年有预算项目 {budget_items} 个，共 {budget_total}",
    measure=F.budget_items,
    note="年初等批复的天数不是 317号的规定。",
)
rule(
    number=42020,
    code="budget-evaluated",
    clause="四(二)-2",
    subject="area",
    title="预算项目绩效评价",
    applies=F.ended_items > 0,
    cases=(
        When(
            F.unevaluated_items > 0,
            Outcome.WARNING,
            "{unevaluated_items} 个预算项目结束超过 {budget_evaluation_days} 天还没有绩效评价",
            "做绩效评价，登记得分、等级和报告",
        ),
    ),
    met="结束超过 {budget_evaluation_days} 天的预算项目都做了绩效评价",
    measure=F.unevaluated_items,
    note="期限不是 317号的规定。",
)
rule(
    number=42021,
    code="budget-executed",
    clause="四(二)-2",
    subject="area",
    title="预算执行",
    applies=F.spendable_before > 0,
    cases=(
        When(
            F.spent_before < F.spendable_before * P.budget_execution_share_min,
            Outcome.WARNING,
            "上年支出 {spent_before}，占预算和结转 {spendable_before}的 {budget_share_spent:.1%}，"
            "低于 {budget_execution_share_min:.1%}",
            "查明原因，登记漏记的支出，或调整预算安排",
        ),
    ),
    met="上年预算执行率 {budget_share_spent:.1%}，不低于 {budget_execution_share_min:.1%}",
    measure=F.budget_share_spent,
    requires=P.budget_execution_share_min,
    note="比例不是 317号的规定。",
)
rule(
    number=42030,
    code="pay-issues-on-time",
    clause="四(二)-3",
    subject="area",
    title="按期解决薪酬问题",
    applies=F.open_pay_issues > 0,
    cases=(
        When(
            F.overdue_pay_issues > 0,
            Outcome.INFO,
            "没有解决的薪酬问题 {open_pay_issues} 件，其中逾期 {overdue_pay_issues} 件",
            "催办，解决后登记结果",
        ),
    ),
    met="没有解决的薪酬问题 {open_pay_issues} 件，都在期限内",
    measure=F.overdue_pay_issues,
)
rule(
    number=42060,
    code="fees-with-notice",
    clause="四(二)-6",
    subject="area",
    title="收费公示价格",
    applies=F.fee_items > 0,
    cases=(
        When(
            F.fees_without_notice > 0,
            Outcome.WARNING,
            "机构的收费项目 {fee_items} 个，{fees_without_notice} 个没有公示价格",
            "通知机构公示价格，登记公示链接",
        ),
    ),
    met="机构的收费项目 {fee_items} 个都公示了价格",
    measure=F.fees_without_notice,
)
