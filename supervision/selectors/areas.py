"""Places and sets of employers an account may ask about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.http import Http404

from xmsw.policy.engine import Employers
from xmsw.regions.models import Region

if TYPE_CHECKING:
    from xmsw.accounts.models import User

DEEPER = {4: 6, 6: 9}


def path_to(user: User, code: str) -> list[Region]:
    """Regions from the account's own down to the one asked for (its own by default); 404 where that lies outside."""
    own = user.area_code
    asked = code or own
    if own is None or not asked.startswith(own) or not (asked.isascii() and asked.isdecimal()):
        raise Http404("这个地区不在你的工作范围内。")
    codes = [asked[:digits] for digits in (4, 6, 9, 12) if len(own) <= digits <= len(asked)]
    found = list(Region.objects.filter(code__in=codes).order_by("code"))
    if not found or found[-1].code != asked:
        raise Http404("没有这个地区。")
    return found


def parts_of(area: Region) -> dict[str, str]:
    """Names of the regions right below, by code; none below a street."""
    if len(area.code) not in DEEPER:
        return {}
    return dict(Region.objects.filter(parent_id=area.code).order_by("code").values_list("code", "name"))


def evaluated(employers: QuerySet) -> Employers:
    """The set an `Evaluation` needs, from a QuerySet that already passed `visible_to`."""
    try:
        statement, values = employers.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return Employers("FALSE")
    names = {f"v{place}": value for place, value in enumerate(values)}
    inner = statement % tuple(f"%({name})s" for name in names)
    return Employers(f"e.id IN ({inner})", values=names)
