"""What an order says on paper (templates/print/rectification.typ)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from supervision.models import RectificationOrder
from xmsw.regions.areas import CITY_DIGITS

ORGAN = "民政局"


def organ_of(order: RectificationOrder) -> str:
    """«厦门市民政局», «厦门市思明区民政局»."""
    region = order.region
    above = "" if len(region.code) == CITY_DIGITS or region.parent is None else region.parent.name
    return f"{above}{region.name}{ORGAN}"


def said(day: date) -> str:
    """2026年11月29日"""
    return f"{day.year}年{day.month}月{day.day}日"


def order_paper(order: RectificationOrder) -> dict[str, Any]:
    """Text only; the template sets it."""
    items = order.items.select_related("clause").order_by("place")
    return {
        "organ": organ_of(order),
        "number": order.number,
        "title": "责令整改通知书",
        "employer": order.employer.name,
        "text": order.text,
        "policy": "《关于加强社会工作专业岗位开发与人才激励保障的实施意见》",
        "items": [
            [str(each.place), each.problem, f"{each.clause_id}「{each.clause.quote}」", each.remedy] for each in items
        ],
        "due": said(order.due_on),
        "issued": said(order.issued_on),
        "state": order.get_state_display(),
        "in_charge": str(order.in_charge),
        "printed_on": f"{timezone.localdate():%Y-%m-%d}",
        "synthetic": order.synthetic,
    }
