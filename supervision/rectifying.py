"""Orders to mend: issued from failed lines or open findings, answered item by item, looked at by somebody else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from posts.models import Employer, Membership
from supervision.kinds_of_notices import RECTIFICATION
from supervision.models import Finding, InspectionUnit, ItemRecord, OrderCounter, OrderItem, RectificationOrder
from supervision.models.rectification import NOT_ONESELF
from supervision.onsite import compared
from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability, Role
from xmsw.notices.writing import Told
from xmsw.notices.writing import tell as write
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import by_number
from xmsw.regions.areas import CITY_DIGITS
from xmsw.regions.models import Region
from xmsw.workflow.models import Step
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from datetime import date

    from xmsw.workflow.registry import Decision

_S = RectificationOrder.State
FLOW = "rectification"
GRAVE = (Outcome.VIOLATION, Outcome.WARNING)


@dataclass
class Fault:
    """Something an order may name: what is wrong by which clause, what to do, and where it was found."""

    clause: str
    rule: int | None
    problem: str
    remedy: str
    finding: Finding | None = None
    record: ItemRecord | None = None

    @property
    def key(self) -> str:
        """«f12» or «r7»."""
        return f"f{self.finding.pk}" if self.finding else f"r{self.record.pk}"


def may_order(user: User, employer: Employer) -> bool:
    """民政 whose area the employer lies in."""
    return user.can(Capability.ORDER_RECTIFICATION) and user.is_lead and employer.region_id.startswith(user.area_code)


def faults_of_unit(unit: InspectionUnit) -> list[Fault]:
    """Failed lines of a finished record that no order names, cancelled ones apart; none before it is finished."""
    if unit.state != InspectionUnit.State.DONE:
        return []
    rows = unit.records.filter(result=ItemRecord.Result.FAILS).select_related("item").order_by("item__place")
    named = RectificationOrder.objects.exclude(state=RectificationOrder.State.CANCELLED)
    rows = rows.exclude(order_items__order__in=named)
    return [_fault_of(each) for each in rows]


def _fault_of(record: ItemRecord) -> Fault:
    item = record.item
    said = "；".join(filter(None, [compared(item, record.registered, record.on_site), record.note]))
    problem = f"{item.question}：{said}" if said else item.question
    mend = next((case.mend for case in by_number(item.rule).cases if case.mend), "") if item.rule else ""
    remedy = mend if mend and "{" not in mend else "按条款要求整改，并更正登记"
    return Fault(item.clause_id, item.rule, problem, remedy, record=record)


def faults_of_employer(user: User, employer: Employer) -> list[Fault]:
    """Open violations and warnings that no open order names."""
    rows = Finding.objects.visible_to(user).open().filter(employer=employer, outcome__in=GRAVE)
    rows = rows.exclude(order_items__order__state__in=RectificationOrder.OPEN).order_by("-outcome", "rule", "pk")
    return [
        Fault(each.definition.clause, each.rule, each.definition.title, _remedy(each), finding=each) for each in rows
    ]


def _remedy(finding: Finding) -> str:
    cases = [case for case in finding.definition.cases if case.outcome == finding.outcome and case.mend]
    return cases[0].mend if cases and "{" not in cases[0].mend else "按条款要求整改"


def number_of(region: Region, year: int, serial: int) -> str:
    """«厦民社工改〔2026〕12号»; of a district «厦思民社工改〔2026〕3号»."""
    names = [region.name] if len(region.code) == CITY_DIGITS else [region.parent.name, region.name]
    return f"{''.join(name[0] for name in names)}民社工改〔{year}〕{serial}号"


def issue(
    user: User,
    employer: Employer,
    items: Sequence[OrderItem],
    due_on: date,
    *,
    unit: InspectionUnit | None = None,
    in_charge: User | None = None,
    text: str = "",
) -> RectificationOrder:
    """Number and store an order with its items, and tell the employer. Raises PermissionDenied, Refused."""
    if not may_order(user, employer):
        raise PermissionDenied("只有这家单位所在地的民政部门能责令整改。")
    if not items:
        raise Refused("请至少选一项要整改的问题。")
    today = timezone.localdate()
    if due_on <= today:
        raise Refused("整改期限要在今天以后。")
    try:
        with transaction.atomic():
            Employer.objects.select_for_update().get(pk=employer.pk)
            _untaken(items)
            order = _numbered(user, employer, due_on, today, unit, in_charge or user, text)
            for place, each in enumerate(items, start=1):
                each.order, each.place = order, place
            OrderItem.objects.bulk_create(items)
            Step.objects.create(
                flow=FLOW, subject_id=order.pk, move="order", label="签发", to_state=_S.ORDERED, user=user,
                unit=user.place_label,
            )  # fmt: skip
            tell_employer(order, "ordered", f"责令整改：{order.number}", f"请在 {due_on:%Y-%m-%d} 前整改并回复。")
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return order


def _untaken(items: Sequence[OrderItem]) -> None:
    """Nothing is named by two open orders; under the lock of the employer."""
    rows = OrderItem.objects.filter(order__state__in=RectificationOrder.OPEN)
    by_finding = rows.filter(finding__in=[each.finding_id for each in items if each.finding_id])
    by_record = rows.filter(record__in=[each.record_id for each in items if each.record_id])
    taken = (by_finding | by_record).select_related("order").first()
    if taken is not None:
        raise Refused(f"「{taken.problem[:60]}」已经在 {taken.order} 里责令整改。")


def _numbered(
    user: User, employer: Employer, due_on: date, today: date, unit: InspectionUnit | None, in_charge: User, text: str
) -> RectificationOrder:
    region = Region.objects.select_related("parent").get(pk=user.area_code)
    serial = OrderCounter.next(region.pk, today.year)
    return RectificationOrder.objects.create(
        number=number_of(region, today.year, serial),
        region=region,
        year=today.year,
        serial=serial,
        employer=employer,
        unit=unit,
        text=text,
        issued_by=user,
        in_charge=in_charge,
        issued_on=today,
        due_on=due_on,
    )


def tell_employer(order: RectificationOrder, stage: str, title: str, text: str) -> None:
    """A notice to each of the employer's own people; the same stage never twice."""
    users = Membership.objects.filter(employer=order.employer_id, user__is_active=True).values_list("user", flat=True)
    tell(order, users, stage, title, text)


def tell(order: RectificationOrder, users: Iterable[int], stage: str, title: str, text: str) -> None:
    """Notices about an order."""
    address = reverse("supervision:order", args=[order.pk])
    write(RECTIFICATION, (Told(pk, order.pk, stage, title, text, address) for pk in users))


def officers_in_charge(*regions: str) -> list[User]:
    """Accounts of the areas' own 民政 that order and look again; one query for all."""
    rows = User.objects.filter(is_active=True, org_unit__region__in=regions).select_related("org_unit__region")
    return [each for each in rows.order_by("pk") if each.is_lead and each.can(Capability.ORDER_RECTIFICATION)]


def told_of(order: RectificationOrder) -> list[int]:
    """Whoever is in charge of an order; once he sits elsewhere, all of the issuing area's 民政."""
    there = [each.pk for each in officers_in_charge(order.region_id)]
    return [order.in_charge_id] if order.in_charge_id in there else there


def answers(user: User, order: RectificationOrder) -> bool:
    """The employer's people; officers of the issuing area only where nobody of the employer has an account."""
    if user.role == Role.EMPLOYER_STAFF:
        return user.can(Capability.APPLY) and order.employer.members.filter(user=user).exists()
    return (
        user.can(Capability.ORDER_RECTIFICATION)
        and user.area_code == order.region_id
        and not order.employer.members.filter(user__is_active=True).exists()
    )


def answer(user: User, order: RectificationOrder, item: int, text: str) -> OrderItem:
    """What was done about one item. Raises PermissionDenied, Refused."""
    with transaction.atomic():
        found = RectificationOrder.objects.select_for_update(of=("self",)).select_related("employer").get(pk=order.pk)
        if not answers(user, found):
            raise PermissionDenied("只有被责令整改的单位能填写整改情况。")
        if found.state not in RectificationOrder.UNANSWERED:
            raise Refused(f"这份通知现在是「{found.get_state_display()}」，不能再改。")
        if not text.strip():
            raise Refused("请写明做了什么、结果怎样。")
        line = found.items.get(pk=item)
        line.response, line.response_by = text.strip()[:1000], user
        line.save(update_fields=["response", "response_by"])
    return line


def against_responding(order: RectificationOrder) -> Iterator[str]:
    """Every item needs its answer."""
    left = [str(each.place) for each in order.items.filter(response="")]
    if left:
        yield f"第 {'、'.join(left)} 项还没有填整改情况。"


def responders_turn(user: User, order: RectificationOrder) -> str:
    """Why it is not the account's to answer."""
    return "" if answers(user, order) else "只有被责令整改的单位能回复。"


def issuers_turn(user: User, order: RectificationOrder) -> str:
    """The issuing area, or the one above it."""
    own = user.is_lead and order.region_id.startswith(user.area_code)
    return "" if own else "由签发的民政部门办理。"


def reviewers_turn(user: User, order: RectificationOrder) -> str:
    """A second look: of the issuing area, by neither who issued it nor who answered or filled in an answer."""
    elsewhere = issuers_turn(user, order)
    if elsewhere:
        return elsewhere
    involved = {order.issued_by_id, order.responded_by_id}
    if user.pk in involved or order.items.filter(response_by=user).exists():
        return NOT_ONESELF
    return ""


def responded(user: User, order: RectificationOrder, decision: Decision) -> None:
    """Handed in; whoever looked at an earlier answer has not looked at this one, and no more time is asked for."""
    order.responded_by, order.responded_on, order.reviewed_by = user, timezone.localdate(), None
    order.asked_until, order.asked_because = None, ""


def closed(user: User, order: RectificationOrder, decision: Decision) -> None:
    """销号, and the employer is told. Raises Refused where a deadline was set along with it."""
    if decision.data.get("due_on"):
        raise Refused("复核通过不用填新的期限，请清空；要再改的，点「退回再改」。")
    order.reviewed_by, order.closed_on = user, timezone.localdate()
    tell_employer(order, "closed", f"整改已销号：{order.number}", decision.said[:300])


def cancelled(user: User, order: RectificationOrder, decision: Decision) -> None:
    """Taken back, with the reason."""
    order.cancelled_on, order.cancelled_because = timezone.localdate(), decision.said[:500]
    tell_employer(order, "cancelled", f"整改通知已撤销：{order.number}", decision.said[:300])


def items_of(faults: Sequence[Fault], chosen: dict[str, dict[str, Any]]) -> list[OrderItem]:
    """Items, unsaved, for the chosen faults; `chosen`: by key, `problem` and `remedy` as worded."""
    return [
        OrderItem(
            clause_id=each.clause,
            rule=each.rule,
            finding=each.finding,
            record=each.record,
            problem=chosen[each.key]["problem"],
            remedy=chosen[each.key]["remedy"],
        )
        for each in faults
        if each.key in chosen
    ]


def items_shown(order: RectificationOrder) -> list[OrderItem]:
    """Items of an order with what its pages tell of them; one query."""
    return list(order.items.select_related("clause", "finding", "record__unit", "response_by"))


def open_orders(user: User, employer: int) -> dict[tuple[int, int], RectificationOrder]:
    """Open orders by (rule, subject) of the findings they name; one query."""
    rows = OrderItem.objects.filter(
        order__in=RectificationOrder.objects.visible_to(user).open().filter(employer=employer), finding__isnull=False
    ).select_related("order", "finding")
    return {(each.finding.rule, each.finding.subject_id): each.order for each in rows}
