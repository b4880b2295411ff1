"""The ledger 发现→整改→复核→销号: rows, and how many stand at each stage."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from supervision.models import Escalation, InspectionUnit, ItemRecord, OrderItem, RectificationOrder
from xmsw.accounts.models import User as Account

if TYPE_CHECKING:
    from xmsw.accounts.models import User

_S = RectificationOrder.State


def orders(user: User) -> QuerySet[RectificationOrder]:
    """Visible orders with whether they were taken to the level above."""
    told = Escalation.objects.filter(order=OuterRef("pk"))
    rows = RectificationOrder.objects.visible_to(user).annotate(escalated=Exists(told))
    return rows.select_related("employer", "region", "in_charge")


def of_clause(rows: QuerySet, clause: str) -> QuerySet:
    """Orders that name a clause."""
    return rows.filter(Exists(OrderItem.objects.filter(order=OuterRef("pk"), clause=clause)))


def stages(user: User, on: date) -> dict[str, int]:
    """How many at each stage; two queries. `found`: failed lines of finished records; `unordered`: of these without
    an order."""
    late = Q(state__in=RectificationOrder.UNANSWERED, due_on__lt=on)
    counted = RectificationOrder.objects.visible_to(user).aggregate(
        ordered=Count("pk", filter=Q(state__in=RectificationOrder.UNANSWERED)),
        responded=Count("pk", filter=Q(state=_S.RESPONDED)),
        closed=Count("pk", filter=Q(state=_S.CLOSED)),
        overdue=Count("pk", filter=late),
        escalated=Count("escalation", filter=Q(state__in=RectificationOrder.OPEN)),
    )
    units = InspectionUnit.objects.visible_to(user).filter(state=InspectionUnit.State.DONE)
    named = OrderItem.objects.filter(record=OuterRef("pk")).exclude(order__state=_S.CANCELLED)
    failed = ItemRecord.objects.filter(unit__in=units, result=ItemRecord.Result.FAILS)
    found = failed.annotate(named=Exists(named)).aggregate(
        found=Count("pk"), unordered=Count("pk", filter=Q(named=False))
    )
    return counted | found


def people_in_charge(user: User) -> list[tuple[int, str]]:
    """(id, name) of whoever is in charge of a visible order."""
    chosen = RectificationOrder.objects.visible_to(user).values("in_charge")
    return [(each.pk, str(each)) for each in Account.objects.filter(pk__in=chosen).order_by("display_name", "pk")]


def clauses_named(user: User) -> list[str]:
    """Clauses of visible orders, in the order of the text."""
    visible = RectificationOrder.objects.visible_to(user)
    rows = OrderItem.objects.filter(order__in=visible).order_by("clause__order")
    return list(dict.fromkeys(rows.values_list("clause_id", flat=True).distinct()))
