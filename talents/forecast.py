"""未来缺口: posts that fall vacant by a day because a term ends or the holder reaches retirement age, if nobody acts.

What the list of vacant posts would say on that day, less what is vacant already; appointments filed ahead count. A
holder who is past the retirement age today is expected to stay: nothing says when such a person goes.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, Count, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Left

from posts.models import Kind, Post
from talents.models import Appointment, Certificate, Employment
from talents.models.appointments import IN_FORCE_STATES
from talents.registration import highest, with_registration
from talents.remedies import free, with_level
from talents.retirement import RetiresOn
from xmsw.dated import holds_on, months_later
from xmsw.identifiers import Education
from xmsw.policy.parameters import Values, values_on
from xmsw.regions.areas import DISTRICT_DIGITS

if TYPE_CHECKING:
    from xmsw.accounts.models import User

HORIZONS = (3, 6, 12)  # months
OBLIGED = (Kind.C01, Kind.C02)  # 二(二)-3: must have a full-time professional
A_YEAR = 100_000  # more days than any horizon has: what an employer loses comes before the day


class Reason(models.TextChoices):
    TERM = "term", "聘期届满"
    RETIREMENT = "retirement", "达到法定退休年龄"


class Weight(models.IntegerChoices):
    """What a gap does to the employer, the worst first."""

    VIOLATES = 0, "单位再没有专职专业人员，将违反二（二）-3"
    EMPTIES = 1, "单位再没有人在岗"
    THINS = 2, "单位还有别的岗位有人"


class Least(Func):
    """The earliest of the days that are known."""

    function = "LEAST"
    output_field = models.DateField()


def staying(on: date, values: Values) -> QuerySet[Appointment]:
    """Filed appointments with `leaves`: the last day in the post (None: open), as far as is known on the day."""
    retires = RetiresOn("worker__birth_date", "worker__sex", values)
    return (
        Appointment.objects.filter(state__in=IN_FORCE_STATES)
        .annotate(retires=retires)
        .annotate(goes=Case(When(retires__gt=on, then=F("retires") - Value(1)), output_field=models.DateField()))
        .annotate(leaves=Least(F("end"), F("goes")))
    )


def leaving(on: date, values: Values) -> QuerySet[Appointment]:
    """Appointments whose holder goes within the longest horizon: the gaps of every horizon are among them."""
    at = months_later(on, HORIZONS[-1])
    return staying(on, values).filter(leaves__gte=on, leaves__lt=at, start__lte=at)


def gaps(on: date, months: int, values: Values) -> QuerySet[Appointment]:
    """The last appointment of every post held on the day that will be vacant so many months later.

    Adds `leaves`, `reason`, `weight` and `urgency` (weight first, then the day; no two scales to sort by).
    """
    at = months_later(on, months)
    sits = Q(start__lte=at) & (Q(leaves__isnull=True) | Q(leaves__gte=at))
    kept = staying(on, values).filter(sits)
    keeps = kept.filter(post__employer=OuterRef("post__employer"), post__in=Post.objects.active(at))
    following = Appointment.objects.filter(
        post=OuterRef("post"), state__in=IN_FORCE_STATES, start__lte=at, start__gt=OuterRef("start")
    )
    held = Appointment.objects.filter(holds_on(on), post=OuterRef("post"), state__in=IN_FORCE_STATES)
    weight = Case(
        When(
            Q(post__employer__kind__in=OBLIGED) & ~Exists(_professionals(keeps, at, values)),
            then=Value(Weight.VIOLATES),
        ),
        When(Exists(keeps), then=Value(Weight.THINS)),
        default=Value(Weight.EMPTIES),
        output_field=IntegerField(),
    )
    return (
        staying(on, values)
        .filter(~Exists(following), Exists(held), leaves__gte=on, leaves__lt=at, start__lte=at)
        .filter(post__in=Post.objects.active(at))
        .annotate(
            reason=Case(
                When(goes=F("leaves"), then=Value(Reason.RETIREMENT)),
                default=Value(Reason.TERM),
                output_field=models.CharField(),
            ),
            weight=weight,
        )
        .annotate(urgency=F("weight") * A_YEAR + Days(F("leaves"), Value(on, output_field=models.DateField())))
    )


def _professionals(rows: QuerySet[Appointment], on: date, values: Values) -> QuerySet[Appointment]:
    """Those that 二(二)-3 counts: full time, with a certificate or, where the parameter says so, with the degree."""
    certified = Exists(Certificate.objects.filter(worker=OuterRef("worker"), issued_on__lte=on))
    if values["qualified_degree_counts"]:
        certified |= Q(worker__social_work_education__lte=Education.COLLEGE)
    return rows.filter(certified, full_time=True)


class Days(Func):
    """Days between two days."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()


def counts(rows_of: Any, on: date, values: Values | None = None) -> list[dict[str, Any]]:
    """For each horizon how many posts fall vacant, by reason, and how many employers lose their last holder.

    `rows_of` narrows a set of gaps to what is asked for. One query a horizon. `values`: parameters of the day, where
    the caller has read them.
    """
    values = values or values_on(on)
    lost = Count("post__employer", filter=Q(weight__lt=Weight.THINS), distinct=True)
    by_reason = {reason.name.lower(): Count("pk", filter=Q(reason=reason)) for reason in Reason}
    return [
        {"months": months, "at": months_later(on, months)}
        | rows_of(gaps(on, months, values)).order_by().aggregate(all=Count("pk"), emptied=lost, **by_reason)
        for months in HORIZONS
    ]


def lapses(user: User | None, on: date, area: str = "", values: Values | None = None) -> dict[int, int]:
    """Registrations of people at work that end within each horizon and are not renewed yet. `user` None: everywhere."""
    employments = Employment.objects.all() if user is None else Employment.objects.visible_to(user)
    here = employments.in_force(on).filter(employer__region__code__startswith=area)
    rows = highest(with_registration(Certificate.objects.all(), on, values), on)
    rows = rows.filter(Exists(here.filter(worker=OuterRef("worker"))), until__gte=on, followed=False)
    columns = {f"m{months}": Count("pk", filter=Q(until__lte=months_later(on, months))) for months in HORIZONS}
    found = rows.filter(until__lte=months_later(on, HORIZONS[-1])).order_by().aggregate(**columns)
    return {months: found[f"m{months}"] for months in HORIZONS}


def overdue(rows: QuerySet[Appointment], on: date, values: Values | None = None) -> QuerySet[Appointment]:
    """Of filed appointments those whose holder is past the retirement age on the day."""
    retires = RetiresOn("worker__birth_date", "worker__sex", values or values_on(on))
    return rows.in_force(on).annotate(retires=retires).filter(retires__lte=on)


class Pool:
    """Certified people without a full-time post whom the account sees, counted by district and level: one query."""

    def __init__(self, user: User, on: date) -> None:
        sitting = Appointment.objects.in_force(on).filter(worker=OuterRef("worker"))
        certified = Certificate.objects.held_on(on).filter(worker=OuterRef("worker"))
        # Whether there is a certificate is asked before which is the highest: most people have none.
        rows = free(Employment.objects.visible_to(user), on).filter(~Exists(sitting), Exists(certified))
        rows = with_level(rows, on)
        rows = rows.annotate(district=Left(F("employer__region__code"), DISTRICT_DIGITS)).order_by()
        found = rows.values_list("district", "held").annotate(n=Count("worker", distinct=True))
        self.counted: Counter[tuple[str, int]] = Counter({(district, held): n for district, held, n in found})

    def fitting(self, post: Post) -> int:
        """How many of them the post's grade admits in its district, as the matching page tells."""
        district = post.employer.region_id[:DISTRICT_DIGITS]
        grade = post.grade or 1
        return sum(n for (where, held), n in self.counted.items() if where == district and held >= grade)
