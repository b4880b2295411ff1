"""Rules of 三(一)-7 and -8 about what purchased services cost. The ratios are of 厦民〔2022〕20号, not of 317号."""

from xmsw.policy.expressions import F, P
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import When, rule

approved = ~F.approved_version.is_unknown()

rule(
    number=31070,
    code="purchase-costs",
    clause="三(一)-7",
    subject="project",
    title="购买服务成本核算",
    cases=(
        When(
            F.approved_version.is_unknown() & (F.waiting_sheets > 0),
            Outcome.INFO,
            "成本核算表已提交，还没有审定",
            "尽快审定",
        ),
        When(
            F.approved_version.is_unknown(),
            Outcome.WARNING,
            "没有审定的成本核算表",
            "编制成本核算表，提交审定",
        ),
        When(
            (F.sheet_total < F.contract_amount) | (F.sheet_total > F.contract_amount),
            Outcome.WARNING,
            "明细合计 {sheet_total}，与合同金额 {contract_amount} 不一致",
            "核对合同金额，或编制新版本",
        ),
        When(
            F.other_amount > F.sheet_total * P.purchase_other_share_max,
            Outcome.WARNING,
            "人员以外的经费占比 {other_share}，高于 {purchase_other_share_max}（厦民〔2022〕20号）",
            "减少人员以外的经费",
        ),
        When(
            F.contract_overlong,
            Outcome.WARNING,
            "合同 {contract_start} 至 {contract_end}，超过 {purchase_max_years} 年（厦民〔2022〕20号）",
            "核对合同期",
        ),
    ),
    met="成本核算表已审定，合计等于合同金额",
    measure=F.sheet_total,
    requires=F.contract_amount,
    note="比例和年限来自厦民〔2022〕20号，不是 317号的规定。",
)
rule(
    number=31080,
    code="purchase-labour-cost",
    clause="三(一)-8",
    subject="project",
    title="人力成本作为重要核算依据",
    applies=approved,
    cases=(
        When(
            F.labour_lines == 0,
            Outcome.VIOLATION,
            "审定的成本核算表没有人员薪酬福利的明细",
            "编制新版本，补上人员明细",
        ),
        When(
            F.labour_amount < F.sheet_total * P.purchase_personnel_share_min,
            Outcome.WARNING,
            "人员经费占比 {labour_share}，低于 {purchase_personnel_share_min}（厦民〔2022〕20号）",
            "增加人员经费，编制新版本",
        ),
        When(
            F.below_guidance > 0,
            Outcome.WARNING,
            "有 {below_guidance} 项人员的薪酬低于指导标准（指导标准，不是违法）",
            "核对档级，或提高薪酬",
        ),
        When(
            F.per_head < F.average_wage,
            Outcome.WARNING,
            "人均成本 {per_head}/年，低于 {wage_year} 年在岗职工平均工资 {average_wage}（厦民〔2022〕20号）",
            "提高人员经费，编制新版本",
            discreet="人均成本低于上一年在岗职工平均工资（厦民〔2022〕20号）",
        ),
        When(
            F.below_present_guidance > 0,
            Outcome.INFO,
            "计价以后换了指导标准：有 {below_present_guidance} 项人员的薪酬低于现行的{present_document}",
            "续签或调整合同时，编制新版本按现行标准计价",
        ),
    ),
    met="人力成本已列入核算，占比不低于规定",
    measure=F.labour_share,
    requires=P.purchase_personnel_share_min,
    note="占比和人均成本的要求来自厦民〔2022〕20号，不是 317号的规定；没有登记上一年平均工资时不判断人均成本。",
)
