"""Rules of 四(一): what a city or a district owes to plans, contacts, meetings, targets and supporting rules."""

from supervision.facts.duties import NEED_A_RULE
from xmsw.accounts.models import Bureau
from xmsw.policy.expressions import F, P
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import When, rule
from xmsw.regions.facts import IS_CITY

BUREAUS, NEEDED = len(Bureau), len(NEED_A_RULE)

rule(
    number=41010,
    code="in-development-plan",
    clause="四(一)-1",
    subject="area",
    title="纳入经济社会发展规划",
    cases=(
        When(
            F.plans_in_force == 0,
            Outcome.VIOLATION,
            "没有登记写进专业社会工作的现行规划",
            "登记现行规划，写明原文，上传文件",
        ),
    ),
    met="登记了写进专业社会工作的现行规划 {plans_in_force} 份",
    measure=F.plans_in_force,
)
rule(
    number=41020,
    code="bureaus-have-contacts",
    clause="四(一)-2",
    subject="area",
    title="各部门有联络员",
    cases=(
        When(
            F.bureaus_with_contact < BUREAUS,
            Outcome.WARNING,
            f"{BUREAUS} 个部门中，{{bureaus_with_contact}} 个有联络员",
            "在部门联络员里补齐",
        ),
    ),
    met=f"{BUREAUS} 个部门都有联络员",
    measure=F.bureaus_with_contact,
)
rule(
    number=41021,
    code="joint-meetings",
    clause="四(一)-2",
    subject="area",
    title="召开联席会议",
    cases=(
        When(F.last_meeting_on.is_unknown(), Outcome.WARNING, "还没有开过联席会议", "召开联席会议，登记纪要和任务"),
        When(
            F.meeting_overdue,
            Outcome.WARNING,
            "最近一次联席会议在 {last_meeting_on}，已超过 {joint_meeting_months} 个月",
            "召开联席会议，登记纪要和任务",
        ),
    ),
    met="最近一次联席会议在 {last_meeting_on}，没有超过 {joint_meeting_months} 个月",
    measure=F.last_meeting_on,
    requires=P.joint_meeting_months,
    note="间隔不是 317号的规定。",
)
rule(
    number=41022,
    code="joint-tasks-on-time",
    clause="四(一)-2",
    subject="area",
    title="联席任务按期完成",
    applies=F.open_tasks > 0,
    cases=(
        When(
            F.overdue_tasks > 0,
            Outcome.INFO,
            "没有完成的联席任务 {open_tasks} 项，其中逾期 {overdue_tasks} 项",
            "催办，完成后登记完成情况",
        ),
    ),
    met="没有完成的联席任务 {open_tasks} 项，都在期限内",
    measure=F.overdue_tasks,
)
rule(
    number=41045,
    code="post-targets-reached",
    clause="四(一)-4b",
    subject="area",
    title="达到年度岗位目标",
    applies=F.target_lines > 0,
    cases=(
        When(
            F.lines_below_target > 0,
            Outcome.INFO,
            "{target_year} 年末的岗位目标 {target_lines} 条，{lines_below_target} 条没有达到",
            "在年度岗位目标里看差多少，和主管部门一起推进",
        ),
    ),
    met="{target_year} 年末的岗位目标 {target_lines} 条都达到了",
    measure=F.lines_below_target,
)
rule(
    number=41046,
    code="supporting-rules",
    clause="四(一)-4c",
    subject="area",
    title="建立配套制度",
    applies=F.area_level == IS_CITY,
    cases=(
        When(
            F.clauses_with_rule < NEEDED,
            Outcome.INFO,
            f"需要配套制度的 {NEEDED} 条（{'、'.join(NEED_A_RULE)}），{{clauses_with_rule}} 条有现行制度",
            "起草、发布缺少的制度",
        ),
    ),
    met=f"需要配套制度的 {NEEDED} 条都有现行制度",
    measure=F.clauses_with_rule,
)
