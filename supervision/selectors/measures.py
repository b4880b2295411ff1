"""What is measured of clauses that no rule judges: counts in words, in the account's area and line, on a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, F, Func, Q, QuerySet

from payroll.models import PurchaseProject
from posts.models import Duty, Incubation, Post

if TYPE_CHECKING:
    from xmsw.accounts.models import User


def _of(rows: QuerySet, user: User | None) -> QuerySet:
    return rows if user is None else rows.visible_to(user)


def measures(user: User | None, on: date) -> dict[str, str]:
    """Clause → what is counted. `user` None: everywhere. Four queries."""
    return {**_duties(user, on), **_incubations(user, on), **_projects(user, on)}


def _duties(user: User | None, on: date) -> dict[str, str]:
    posts = _of(Post.objects.active(on), user).order_by()
    total = posts.count()
    carried = dict(posts.annotate(one=Func(F("duties"), function="unnest")).values_list("one").annotate(Count("pk")))
    return {
        f"二(三)-{duty.value}": f"在设岗位 {total:,} 个，承担此项的 {carried.get(duty.value, 0):,} 个" for duty in Duty
    }


def _incubations(user: User | None, on: date) -> dict[str, str]:
    found = _of(Incubation.objects.all(), user).in_force(on).aggregate(n=Count("pk"), at=Count("street", distinct=True))
    return {"二(二)-8": f"孵化中的机构 {found['n']} 家，在 {found['at']} 个街道（镇）"}


def _projects(user: User | None, on: date) -> dict[str, str]:
    found = (
        _of(PurchaseProject.objects.all(), user)
        .in_force(on)
        .aggregate(n=Count("pk"), instead=Count("pk", filter=Q(replaces_staff=True)), street=Count("street"))
    )
    return {
        "二(一)-6": f"执行中的购买服务项目 {found['n']} 个，其中以购买服务代替养人的 {found['instead']} 个",
        "二(二)-9": f"由街道（镇）购买的执行中项目 {found['street']} 个",
    }
