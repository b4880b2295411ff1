"""Rules of 三(二): what a city or a district owes to awards, pools and funds."""

from xmsw.policy.expressions import F, P
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import When, rule
from xmsw.regions.facts import IS_CITY

of_a_city = F.area_level == IS_CITY

rule(
    number=32010,
    code="higher-award-nominees",
    clause="三(二)-1",
    subject="area",
    title="推荐参加国家级、省级评选",
    applies=of_a_city & (F.higher_rounds > 0),
    cases=(
        When(
            F.higher_without_nominee > 0,
            Outcome.INFO,
            "近 {award_interval_months} 个月的国家级、省级评选，有 {higher_without_nominee} 届没有推荐人选",
            "下一届及早组织推荐",
        ),
    ),
    met="近 {award_interval_months} 个月的国家级、省级评选都推荐了人选",
    measure=F.higher_without_nominee,
)
rule(
    number=32020,
    code="winners-in-pools",
    clause="三(二)-2",
    subject="area",
    title="获奖者纳入人才库",
    applies=of_a_city & (F.higher_winners > 0),
    cases=(
        When(
            F.winners_outside > 0,
            Outcome.VIOLATION,
            "国家级、省级获奖者 {winners_outside} 人，表彰超过 {pool_entry_days} 天还没有纳入实务人才库或专家库",
            "在荣誉名册里看这些人，在人才库里确认或登记入库",
        ),
        When(
            F.winners_waiting > 0,
            Outcome.INFO,
            "国家级、省级获奖者 {winners_waiting} 人还没有纳入人才库，期限 {pool_entry_days} 天",
            "确认待入库的人员",
        ),
    ),
    met="国家级、省级获奖者 {higher_winners} 人都已纳入人才库",
    measure=F.winners_outside,
    note="期限不是 317号的规定。",
)
rule(
    number=32030,
    code="pool-members-take-part",
    clause="三(二)-3",
    subject="area",
    title="人才库成员参与队伍建设",
    applies=F.pool_members > 0,
    cases=(
        When(
            F.idle_members > 0,
            Outcome.INFO,
            "人才库 {pool_members} 人中，{idle_members} 人 {pool_idle_months} 个月没有参与评审、培训、督导或评估",
            "抽调他们参与，或调整人才库",
        ),
    ),
    met="人才库 {pool_members} 人在 {pool_idle_months} 个月里都参与过工作",
    measure=F.idle_members,
    note="时间不是 317号的规定。",
)
rule(
    number=32040,
    code="award-every-two-years",
    clause="三(二)-4",
    subject="area",
    title="每两年表彰一批",
    applies=of_a_city,
    cases=(
        When(
            F.last_commended_on.is_unknown() & (F.rounds_under_way > 0),
            Outcome.WARNING,
            "还没有表彰过，首届正在进行",
            "按期完成这一届",
        ),
        When(F.last_commended_on.is_unknown(), Outcome.WARNING, "还没有表彰过", "组织一届表彰"),
        When(
            F.award_overdue & (F.rounds_under_way > 0),
            Outcome.WARNING,
            "最近一次表彰在 {last_commended_on}，已超过 {award_interval_months} 个月，新一届正在进行",
            "按期完成这一届",
        ),
        When(
            F.award_overdue,
            Outcome.WARNING,
            "最近一次表彰在 {last_commended_on}，已超过 {award_interval_months} 个月",
            "组织新一届表彰",
        ),
    ),
    met="最近一次表彰在 {last_commended_on}，没有超过 {award_interval_months} 个月",
    measure=F.last_commended_on,
    requires=P.award_interval_months,
)
rule(
    number=32070,
    code="award-funds-lawful",
    clause="三(二)-7",
    subject="area",
    title="奖励基金依法设立",
    applies=F.award_funds > 0,
    cases=(
        When(
            F.funds_without_basis > 0,
            Outcome.WARNING,
            "{award_funds} 个奖励基金中，{funds_without_basis} 个没有登记法律形式、登记号或登记日期",
            "补录登记依据，或按法律规定办理登记",
        ),
    ),
    met="{award_funds} 个奖励基金都有登记依据",
    measure=F.funds_without_basis,
)
