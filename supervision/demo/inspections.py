"""Invented inspections of 思明区: one over, one on its way, and orders in every state, one overdue and escalated."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from hashlib import sha256

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from posts.models import Employer
from supervision import drawing
from supervision.checklists import registered, suggest
from supervision.demo.steps import went
from supervision.inspecting import frame_of
from supervision.models import (
    DeadlineChange,
    Escalation,
    Inspection,
    InspectionFrame,
    InspectionUnit,
    ItemRecord,
    OrderCounter,
    OrderItem,
    RectificationOrder,
    UnitInspector,
)
from supervision.rectifying import number_of
from xmsw.accounts.models import OrgUnit, User
from xmsw.accounts.roles import Role
from xmsw.policy.rules import by_code
from xmsw.regions.models import Region
from xmsw.synthetic.plan import PASSWORD, DemoAccount, Plan
from xmsw.workflow.models import Step

AREA, CITY = "350203", "3502"
FIRST, SECOND = "demo-siming", "demo-siming-2"
RULES = ("community-has-post", "full-time-professional", "certificate-for-junior")
DOCUMENT = "演示通知（非正式文件）"
S, U, R = RectificationOrder.State, InspectionUnit.State, ItemRecord.Result
# State, days since it was issued, days it gives.
ORDERS = (
    (S.CLOSED, 60, 30),
    (S.RESPONDED, 20, 30),
    (S.SENT_BACK, 25, 40),
    (S.ORDERED, 3, 30),
    (S.ORDERED, 45, 20),
    (S.CANCELLED, 30, 20),
)


def open_accounts(plan: Plan) -> None:
    """A second officer of 思明区: a record needs two, and nobody looks again at what he issued himself."""
    unit = OrgUnit.objects.in_force(plan.today).get(bureau="civil_affairs", region_id=AREA)
    User.objects.get_or_create(
        username=SECOND,
        defaults={
            "display_name": "演示·思明区复核人",
            "role": Role.DISTRICT_OFFICER,
            "org_unit": unit,
            "password": make_password(PASSWORD),
        },
    )


def accounts() -> list[DemoAccount]:
    """The second officer, when it is there."""
    found = User.objects.filter(username=SECOND).first()
    return [DemoAccount(SECOND, found.get_role_display(), "思明区所有条线；第二核查人、复核人")] if found else []


def hand_in(plan: Plan) -> None:
    """Plans, records and orders."""
    people = list(User.objects.filter(username__in=(FIRST, SECOND)).order_by("username"))
    if len(people) < 2:
        return
    over = _plan(plan, "上半年落实情况督促核查（演示）", 120, 90, 10)
    _recorded(plan, over, people, over.units.count(), 110)
    over.state, over.closed_on = Inspection.State.CLOSED, plan.today - timedelta(days=90)
    over.save()
    running = _plan(plan, "下半年落实情况督促核查（演示）", 12, -30, 6)
    _recorded(plan, running, people, 4, 5)
    _orders(plan, people)
    plan.made("督促核查单位", InspectionUnit.objects.count())
    plan.made("整改通知", RectificationOrder.objects.count())


def _plan(plan: Plan, title: str, since: int, until: int, share: int) -> Inspection:
    """A drawn plan under way that began so many days ago and ends (ended) at another day before today."""
    begin = plan.today - timedelta(days=since)
    moment = timezone.make_aware(datetime.combine(begin, time(9)))
    found = Inspection.objects.create(
        title=title, document=DOCUMENT, region_id=AREA, start=begin, end=plan.today - timedelta(days=until),
        kinds=["C02", "E01"], rules=[by_code(code).number for code in RULES], share=share, draw_on=begin,
        seed=f"demo-{begin:%Y%m%d}", secret=sha256(title.encode()).hexdigest()[:32],
        seed_fixed_at=moment - timedelta(days=3), synthetic=True,
        seed_fixed_by=User.objects.get(username=FIRST), created_by=User.objects.get(username=FIRST),
    )  # fmt: skip
    suggest(found)
    frame = frame_of(found)
    text = drawing.frame_text(frame)
    InspectionFrame.objects.create(inspection=found, lines=text)
    InspectionUnit.objects.bulk_create(
        InspectionUnit(
            inspection=found, employer_id=each.pk, key=each.key, stratum=each.stratum,
            order=drawing.place_of(found.lot_seed, each.key),
        )
        for each in drawing.drawn(frame, found.lot_seed, found.share)
    )  # fmt: skip
    found.frame_size, found.frame_hash, found.drawn_at = len(frame), drawing.frame_hash(text), moment
    found.state, found.started_on = Inspection.State.UNDER_WAY, begin
    found.save()
    return found


def _recorded(plan: Plan, found: Inspection, people: list[User], number: int, ago: int) -> None:
    """Two inspectors to every unit; the first of them recorded, now and then a person fewer than registered."""
    units = list(found.units.order_by("order"))
    UnitInspector.objects.bulk_create(UnitInspector(unit=unit, user=user) for unit in units for user in people)
    items, day = list(found.items.all()), plan.today - timedelta(days=ago)
    for place, unit in enumerate(units[:number]):
        facts = registered(unit.employer_id, day)
        for at, item in enumerate(items):
            there = facts.get(item.fact) if item.fact else None
            seen = None if there is None else max(there - (1 if (place + at) % 3 == 0 else 0), 0)
            result, note = _told(seen, there)
            ItemRecord.objects.create(
                unit=unit, item=item, registered=there, on_site=seen, recorded_by=people[0], result=result, note=note
            )
        unit.visited_on, unit.facts, unit.present = day, facts, "（演示）负责人"
        unit.opinion, unit.first_by = "（演示）没有意见", people[0]
        unit.second_by, unit.state = people[1], U.DONE
        unit.save()
        Step.objects.bulk_create(
            Step(flow="onsite", subject_id=unit.pk, move=move, label=label, from_state=before, to_state=after,
                 user=user, unit=user.place_label)
            for move, label, before, after, user in (
                ("confirm", "确认记录", U.OPEN, U.CONFIRMED, people[0]),
                ("second", "第二人确认", U.CONFIRMED, U.DONE, people[1]),
            )
        )  # fmt: skip


def _told(seen: int | None, registered: int | None) -> tuple[str, str]:
    """Result and note: fewer than registered fail, and so does having none."""
    if seen != registered:
        return R.FAILS, "（演示）登记的人已离开，没有更新登记"
    return (R.FAILS, "（演示）登记和现场都没有") if seen == 0 else (R.CONFORMS, "")


def _orders(plan: Plan, people: list[User]) -> None:
    """One in each state; the one to the demo agency or community is to be answered by its own account."""
    failing = list(
        InspectionUnit.objects.filter(state=U.DONE, records__result=R.FAILS).distinct().order_by("inspection", "order")
    )
    for (state, ago, given), unit in zip(ORDERS, failing, strict=False):
        order = _order(plan, people, unit.employer, state, ago, given, unit)
        failed = unit.records.filter(result=R.FAILS).select_related("item")
        for place, record in enumerate(failed, start=1):
            _item(order, place, record.item.clause_id, record.item.question, record)
        _answered(plan, order, people)
    _more_time(plan, people)
    for own in Employer.objects.filter(members__user__username__in=("demo-agency", "demo-community")).order_by("pk"):
        order = _order(plan, people, own, S.ORDERED, 5, 25, None)
        _item(order, 1, "二(四)-2", "职级体系没有定期复核（演示）", None)
        went(plan, order, people)


def _more_time(plan: Plan, people: list[User]) -> None:
    """What was sent back got more time; one employer asks for some."""
    back = RectificationOrder.objects.filter(state=S.SENT_BACK, synthetic=True).first()
    if back is not None:
        until = back.due_on + timedelta(days=15)
        DeadlineChange.objects.create(
            order=back, before=back.due_on, after=until, on=plan.today, by=people[1],
            because="（演示）招聘公告要公示，需要时间",
        )  # fmt: skip
        RectificationOrder.objects.filter(pk=back.pk).update(due_on=until)
    waiting = RectificationOrder.objects.filter(state=S.ORDERED, synthetic=True, due_on__gt=plan.today).first()
    if waiting is not None:
        asked = {"asked_until": waiting.due_on + timedelta(days=10), "asked_because": "（演示）社工考试成绩下月公布"}
        RectificationOrder.objects.filter(pk=waiting.pk).update(**asked)


def _order(
    plan: Plan, people: list[User], employer: Employer, state: str, ago: int, given: int, unit: InspectionUnit | None
) -> RectificationOrder:
    issued = plan.today - timedelta(days=ago)
    region = Region.objects.select_related("parent").get(pk=AREA)
    serial = OrderCounter.next(AREA, issued.year)
    return RectificationOrder.objects.create(
        number=number_of(region, issued.year, serial), region=region, year=issued.year, serial=serial,
        employer=employer, unit=unit, issued_by=people[0], in_charge=people[0], issued_on=issued,
        due_on=issued + timedelta(days=given), synthetic=True, state=S.ORDERED,
        text=f"（演示）{'现场' if unit else '按登记数据'}核查发现下列问题。",
        cancelled_because="（演示）核实后问题不存在" if state == S.CANCELLED else "",
    )  # fmt: skip


def _item(order: RectificationOrder, place: int, clause: str, problem: str, record: ItemRecord | None) -> None:
    OrderItem.objects.create(
        order=order, place=place, clause_id=clause, problem=problem, remedy="按条款要求整改，并更正登记",
        record=record, rule=record.item.rule if record else None,
    )  # fmt: skip


def _answered(plan: Plan, order: RectificationOrder, people: list[User]) -> None:
    """Bring it to its state; the answer was given by the invented employers' account."""
    at = [state for state, ago, _ in ORDERS if plan.today - timedelta(days=ago) == order.issued_on]
    state = at[0] if at else S.ORDERED
    if order.due_on < plan.today - timedelta(days=10) and state == S.ORDERED:
        Escalation.objects.create(order=order, region_id=CITY, on=order.due_on + timedelta(days=11))
    if state in (S.RESPONDED, S.SENT_BACK, S.CLOSED):
        applicant = User.objects.get(username="demo-applicant")
        order.responded_by, order.responded_on = applicant, order.issued_on + timedelta(days=15)
        order.items.update(response="（演示）已补聘人员并更正登记", response_by=applicant)
    if state in (S.SENT_BACK, S.CLOSED):
        order.reviewed_by = people[1]
    if state == S.CLOSED:
        order.closed_on = order.issued_on + timedelta(days=20)
    if state == S.CANCELLED:
        order.cancelled_on = order.issued_on + timedelta(days=2)
    if state == S.SENT_BACK:
        order.responded_on = None
    order.state = state
    order.save()
    went(plan, order, people)
