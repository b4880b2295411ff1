"""Plans, targets, contacts, meetings, tasks, guidance and supporting rules; 同安 has no plan, some contacts lack."""

from __future__ import annotations

from datetime import date, timedelta

from posts.models import Employer
from supervision.models import (
    Contact,
    DevelopmentPlan,
    GuidanceRecord,
    JointMeeting,
    MeetingTask,
    SupportingRule,
    YearlyTarget,
)
from supervision.selectors.targets import actual
from xmsw.accounts.models import Bureau
from xmsw.regions.models import Level, Region
from xmsw.synthetic.plan import Plan

CITY, WITHOUT_PLAN = "3502", "350212"
DEMO = "演示（非正式文件）"
QUOTE = "（演示）发展专业社会工作，培养社会工作专业人才，城市社区至少设置 1 个社会工作专业岗位。"
NAMES = ("陈海", "林岚", "黄敏", "郑航", "王琳", "吴越", "张帆", "许宁", "苏荷", "叶青", "蔡文", "杨桦")
TASKS = (
    (Bureau.EDUCATION, "在试点学校设置社会工作岗位", 40, None),
    (Bureau.HEALTH, "把医务社会工作岗位纳入专业技术岗位管理", -20, None),
    (Bureau.JUSTICE, "摸清社区矫正机构的人员需求", -60, 30),
    (Bureau.FINANCE, "在预算里单列社会工作人才激励经费", 90, None),
    (Bureau.HUMAN_RESOURCES, "明确事业单位社会工作岗位的等级", -5, None),
)
RULES = (
    ("三(一)-5", "厦门市社会工作专业人才薪酬指导标准（演示）", True),
    ("三(一)-7", "厦门市购买社会工作服务成本核算办法（演示）", True),
    ("三(二)-2", "厦门市社会工作人才库管理办法（演示）", False),
)


def nodes() -> list[Region]:
    """The city and its districts."""
    levels = (Level.CITY, Level.DISTRICT)
    return list(Region.objects.subtree(CITY).filter(level__in=levels).order_by("code"))


def hand_in(plan: Plan) -> None:
    """Everything of 四(一)."""
    _plans(plan)
    _targets(plan)
    _contacts(plan)
    _meetings(plan)
    _guidance(plan)
    for clause, title, published in RULES:
        SupportingRule.objects.create(
            region_id=CITY,
            clause_id=clause,
            title=title,
            document=DEMO,
            drafted_on=date(plan.today.year - 2, 3, 1),
            published_on=date(plan.today.year - 1, 6, 1) if published else None,
            synthetic=True,
        )


def _plans(plan: Plan) -> None:
    first = plan.today.year - (plan.today.year - 2016) % 5
    made = [
        DevelopmentPlan(
            region=node,
            name=f"{node.name}国民经济和社会发展规划 {begin}–{begin + 4}（演示）",
            document=DEMO,
            quote=QUOTE,
            start=date(begin, 1, 1),
            end=date(begin + 4, 12, 31),
            synthetic=True,
        )
        for node in nodes()
        for begin in (first - 5, first)
        if node.pk != WITHOUT_PLAN or begin < first
    ]
    plan.made("发展规划", len(DevelopmentPlan.objects.bulk_create(made)))


def _targets(plan: Plan) -> None:
    """A tenth above what there is this year, and what there was at the end of the last one, some of it missed."""
    made = []
    for year, day in ((plan.today.year - 1, date(plan.today.year - 1, 12, 31)), (plan.today.year, plan.today)):
        for place, ((bureau, district), n) in enumerate(sorted(actual(None, day).items())):
            if district.startswith(CITY) and place % 4 != 3:
                more = n // 10 + 1 if year == plan.today.year or place % 3 == 0 else 0
                made.append(
                    YearlyTarget(
                        region_id=district, bureau=bureau, year=year, posts=n + more, document=DEMO, synthetic=True
                    )
                )
    plan.made("年度岗位目标", len(YearlyTarget.objects.bulk_create(made)))


def _contacts(plan: Plan) -> None:
    made = [
        Contact(
            region=node,
            bureau=bureau,
            lead=f"演示{NAMES[(at + place + 5) % 12]}",
            lead_title="分管领导",
            name=f"演示{NAMES[(at + place) % 12]}",
            phone="0592-0000000",
            start=date(plan.today.year - 1, 1, 1),
            synthetic=True,
        )
        for at, node in enumerate(nodes())
        for place, bureau in enumerate(Bureau.values)
        if node.pk in (CITY, "350203") or place + at < 12
    ]
    plan.made("部门联络员", len(Contact.objects.bulk_create(made)))


def _meetings(plan: Plan) -> None:
    for at, node in enumerate(nodes()):
        on = plan.today - timedelta(days=60 + 80 * at)
        meeting = JointMeeting.objects.create(
            region=node,
            title=f"{node.name}社会工作专业人才联席会议（演示）",
            on=on,
            chair="演示主持人",
            attending=Bureau.values[: 12 - at],
            minutes="（演示）通报进度，交办任务。",
            document=DEMO,
            synthetic=True,
        )
        if at > 2:
            continue
        MeetingTask.objects.bulk_create(
            MeetingTask(
                region=node,
                bureau=bureau,
                meeting=meeting,
                title=f"{title}（演示）",
                given_on=on,
                deadline=max(on, plan.today + timedelta(days=due)),
                done_on=None if done is None else min(on + timedelta(days=done), plan.today),
                evidence="" if done is None else "（演示）已报送需求清单",
                synthetic=True,
            )
            for bureau, title, due, done in TASKS
        )
    plan.made("联席任务", MeetingTask.objects.count())


def _guidance(plan: Plan) -> None:
    rows = Employer.objects.filter(sector="institution", synthetic=True, region__code__startswith="350203")
    for at, employer in enumerate(rows.order_by("pk")[:6]):
        on = plan.today - timedelta(days=15 + 20 * at)
        GuidanceRecord.objects.create(
            region_id="350203",
            bureau=Bureau.HUMAN_RESOURCES,
            employer=employer,
            asked_on=on,
            matter=GuidanceRecord.Matter.values[at % 4],
            question="（演示）社会工作岗位怎样设置等级、怎样核定薪酬？",
            reply="" if at < 2 else "（演示）按专业技术岗位管理，证书对应等级；薪酬执行国家统一规定。",
            replied_on=None if at < 2 else on + timedelta(days=7),
            synthetic=True,
        )
