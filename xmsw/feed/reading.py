"""Reading the feed: what changed after a seq, as far as an account sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet, Subquery

from xmsw.accounts.models import OFFICERS
from xmsw.accounts.roles import Role
from xmsw.feed import sources
from xmsw.feed.models import Change, Mark

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
    too; its rows are gone from `visible_to`. Raises `Resync`, KeyError for an unknown resource. Three queries.
    """
    check_position(after)
    rows = seen(user, resource).filter(seq__gt=after).order_by("seq", "object_id")
    return [Changed(*row) for row in rows.values_list("seq", "object_id").distinct()[:limit]]


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
