"""Rule of 一-6: the frontline keeps its share and its people. A principle, so it hints and never blames."""

from xmsw.policy.expressions import F, P
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import When, rule

rule(
    number=10060,
    code="frontline-and-stability",
    clause="一-6",
    subject="area",
    title="保障基层，稳定一线",
    applies=F.seated_people > 0,
    cases=(
        When(
            F.turnover_percent > P.turnover_hint_percent,
            Outcome.INFO,
            "12 个月离职 {leavers_of_year} 人次，离职率 {turnover_percent}%，高于 {turnover_hint_percent}%",
            "在一线与稳定里看哪些地区、领域、原因多，和用人单位研究怎么留人",
        ),
        When(
            F.frontline_fall > P.frontline_fall_percent,
            Outcome.INFO,
            "一线人员占 {frontline_percent}%，一年前 {frontline_percent_before}%，"
            "下降超过 {frontline_fall_percent} 个百分点",
            "看新设的岗位是不是一线岗位，一线岗位是不是空着",
        ),
    ),
    met="在岗 {seated_people} 人，一线占 {frontline_percent}%，12 个月离职率 {turnover_percent}%",
    measure=F.turnover_percent,
    requires=P.turnover_hint_percent,
    note="两个界限不是 317号的规定，只作提示。",
)
