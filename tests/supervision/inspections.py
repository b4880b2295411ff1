"""What tests of inspections share: plans, records, orders, and the world's own ones."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from posts.models import Employer
from supervision import inspecting, onsite, rectifying
from supervision.flows.inspections import ONSITE
from supervision.flows.rectification import RECTIFICATION
from supervision.models import (
    Inspection,
    InspectionItem,
    InspectionUnit,
    ItemRecord,
    OrderItem,
    RectificationOrder,
    UnitInspector,
)
from tests import builders as make
from xmsw.accounts.models import User
from xmsw.workflow.actions import move

TODAY = date.today()
DUE = TODAY + timedelta(days=30)
SEED = "厦门317"
SECRET = "白鹭"


def make_plan(region: str = "350203", **fields: Any) -> Inspection:
    """A draft with one item that is held against the posts in force."""
    defaults = {"title": "督促核查", "start": TODAY, "end": TODAY + timedelta(days=30), "draw_on": TODAY}
    defaults |= {"kinds": ["E01"], "share": 50, "seed": SEED, "region_id": region}
    found = Inspection.objects.create(**(defaults | fields))
    InspectionItem.objects.create(
        inspection=found, place=1, clause_id="二(二)-3", question="社工岗位", fact="active_posts"
    )
    return found


def officer(region: str = "350203") -> User:
    """民政 of a district, or of the city."""
    if len(region) == 4:
        return make.make_user("city_officer")
    return make.make_user("district_officer", region=region)


def published(planner: User, **fields: Any) -> Inspection:
    """A plan to be drawn today, whose seed was fixed yesterday along with a secret that tests know."""
    plan = inspecting.fix_seed(planner, make_plan(planner.area_code, draw_on=TODAY + timedelta(days=1), **fields))
    came(plan)
    return Inspection.objects.get(pk=plan.pk)


def came(plan: Inspection) -> None:
    """The day of the draw, which was tomorrow."""
    Inspection.objects.filter(pk=plan.pk).update(
        draw_on=TODAY, seed_fixed_at=timezone.now() - timedelta(days=1), secret=SECRET
    )


def drawn(planner: User, **fields: Any) -> Inspection:
    """A plan whose units are settled."""
    return inspecting.draw(planner, published(planner, **fields))


def under_way(planner: User, inspectors: list[User], **fields: Any) -> Inspection:
    """A plan on its way, every unit with these inspectors."""
    plan = drawn(planner, **fields)
    units = list(plan.units.values_list("pk", flat=True))
    inspecting.assign(planner, plan, units, [each.pk for each in inspectors])
    return inspecting.start(planner, plan)


def recorded(unit: InspectionUnit, first: User, second: User, seen: int, note: str = "") -> InspectionUnit:
    """A finished record in which every item found so many."""
    for item in unit.inspection.items.all():
        onsite.record(first, unit, item, {"on_site": seen, "result": "", "note": note})
    onsite.visit(first, unit, "负责人", "没有意见")
    move(first, ONSITE, unit.pk, "confirm")
    return move(second, ONSITE, unit.pk, "second")


def make_order(issuer: User, employer: Employer, *problems: str, due: date = DUE) -> RectificationOrder:
    """An order with an item a problem."""
    items = [OrderItem(clause_id="二(二)-3", problem=each, remedy="补齐") for each in problems or ("缺人",)]
    return rectifying.issue(issuer, employer, items, due)


def answered(order: RectificationOrder, clerk: User) -> RectificationOrder:
    """Answered item by item and handed in."""
    for item in order.items.all():
        rectifying.answer(clerk, order, item.pk, "已补齐")
    return move(clerk, RECTIFICATION, order.pk, "respond")


def make_inspected(employers: dict[str, Employer], places: dict[str, str]) -> dict[str, dict[str, Any]]:
    """For the world: a plan, a unit with a record and an order in each place."""
    found: dict[str, dict[str, Any]] = {"inspection": {}, "checked": {}, "order": {}}
    for place, employer in employers.items():
        user = make.make_user("system_admin")
        plan = make_plan(places[place], title=f"{employer.name}核查")
        unit = InspectionUnit.objects.create(
            inspection=plan, employer=employer, key=employer.name, stratum="A01", present=employer.name
        )
        UnitInspector.objects.create(unit=unit, user=user)
        ItemRecord.objects.create(
            unit=unit, item=plan.items.get(), result="fails", note=employer.name, recorded_by=user
        )
        order = RectificationOrder.objects.create(
            number=f"{employer.name}改1号", region_id=places[place], year=2026, serial=1, employer=employer, unit=unit,
            issued_by=user, in_charge=user, issued_on=TODAY - timedelta(days=9), due_on=TODAY - timedelta(days=1),
            state="responded",
        )  # fmt: skip
        OrderItem.objects.create(order=order, place=1, clause_id="二(二)-3", problem=employer.name, remedy="-")
        found["inspection"][place], found["checked"][place], found["order"][place] = plan, unit, order
    return found
