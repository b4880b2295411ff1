"""Invented rounds of awards in four phases, their experts, nominees and winners; of Xiamen only."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password

from awards import demo_pools, panel
from awards.commending import verification_code
from awards.demo_recognition import recognise
from awards.models import (
    AwardCycle,
    Criterion,
    Honour,
    Nomination,
    Objection,
    PanelSeat,
    PoolMember,
    PublicNotice,
    Score,
    ScoreSheet,
)
from awards.ranking import ranking, sheet_total
from talents.models import Employment
from xmsw.accounts.models import User
from xmsw.accounts.roles import Role
from xmsw.synthetic import cases
from xmsw.synthetic.plan import PASSWORD, DemoAccount, Plan
from xmsw.workdays import last_of

ORDER = 50
TABLES = ("awards_nomination", "awards_honour", "awards_poolmember", "awards_callup", "awards_fundentry")
REVIEWER, EXPERTS = "demo-reviewer", 9
WEIGHTS = (
    ("服务成效", 50, "服务对象的改变、可以核对的数据"),
    ("专业能力", 30, "方法、督导和研究"),
    ("行业影响", 20, "带动和推广"),
)
STORY = (
    "（演示）多年在一线服务困境老人、儿童和家庭，带领团队完成多个项目，建立了个案转介和志愿服务的办法，"
    "服务对象和街道评价都好，经验在全区推广。"
)
DOCUMENT = "演示通知（非正式文件）"
SERIES = "社会工作领军人才（演示）"
S, N = AwardCycle.State, Nomination.State
# Handed in three days after the call began; cases of panels and notices are past their desk.
_CASES = """
SELECT n.id, n.id AS key, e.region_id, n.state, c.call_start + 3
FROM awards_nomination n JOIN awards_awardcycle c ON c.id = n.cycle_id AND c.state = 'call'
JOIN posts_employer e ON e.id = n.employer_id WHERE c.synthetic AND n.state <> 'draft'
"""
LENGTHS = (("call_end", 20), ("recommend_end", 30), ("preliminary_end", 40), ("panel_end", 55))


def load(plan: Plan) -> None:
    """Nothing: rounds need people and officers, who are all there at the end."""


def open_accounts(plan: Plan) -> None:
    """Experts who review; the first has a known password. None in a bulk load."""
    if plan.bulk or plan.nation or User.objects.filter(username=REVIEWER).exists():
        return
    locked = make_password(None)
    for number in range(1, EXPERTS + 1):
        first = number == 1
        account = User.objects.create(
            username=REVIEWER if first else f"{REVIEWER}-{number}", role=Role.REVIEWER,
            display_name=f"演示专家{number}", password=make_password(PASSWORD) if first else locked,
        )  # fmt: skip
        PoolMember.objects.create(
            pool=PoolMember.Pool.EXPERT, region_id="3502", name=account.display_name, title="教授",
            organisation=f"演示第{number}大学社会工作系", account=account, expertise=["community", "research"],
            start=date(plan.today.year - 2, 1, 1), state=PoolMember.State.MEMBER, document=DOCUMENT, synthetic=True,
        )  # fmt: skip


def accounts() -> list[DemoAccount]:
    """The reviewer's account, when it is there."""
    found = User.objects.filter(username=REVIEWER).first()
    return [DemoAccount(REVIEWER, found.get_role_display(), "只看自己要评审的人选")] if found else []


def hand_in(plan: Plan) -> None:
    """A city round that is over, one that calls, a district's panel that sits, another's notice that runs."""
    if plan.nation or plan.bulk:
        return
    people = list(_certified(plan.today))
    recognise(plan, people[:-31:-1])
    _over(plan, people[:8])
    called = _round(plan, "3502", S.CALL, plan.today - timedelta(days=10), 1, quota=10)
    for place, (employment, state) in enumerate(
        zip(people[8:16], (N.SUBMITTED,) * 4 + (N.RECOMMENDED,) * 3 + (N.RETURNED,), strict=False)
    ):
        _nominee(called, employment, state, by_oneself=place == 2)
    _sitting(plan, [each for each in people[16:] if each.employer.region_id.startswith("350203")][:6])
    _on_notice(plan, [each for each in people[16:] if each.employer.region_id.startswith("350206")][:4])
    cases.hand_in(plan, "nomination", _CASES)
    demo_pools.load(plan, people)
    plan.made("表彰推荐人选", Nomination.objects.count())


def _certified(today: date) -> list[Employment]:
    """Certified people in force, one an employer, in an order that is the same each time."""
    rows = Employment.objects.in_force(today).filter(
        worker__certificates__level__gte=2, worker__certificates__state="verified", employer__synthetic=True
    )
    rows = rows.order_by("employer", "pk").distinct("employer").select_related("worker", "employer")
    return list(rows.exclude(form=Employment.Form.ESTABLISHED))


def _round(plan: Plan, region: str, state: str, begin: date, back: int, **fields: object) -> AwardCycle:
    """A round whose call began on a day."""
    days = {"call_start": begin} | {name: begin + timedelta(days=days) for name, days in LENGTHS}
    city = len(region) == 4
    place = {"3502": "厦门市", "350203": "思明区", "350206": "湖里区"}[region]
    cycle = AwardCycle.objects.create(
        title=f"{place}{begin.year} 年度{SERIES}", series=f"{place}{SERIES}", region_id=region, state=state,
        level="city" if city else "district", year=begin.year, document=DOCUMENT, quota=fields.pop("quota", 2),
        prize=Decimal(50_000 if city else 5_000), seed=f"demo-{region}-{back}", clean_employer=False, synthetic=True,
        declarations=["不是高等院校、科研机构的专职研究人员"], **days, **fields,
    )  # fmt: skip
    Criterion.objects.bulk_create(
        Criterion(cycle=cycle, place=at, name=name, weight=weight, note=note)
        for at, (name, weight, note) in enumerate(WEIGHTS, start=1)
    )
    return cycle


def _nominee(cycle: AwardCycle, employment: Employment, state: str, **fields: object) -> Nomination:
    return Nomination.objects.create(
        cycle=cycle, worker=employment.worker, employer=employment.employer, achievements=STORY, declared=True,
        state=state, **fields,
    )  # fmt: skip


def _over(plan: Plan, people: list[Employment]) -> None:
    on = date(plan.today.year - 1, 3, 20)
    begin = on - timedelta(days=120)
    cycle = _round(plan, "3502", S.COMMENDED, begin, 2, quota=10, commended_on=on, commended_by=DOCUMENT)
    for place, each in enumerate(people, start=1):
        score = Decimal(96) - place
        nominee = _nominee(cycle, each, N.AWARDED, rank=place, score=score, reckoning={"counted": [f"{score}.00"]})
        Honour.objects.create(
            worker=each.worker, employer=each.employer, level=cycle.level, series=cycle.series, title=cycle.title,
            awarded_by="厦门市民政局（演示）", awarded_on=on, document=DOCUMENT, prize=cycle.prize, cycle=cycle,
            nomination=nominee, number=f"{cycle.year}-3502-{cycle.pk:04d}-{place:03d}", code=verification_code(),
            synthetic=True,
        )  # fmt: skip


def _panel(cycle: AwardCycle, plan: Plan) -> list[PanelSeat]:
    members = PoolMember.objects.filter(synthetic=True, account__isnull=False).order_by("pk")[:7]
    return [PanelSeat.objects.create(cycle=cycle, member=each, account_id=each.account_id) for each in members]


def _scored(seats: list[PanelSeat], nominees: list[Nomination]) -> None:
    criteria = list(seats[0].cycle.criteria.all()) if seats else []
    weights = {each.pk: each.weight for each in criteria}
    for place, seat in enumerate(seats):
        for at, nominee in enumerate(nominees):
            points = {each.pk: Decimal(70 + (place * 7 + at * 5 + each.place * 3) % 28) for each in criteria}
            sheet = ScoreSheet.objects.create(seat=seat, nomination=nominee, total=sheet_total(points, weights))
            Score.objects.bulk_create(
                Score(sheet=sheet, criterion_id=criterion, points=value) for criterion, value in points.items()
            )


def _sitting(plan: Plan, people: list[Employment]) -> None:
    cycle = _round(plan, "350203", S.PANEL, plan.today - timedelta(days=45), 1)
    nominees = [_nominee(cycle, each, N.ELIGIBLE) for each in people]
    seats = _panel(cycle, plan)
    panel.note_conflicts(cycle)
    _scored(seats[1:5], nominees[:4])  # the reviewer whose password is known has everything still to do


def _on_notice(plan: Plan, people: list[Employment]) -> None:
    cycle = _round(plan, "350206", S.PANEL, plan.today - timedelta(days=70), 1)
    nominees = [_nominee(cycle, each, N.ELIGIBLE) for each in people]
    _scored(_panel(cycle, plan), nominees)
    entries = panel.entries(cycle, {each.pk: each for each in nominees})
    panel.place(nominees, ranking(entries, trim=cycle.trim, tie=cycle.tie, seed=cycle.seed))
    published = plan.today - timedelta(days=1)
    AwardCycle.objects.filter(pk=cycle.pk).update(state=S.NOTICE)
    chosen = cycle.nominations.filter(rank__lte=cycle.quota)
    chosen.update(state=N.ON_NOTICE)
    PublicNotice.objects.create(
        cycle=cycle, published_on=published, working_days=cycle.notice_days, end=last_of(cycle.notice_days, published)
    )
    first = chosen.order_by("rank").first()
    if first is not None:
        Objection.objects.create(
            nomination=first,
            name="演示异议人",
            phone="00000000000",
            text="（演示）材料里的服务人数和公开的年报不一致，请核查。",
        )
