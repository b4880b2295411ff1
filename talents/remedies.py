"""What can be done where a person does not fit a post: other vacant posts, other people, the next examination."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from posts.models import Post
from talents.models import Appointment, Certificate, Employment
from xmsw.dated import holds_on
from xmsw.policy.parameters import values_on
from xmsw.regions.areas import DISTRICT_DIGITS, in_district

if TYPE_CHECKING:
    from xmsw.accounts.models import User

SHOWN = 3


@dataclass
class Remedies:
    """At most SHOWN posts and people; `exam`: «2027 年 6 月»."""

    posts: list[Post] = field(default_factory=list)
    people: list[Employment] = field(default_factory=list)
    exam: str = ""


def vacant(rows: QuerySet[Post], on: date) -> QuerySet[Post]:
    """Active posts in which nobody sits on that day."""
    sitting = Appointment.objects.in_force(on).filter(post=OuterRef("pk"))
    return rows.active(on).filter(~Exists(sitting))


def with_level(rows: QuerySet[Employment], on: date) -> QuerySet[Employment]:
    """Each employment with the highest certificate held on that day, as `held` (0: none)."""
    held = Certificate.objects.filter(worker=OuterRef("worker"), issued_on__lte=on).order_by()
    level = Subquery(held.values("worker").annotate(m=Max("level")).values("m"))
    return rows.annotate(held=Coalesce(level, 0))


def free(rows: QuerySet[Employment], on: date) -> QuerySet[Employment]:
    """Employments in force of people without a full-time appointment on that day."""
    busy = Appointment.objects.in_force(on).filter(worker=OuterRef("worker"), full_time=True)
    return rows.filter(holds_on(on)).filter(~Exists(busy))


def remedies(user: User, post: Post, held: int, start: date) -> Remedies:
    """The nearest ways out, within what the account sees: this employer first, then its district."""
    found = Remedies(exam=next_exam(start))
    posts = Post.objects.visible_to(user).exclude(pk=post.pk).select_related("employer")
    fitting = vacant(posts, start).filter(Q(grade__isnull=True) | Q(grade__lte=held))
    here = fitting.filter(employer=post.employer_id).order_by("code")[:SHOWN]
    found.posts = list(here)
    if len(found.posts) < SHOWN:
        district = in_district("employer__region__code", post.employer.region_id[:DISTRICT_DIGITS])
        near = fitting.filter(district).exclude(employer=post.employer_id).order_by("employer__pinyin", "code")
        found.posts += list(near[: SHOWN - len(found.posts)])
    people = free(Employment.objects.visible_to(user).filter(employer=post.employer_id), start)
    able = with_level(people, start).filter(held__gte=post.grade or 1).select_related("worker")
    found.people = list(able.order_by("held", "worker__pinyin")[:SHOWN])
    return found


def next_exam(on: date) -> str:
    """«2027 年 6 月»: the month of the yearly examination is a parameter."""
    month = int(values_on(on)["exam_month"])
    year = on.year if on.month < month else on.year + 1
    return f"{year} 年 {month} 月"
