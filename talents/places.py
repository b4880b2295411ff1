"""A filter by place for lists: the account's own area one level down."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet

from xmsw.accounts.models import User
from xmsw.regions.models import Level, Region
from xmsw.ui.listing import Choice


def place_choice(user: User, apply: Callable[[QuerySet, str], QuerySet]) -> Choice:
    """Districts for a city's officers and whoever has no area, streets for a district's."""
    area = user.area_code or ""
    places = Region.objects.filter(parent_id=area) if area else Region.objects.filter(level=Level.DISTRICT)
    choices = list(places.filter(level__lte=Level.STREET).order_by("code").values_list("code", "name"))
    return Choice("area", "地区", choices, apply)
