"""Names of what a verdict speaks of: which post, which person, which project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Value

from payroll.models import PurchaseProject
from posts.models import Post
from talents.models import Appointment, Employment
from xmsw.accounts.scope import visible
from xmsw.policy.rules import by_number

if TYPE_CHECKING:
    from xmsw.accounts.models import User

HIDDEN = "（姓名不显示）"
IMPERSONAL = ("post", "project")


def subject_names(user: User, employer: int, *, personal: bool) -> dict[tuple[str, int], str]:
    """Labels by (subject, id) for one visible employer; one query. Names only for those who may see people."""
    posts = Post.objects.visible_to(user).filter(employer=employer).values_list(_kind("post"), "pk", "name", "code")
    appointed = Appointment.objects.visible_to(user).filter(post__employer=employer)
    employed = Employment.objects.visible_to(user).filter(employer=employer)
    bought = PurchaseProject.objects.visible_to(user).filter(provider=employer)
    rows = posts.union(
        appointed.values_list(_kind("appointment"), "pk", "worker__name", "post__name"),
        employed.values_list(_kind("employment"), "pk", "worker__name", "role"),
        bought.values_list(_kind("project"), "pk", "title", "buyer"),
        all=True,
    )
    return {(kind, pk): _label(kind, first, second, personal) for kind, pk, first, second in rows}


def labels(user: User, findings: Iterable[Any], *, personal: bool) -> dict[tuple[str, int], str]:
    """The same for the findings of a page, of whichever employers; a query a kind of subject that occurs.

    A finding is an object or a dictionary with `rule` and `subject_id`; its visibility was settled before.
    """
    wanted: dict[str, set[int]] = defaultdict(set)
    for each in findings:
        number, subject = (each["rule"], each["subject_id"]) if isinstance(each, dict) else (each.rule, each.subject_id)
        wanted[by_number(number).subject].add(subject)
    sources = {
        "post": (Post, ("name", "code")),
        "appointment": (Appointment, ("worker__name", "post__name")),
        "employment": (Employment, ("worker__name", "role")),
        "project": (PurchaseProject, ("title", "buyer")),
    }
    return {
        (kind, pk): _label(kind, first, second, personal)
        for kind, (model, columns) in sources.items()
        if wanted[kind]
        for pk, first, second in visible(model, user).filter(pk__in=wanted[kind]).values_list("pk", *columns)
    }


def _kind(name: str) -> Value:
    return Value(name, output_field=CharField())


def _label(kind: str, first: str, second: str, personal: bool) -> str:
    if kind in IMPERSONAL:
        return f"{first}（{second}）"
    person = first if personal else HIDDEN
    return f"{person} · {second}" if second else person
