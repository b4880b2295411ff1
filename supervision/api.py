"""What the REST interface offers of supervision: findings, inspections, rectification, budgets."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet, Value

from posts.api import ID, place
from posts.models.employers import EMPLOYER_SCOPE
from supervision.models import BudgetItem, Finding, Inspection, RectificationOrder, UnitInspector
from xmsw.accounts.models import OFFICERS, Bureau, User
from xmsw.accounts.roles import Capability
from xmsw.api.fields import Field, Type
from xmsw.api.resources import Resource, resource
from xmsw.feed.sources import Source, in_city, reads_seats, seats_at, seats_by, source
from xmsw.regions.areas import in_area


def _reads_inspections(user: User) -> Q | None:
    """Besides the plans of the area, those in which an officer inspects."""
    condition = reads_seats(user)
    if condition is None or user.role not in OFFICERS:
        return None
    return condition | Q(object_id__in=UnitInspector.objects.filter(user=user).values("unit__inspection"))


def _seats_of_orders(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Where the employer is seen, and at 民政 of the area that issued it."""
    issuing = seats_at(rows, region="region_id", bureau=Value(Bureau.CIVIL_AFFAIRS.value))
    return seats_by(EMPLOYER_SCOPE.under("employer__"))(rows).union(issuing)


def _reads_budgets(user: User) -> Q | None:
    """财政 sees every line of its area."""
    if user.role in OFFICERS and user.area_code and user.can(Capability.KEEP_BUDGETS):
        return in_city(user.area_code) & in_area("region_code", user.area_code)
    return reads_seats(user)


source(Source("findings", Finding))
source(Source("inspections", Inspection, reads=_reads_inspections))
source(Source("rectifications", RectificationOrder, _seats_of_orders))
RECTIFICATIONS = resource(
    Resource(
        key="rectifications",
        label="整改通知",
        text="民政部门责令单位整改的通知。ordered、sent_back 的等单位回复。",
        model=RectificationOrder,
        capability=(Capability.VIEW_COMPLIANCE, Capability.APPLY),
        clause="四(三)-2",
        fields=(
            ID,
            Field("number", "number", Type.TEXT, "文号", filters=("",), example="厦思民社工改〔2026〕3号"),
            *place(),
            Field("state", "state", Type.TEXT, "状态", choices=RectificationOrder.State, filters=("", "_in")),
            Field("issued_on", "issued_on", Type.DAY, "签发日期", filters=("_gte", "_lte")),
            Field("due_on", "due_on", Type.DAY, "整改期限", filters=("_gte", "_lte")),
            Field("responded_on", "responded_on", Type.DAY, "回复日期", null=True),
            Field("closed_on", "closed_on", Type.DAY, "销号日期", null=True),
        ),
    )
)
source(Source("budgets", BudgetItem, reads=_reads_budgets))
