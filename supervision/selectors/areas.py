"""Places and sets of employers an account may ask about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import Http404

from xmsw.policy.engine import Employers
from xmsw.regions.models import Region

if TYPE_CHECKING:
    from xmsw.accounts.models import User

DEEPER = {4: 6, 6: 9}


def area_of(user: User, code: str) -> Region:
    """The region asked for, or the account's own; 404 where it lies outside or does not exist."""
    own = user.area_code
    asked = code or own
    if own is None or not asked.startswith(own):
        raise Http404("这个地区不在你的工作范围内。")
    try:
        return Region.objects.get(pk=asked)
    except Region.DoesNotExist as error:
        raise Http404("没有这个地区。") from error


def parts_of(area: Region) -> dict[str, str]:
    """Names of the regions right below, by code; none below a street."""
    if len(area.code) not in DEEPER:
        return {}
    return dict(Region.objects.filter(parent_id=area.code).order_by("code").values_list("code", "name"))


def path_to(area: Region, user: User) -> list[Region]:
    """Regions from the account's own down to this one."""
    own = user.area_code or ""
    codes = [area.code[:digits] for digits in (4, 6, 9, 12) if len(own) <= digits <= len(area.code)]
    return list(Region.objects.filter(code__in=codes).order_by("code"))


def evaluated(employers: QuerySet) -> Employers:
    """The set an `Evaluation` needs, from a QuerySet that already passed `visible_to`."""
    statement, values = employers.order_by().values("pk").query.sql_with_params()
    names = {f"v{place}": value for place, value in enumerate(values)}
    inner = statement % tuple(f"%({name})s" for name in names)
    return Employers(f"e.id IN ({inner})", values=names)
