"""Reading the feed: what changed after a seq, as far as an account sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Q, QuerySet, Subquery, Value
from django.db.models.functions import Left
from django.db.models.lookups import Exact

from xmsw.accounts.models import OFFICERS
from xmsw.accounts.roles import Role
from xmsw.feed import sources
from xmsw.feed.models import Change, Mark
from xmsw.regions.areas import CITY_DIGITS

if TYPE_CHECKING:
    from xmsw.accounts.models import User


class Resync(ValueError):
    """The feed no longer, or not yet, reaches the position asked for: read everything anew. A Chinese sentence."""


@dataclass(frozen=True)
class Changed:
    """One object's latest change as seen by an account; whether it is still there, its rows tell."""

    seq: int
    object_id: int


def changes(user: User, resource: str, after: int, limit: int) -> list[Changed]:
    """At most `limit` changes with seq > `after`, oldest first, in the account's line × area.

    An object that changed again meanwhile may come once more with a higher seq. What the account sees no more comes
    too, and what came and went before anybody gave it a number, whether the account ever saw it or not; its rows are
    not in `visible_to`. Raises `Resync`, KeyError for an unknown resource. Two queries.
    """
    told = _after(seen(user, resource), after, limit)
    if not told.query.is_empty():
        told = told.union(_after(passed_by(resource), after, limit)).order_by("seq", "object_id")[:limit]
    found = [Changed(*row) for row in told]
    check_position(after)  # last: nothing was forgotten while it was read
    return found


def _after(rows: QuerySet[Change], after: int, limit: int) -> QuerySet[Change]:
    numbered = rows.filter(seq__gt=after).order_by("seq", "object_id")
    return numbered.values_list("seq", "object_id").distinct()[:limit]


def passed_by(resource: str) -> QuerySet[Change]:
    """What may have been read at a place where it never had a seat (sequencing.py): told to everybody as gone."""
    at = Q(Exact(Left(F("region_code"), CITY_DIGITS), Value("")))  # as the index of a city's changes has it
    return Change.objects.filter(at, sources.PUBLIC, resource=resource, live=False)


def seen(user: User, resource: str) -> QuerySet[Change]:
    """Changes of a resource, live or not, at the seats from which the account sees."""
    source = sources.get(resource)
    rows = Change.objects.filter(resource=resource)
    if user.is_authenticated and user.acts and user.role not in (*OFFICERS, Role.EMPLOYER_STAFF):
        # Own rows of a person: few, and no place tells them.
        return rows.filter(object_id__in=source.rows.visible_to(user).values("pk"))
    condition: Q | None = source.reads(user) if user.is_authenticated and user.acts else None
    return rows.none() if condition is None else rows.filter(condition)


def position() -> int:
    """The highest seq given. Ask before reading a full list: whatever the list misses comes after it."""
    return Mark.objects.values_list("position", flat=True).get()


def position_column() -> Subquery:
    """The same as a column, so that a page and its position are of one statement."""
    return Subquery(Mark.objects.values("position")[:1])


def check_position(after: int) -> None:
    """Raises `Resync` where something was forgotten after it, or where it is ahead of the feed (another database)."""
    mark = Mark.objects.get()
    if not mark.floor <= after <= mark.position:
        raise Resync("这个位置之后的变更记录已经清理或不属于这个库，请重新读取全部数据。")
