"""Names of what a verdict speaks of: which post, which person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posts.models import Post
from talents.models import Appointment, Employment

if TYPE_CHECKING:
    from xmsw.accounts.models import User

HIDDEN = "（姓名不显示）"


def subject_names(user: User, employer: int, *, personal: bool) -> dict[tuple[str, int], str]:
    """Labels by (subject, id) for one visible employer; three queries. Names only for those who may see people."""
    posts = Post.objects.visible_to(user).filter(employer=employer).values_list("pk", "name", "code")
    named = {("post", pk): f"{name}（{code}）" for pk, name, code in posts}
    appointed = Appointment.objects.visible_to(user).filter(post__employer=employer)
    for pk, person, post in appointed.values_list("pk", "worker__name", "post__name"):
        named["appointment", pk] = f"{person if personal else HIDDEN} · {post}"
    employed = Employment.objects.visible_to(user).filter(employer=employer)
    for pk, person in employed.values_list("pk", "worker__name"):
        named["employment", pk] = person if personal else HIDDEN
    return named
