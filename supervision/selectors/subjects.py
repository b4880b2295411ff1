"""Names of what a verdict speaks of: which post, which person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import CharField, Value

from posts.models import Post
from talents.models import Appointment, Employment

if TYPE_CHECKING:
    from xmsw.accounts.models import User

HIDDEN = "（姓名不显示）"


def subject_names(user: User, employer: int, *, personal: bool) -> dict[tuple[str, int], str]:
    """Labels by (subject, id) for one visible employer; one query. Names only for those who may see people."""
    posts = Post.objects.visible_to(user).filter(employer=employer).values_list(_kind("post"), "pk", "name", "code")
    appointed = Appointment.objects.visible_to(user).filter(post__employer=employer)
    employed = Employment.objects.visible_to(user).filter(employer=employer)
    rows = posts.union(
        appointed.values_list(_kind("appointment"), "pk", "worker__name", "post__name"),
        employed.values_list(_kind("employment"), "pk", "worker__name", "role"),
        all=True,
    )
    return {(kind, pk): _label(kind, first, second, personal) for kind, pk, first, second in rows}


def _kind(name: str) -> Value:
    return Value(name, output_field=CharField())


def _label(kind: str, first: str, second: str, personal: bool) -> str:
    if kind == "post":
        return f"{first}（{second}）"
    person = first if personal else HIDDEN
    return f"{person} · {second}" if second else person
