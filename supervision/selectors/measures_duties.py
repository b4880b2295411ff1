"""What is measured of 四(一): counts in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from posts.models import Employer
from posts.models.employers import KindBureau
from posts.models.kinds import B_KINDS, D_KINDS
from supervision.facts.duties import NEED_A_RULE
from supervision.models import (
    Contact,
    DevelopmentPlan,
    GuidanceRecord,
    JointMeeting,
    MeetingTask,
    SupportingRule,
)
from supervision.selectors.targets import Reached, reached
from xmsw.accounts.models import Bureau

if TYPE_CHECKING:
    from xmsw.accounts.models import User

LINES = {
    "四(一)-3": (Bureau.GOVERNANCE,),
    "四(一)-8": (Bureau.EDUCATION, Bureau.PUBLIC_SECURITY, Bureau.JUSTICE, Bureau.HEALTH),
    "四(一)-9": (Bureau.TRADE_UNION, Bureau.YOUTH_LEAGUE, Bureau.WOMEN, Bureau.DISABLED),
}


def _of(rows: QuerySet, user: User | None) -> QuerySet:
    return rows if user is None else rows.visible_to(user)


def measures_duties(user: User | None, on: date) -> dict[str, str]:
    """Clause → what is counted, in eight queries."""
    return {
        "四(一)-1": _plans(user, on),
        "四(一)-2": _mechanism(user, on),
        "四(一)-4c": _rules(user, on),
        "四(一)-7": _guidance(user, on),
        **_lines(user, on),
    }


def _plans(user: User | None, on: date) -> str:
    found = _of(DevelopmentPlan.objects.all(), user).in_force(on)
    counted = found.aggregate(n=Count("pk"), places=Count("region", distinct=True))
    return f"现行规划 {counted['n']} 份，{counted['places']} 个市或区登记了"


def _mechanism(user: User | None, on: date) -> str:
    contacts = _of(Contact.objects.all(), user).in_force(on).count()
    meetings = _of(JointMeeting.objects.all(), user).filter(on__year=on.year, on__lte=on).count()
    late = Count("pk", filter=Q(deadline__lt=on))
    tasks = _of(MeetingTask.objects.all(), user).open_on(on).aggregate(n=Count("pk"), late=late)
    return (
        f"部门联络员 {contacts} 人，今年联席会议 {meetings} 次，没有完成的任务 {tasks['n']} 项，逾期 {tasks['late']} 项"
    )


def _rules(user: User | None, on: date) -> str:
    rows = _of(SupportingRule.objects.all(), user).filter(published_on__lte=on).exclude(repealed_on__lte=on)
    needed = Count("clause", distinct=True, filter=Q(clause__in=NEED_A_RULE))
    found = rows.aggregate(n=Count("pk"), needed=needed)
    return f"现行配套制度 {found['n']} 份；需要制度的 {len(NEED_A_RULE)} 条中，{found['needed']} 条有"


def _guidance(user: User | None, on: date) -> str:
    rows = _of(GuidanceRecord.objects.all(), user).filter(asked_on__lte=on)
    found = rows.aggregate(n=Count("pk"), waiting=Count("pk", filter=~Q(replied_on__lte=on) | Q(replied_on=None)))
    return f"人社指导 {found['n']} 条，没有答复的 {found['waiting']} 条"


def _lines(user: User | None, on: date) -> dict[str, str]:
    """Posts by line, the year's targets, and whether employers of lists B and D have the bureau of their kind."""
    employers = _of(Employer.objects.all(), user).in_force(on)
    cells = reached(user, on.year, on)
    by_line = Counter()
    for (bureau, _), cell in cells.items():
        by_line[bureau] += cell.actual
    usual = Subquery(KindBureau.objects.filter(kind=OuterRef("kind")).values("bureau")[:1])
    listed = employers.filter(kind__in=B_KINDS + D_KINDS).annotate(usual=usual)
    sorted_ = listed.aggregate(n=Count("pk"), apart=Count("pk", filter=~Q(competent_bureau=F("usual"))))
    one = f"B、D 类单位 {sorted_['n']:,} 家各有一个主管部门，与类别的通常部门不同的 {sorted_['apart']:,} 家"
    total = sum(by_line.values())
    told = {clause: f"在设岗位：{_each(by_line, lines)}" for clause, lines in LINES.items()}
    told["四(一)-8"] += f"；{one}"
    told["四(一)-4"] = f"在设岗位 {total:,} 个，分属 {sum(map(bool, by_line.values()))} 个部门"
    return told | {"四(一)-4b": _targets([each for each in cells.values() if each.target is not None], on)}


def _targets(cells: list[Reached], on: date) -> str:
    """The targets of the year beside the posts of the very lines and districts that have one; the verdict of the row
    is about the last year that is over, so that is said where it is another one."""
    ended = (on + timedelta(days=1)).year - 1
    judged = "" if ended == on.year else f"；是否达标按 {ended} 年末判断"
    if not cells:
        return f"没有登记 {on.year} 年末的岗位目标{judged}"
    goal, there = sum(each.target for each in cells), sum(each.actual for each in cells)
    short = sum(each.lacking > 0 for each in cells)
    reached_now = f"{len(cells)} 项目标中 {short} 项还没有达到" if short else f"{len(cells)} 项目标都已达到"
    return f"{on.year} 年末岗位目标 {goal:,} 个，有目标的部门和区现有 {there:,} 个，{reached_now}{judged}"


def _each(by_line: Mapping[str, int], lines: tuple[str, ...]) -> str:
    return "、".join(f"{Bureau(line).label} {by_line.get(line, 0):,} 个" for line in lines)
