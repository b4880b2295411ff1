"""What can be done where a person does not fit a post: other vacant posts, other people, the next examination."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from posts.models import Post
from talents.actions.appointments import FIRST_DAY, Reasons
from talents.models import Appointment, Certificate, Employment
from talents.rules import JUNIOR_ASSISTANT_GRADE
from xmsw.dated import holds_on
from xmsw.policy.parameters import values_on
from xmsw.regions.areas import DISTRICT_DIGITS, in_district

if TYPE_CHECKING:
    from xmsw.accounts.models import User

SHOWN = 3


@dataclass
class Remedies:
    """At most SHOWN posts and people; `exam`: «2027 年 6 月», empty where no examination helps."""

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


def remedies(user: User, tried: Appointment, held: int, reasons: Reasons, today: date) -> Remedies:
    """The nearest ways out, within what the account sees: this employer first, then its district.

    Only what mends: other posts where the person is free, other people where the post is, the examination where the
    certificate is what lacks.
    """
    post, start = tried.post, tried.start
    if start < FIRST_DAY:
        return Remedies()
    found = Remedies(exam=next_exam(max(start, today)) if reasons.certificate else "")
    if not reasons.person:
        found.posts = _other_posts(user, post, held, start)
    if not reasons.post:
        people = free(Employment.objects.visible_to(user).filter(employer=post.employer_id), start)
        able = with_level(people.exclude(worker=tried.worker_id), start).filter(held__gte=post.grade or 1)
        found.people = list(able.select_related("worker").order_by("held", "worker__pinyin")[:SHOWN])
    return found


def _other_posts(user: User, post: Post, held: int, start: date) -> list[Post]:
    posts = Post.objects.visible_to(user).exclude(pk=post.pk).select_related("employer")
    fitting = vacant(posts, start).filter(_open_to(held, start))
    here = list(fitting.filter(employer=post.employer_id).order_by("code")[:SHOWN])
    if len(here) == SHOWN:
        return here
    district = in_district("employer__region__code", post.employer.region_id[:DISTRICT_DIGITS])
    near = fitting.filter(district).exclude(employer=post.employer_id).order_by("employer__pinyin", "code")
    return here + list(near[: SHOWN - len(here)])


def _open_to(held: int, on: date) -> Q:
    """Posts whose grade the certificate serves; grade 13 as the switch says (trap 5)."""
    serves = Q(grade__isnull=True) | Q(grade__lte=held)
    if not values_on(on)["grade13_needs_certificate"]:
        serves |= Q(institution_grade=JUNIOR_ASSISTANT_GRADE)
    return serves


def next_exam(on: date) -> str:
    """«2027 年 6 月»: the month of the yearly examination is a parameter."""
    month = int(values_on(on)["exam_month"])
    year = on.year if on.month < month else on.year + 1
    return f"{year} 年 {month} 月"
