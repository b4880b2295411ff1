"""Invented members of the pools and their call-ups: some wait, some are idle, one call in every state."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from awards.models import CallKind, CallTask, CallUp, Honour, PoolChange, PoolMember
from talents.models import Employment, SocialWorker
from xmsw.dated import months_later
from xmsw.synthetic.plan import Plan

S, Pool = CallUp.State, PoolMember.Pool
DOCUMENT = "演示聘任通知（非正式文件）"
FIELDS = ("elderly", "children", "family", "disability", "community", "medical", "school")
WORKER, REVIEWER, SIMING = "demo-worker", "demo-reviewer", "350203"
WON, IDLE, DISTRICT = 5, 3, 4  # winners taken in, members who have long done nothing, members of a district


def load(plan: Plan, people: list[Employment]) -> None:
    """Winners in and waiting, older members, a district's, and what they were called for."""
    won = Honour.objects.filter(synthetic=True, cycle__region="3502").order_by("pk")
    winners = list(won.select_related("worker", "cycle"))
    members = [_member(plan, each.worker, place, honour=each) for place, each in enumerate(winners[:WON])]
    for each in winners[WON:]:
        _proposal(each)
    taken = {each.worker_id for each in winners}
    others = [each for each in people if each.worker_id not in taken]
    members += _own(plan, {each.worker_id for each in others[:IDLE]} | taken)
    _idle(plan, others[:IDLE])
    here = [each for each in others if each.employer.region_id.startswith(SIMING)][-DISTRICT:]
    there = [_member(plan, each.worker, place, region=SIMING) for place, each in enumerate(here)]
    experts = list(PoolMember.objects.filter(synthetic=True, worker=None, region="3502").order_by("pk"))
    _calls(plan, "3502", [*members, *experts])
    _calls(plan, SIMING, there)
    _history(plan, [*members[:3], *experts[:5]])
    plan.made("抽调", CallUp.objects.count())


def _own(plan: Plan, taken: set[int]) -> list[PoolMember]:
    """The person whose account has a known password, who then has something to answer."""
    own = SocialWorker.objects.filter(account__username=WORKER).exclude(pk__in=taken).first()
    return [_member(plan, own, 1)] if own else []


def _idle(plan: Plan, people: list[Employment]) -> None:
    """In for more than three years; the first never took part, the others long ago."""
    start = months_later(plan.today, -40)
    for place, each in enumerate(people):
        member = _member(plan, each.worker, place, start=start)
        if place:
            _served(member, months_later(plan.today, -30), CallKind.TRAINING)


def _member(plan: Plan, worker: SocialWorker, place: int, **fields: object) -> PoolMember:
    """In the 实务人才库; the second of each kind has a term that ends soon."""
    honour, region = fields.get("honour"), str(fields.get("region", "3502"))
    start = fields.get("start") or (honour.awarded_on if honour else date(plan.today.year - 1, 1, 15))
    end = plan.today + timedelta(days=45) if place == 1 else None
    made = PoolMember.objects.create(
        pool=Pool.PRACTICE, region_id=region, worker=worker, honour=honour, start=start, end=end,
        state=PoolMember.State.MEMBER, document=DOCUMENT, synthetic=True,
        expertise=[FIELDS[place % len(FIELDS)], FIELDS[(place + 3) % len(FIELDS)]],
    )  # fmt: skip
    PoolChange.objects.create(member=made, kind="entered", on=start, until=end, document=DOCUMENT)
    return made


def _proposal(honour: Honour) -> None:
    made = PoolMember.objects.create(
        pool=Pool.PRACTICE, region_id=honour.cycle.region_id, worker=honour.worker, honour=honour,
        start=honour.awarded_on, state=PoolMember.State.PROPOSED, synthetic=True,
    )  # fmt: skip
    PoolChange.objects.create(member=made, kind="proposed", on=honour.awarded_on, note=honour.title[:200])


def _served(member: PoolMember, on: date, kind: str, hours: int = 3) -> None:
    title = f"（演示）{CallKind(kind).label}"
    CallUp.objects.create(member=member, kind=kind, title=title, on=on, state=S.DONE, hours=Decimal(hours))


def _calls(plan: Plan, region: str, members: list[PoolMember]) -> None:
    """A task with answers of every kind, one whose turns nobody confirmed yet, one that was cancelled."""
    if len(members) < len(S) - 1:
        return
    soon = plan.today + timedelta(days=12)
    wanted = _task(region, "新进社工入职培训（演示）", CallKind.TRAINING, soon, 3)
    # The account of the person and that of the expert, whose passwords are known, have something to answer.
    asked = sorted(members, key=lambda each: _signs_in(each) not in (WORKER, REVIEWER))
    answers = ((S.CALLED, ""), (S.CALLED, ""), (S.ACCEPTED, "准时到"), (S.DECLINED, "当天有课"))
    for member, (state, said) in zip(asked, answers, strict=False):
        _call(wanted, member, state, answer=said)
    _task(region, "机构服务质量评估（演示）", CallKind.APPRAISAL, plan.today + timedelta(days=20), 2)
    over = _task(region, "小组督导（演示）", CallKind.SUPERVISION, plan.today - timedelta(days=30), 1)
    _call(over, members[-1], S.DONE, hours=Decimal("2.5"))
    gone = _task(region, "项目中期评估（演示）", CallKind.APPRAISAL, plan.today - timedelta(days=9), 1)
    CallTask.objects.filter(pk=gone.pk).update(cancelled_because="项目延期（演示）")
    _call(gone, members[-2], S.CANCELLED, cancelled_because="项目延期（演示）")


def _signs_in(member: PoolMember) -> str:
    account = member.account_of
    return account.username if account else ""


def _task(region: str, title: str, kind: str, on: date, number: int) -> CallTask:
    return CallTask.objects.create(
        region_id=region, title=title, kind=kind, on=on, number=number, seed=f"demo-{region}-{on:%m%d}", synthetic=True
    )


def _call(task: CallTask, member: PoolMember, state: str, **fields: object) -> None:
    CallUp.objects.create(
        task=task, member=member, kind=task.kind, title=task.title, on=task.on, state=state,
        placed_because="近 12 个月抽调 0 次，从来没有抽调过", **fields,
    )  # fmt: skip


def _history(plan: Plan, members: list[PoolMember]) -> None:
    """Work of the last two years, of every kind."""
    for place, member in enumerate(members):
        for back in range(1 + place % 3):
            on = months_later(plan.today, -2 - 6 * back - place)
            _served(member, on, CallKind.values[(place + back) % len(CallKind)], 2 + (place + back) % 5)
