"""The last year's end, confirmed; a target below all; what officers say in this year's report."""

from __future__ import annotations

from decimal import Decimal

from supervision import year_ends
from supervision.demo.duties import CITY, DEMO
from supervision.models import ClauseTarget, ReportText, Run
from supervision.runs import execute_here, start_run
from xmsw.accounts.models import User
from xmsw.synthetic.plan import Plan

TARGETS = (("二(二)-2", "85"), ("二(二)-3", "70"), ("三(一)-5", "95"))
TEXTS = (
    (ReportText.Part.DONE, "举办社会工作者职业水平考试考前培训，组织新入职人员岗前培训。（演示）"),
    (ReportText.Part.PLANS, "优先补齐还没有设岗的城市社区，逐区核对薪酬低于指导标准的人员。（演示）"),
)


def hand_in(plan: Plan) -> None:
    """Targets and texts of the city."""
    shared = {"region_id": CITY, "year": plan.today.year, "synthetic": True}
    for clause, percent in TARGETS:
        ClauseTarget.objects.create(clause_id=clause, percent=Decimal(percent), document=DEMO, **shared)
    for part, text in TEXTS:
        ReportText.objects.create(part=part, text=text, document=DEMO, **shared)
    plan.made("条款目标", len(TARGETS))


def finish(plan: Plan) -> None:
    """The year end is judged and confirmed as an officer would, so it takes some seconds."""
    year = plan.today.year - 1
    day = year_ends.last_day(year)
    execute_here(start_run(day=day, present=False, area=CITY, reason=Run.Reason.NIGHTLY, dispatch=False))
    officer = User.objects.get(username="demo-city")
    plan.made("年末统计", len(year_ends.take(officer, CITY, year)))
