"""Rules of 四(三)-1 and -2: a city and its districts inspect regularly, and what they order is mended in time."""

from xmsw.policy.expressions import F
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import When, rule

rule(
    number=43010,
    code="inspections-regular",
    clause="四(三)-1",
    subject="area",
    title="定期督促核查",
    cases=(
        When(
            (F.recent_inspections == 0) & (F.inspections_under_way == 0) & F.last_inspection_on.is_unknown(),
            Outcome.WARNING,
            "还没有开展过督促核查",
            "制定核查计划，开展现场核查",
        ),
        When(
            (F.recent_inspections == 0) & (F.inspections_under_way == 0),
            Outcome.WARNING,
            "最近一次核查在 {last_inspection_on} 结束，已超过 {inspection_interval_months} 个月",
            "制定核查计划，开展现场核查",
        ),
    ),
    met="近 {inspection_interval_months} 个月结束核查 {recent_inspections} 次，进行中 {inspections_under_way} 次",
    measure=F.recent_inspections,
    note="317号只写定期，没有写间隔；间隔不是 317号的规定。",
)
rule(
    number=43020,
    code="rectified-in-time",
    clause="四(三)-2",
    subject="area",
    title="整改按期完成",
    applies=F.open_orders > 0,
    cases=(
        When(
            F.overdue_orders > 0,
            Outcome.WARNING,
            "没有销号的整改通知 {open_orders} 件，其中逾期 {overdue_orders} 件",
            "在整改台账里看逾期的，督促单位整改",
        ),
    ),
    met="没有销号的整改通知 {open_orders} 件，都没有逾期",
    measure=F.overdue_orders,
)
