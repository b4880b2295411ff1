"""Lists that officers print, for any day: employers and posts with what the rules of section 二 ask about them.

Each is one QuerySet over dated rows, so a past day is asked the same way as today; the rules count the same rows
(tests/supervision/test_rolls.py holds both against each other).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Left

from payroll.models import GUIDED_SECTORS, GuidanceRung, GuidanceStandard, RungCode
from posts.models import Employer, Grade, Inclusion, Kind, NeedAssessment, Post, RankLadder
from posts.models.kinds import A_KINDS, B_KINDS, D_KINDS
from posts.rules import GRADED_SECTORS
from talents.models import Appointment, Certificate
from xmsw.policy.parameters import values_on
from xmsw.regions.areas import CITY_DIGITS, DISTRICT_DIGITS

if TYPE_CHECKING:
    from xmsw.accounts.models import User


def counted(rows: QuerySet, key: str) -> Coalesce:
    """How many of `rows` belong to the outer row, 0 where none does."""
    grouped = rows.order_by().filter(**{key: OuterRef("pk")}).values(key).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(grouped, output_field=IntegerField()), 0)


def employers(user: User, on: date, kinds: Iterable[str]) -> QuerySet[Employer]:
    """Employers of these kinds that count on the day, with their active posts and how many are principal posts."""
    posts = Post.objects.active(on)
    return (
        Employer.objects.visible_to(user)
        .in_force(on)
        .of_kind(*kinds)
        .select_related("region")
        .annotate(
            active_posts=counted(posts, "employer"),
            principal_posts=counted(posts.filter(principal=True), "employer"),
            district=Left("region_id", DISTRICT_DIGITS),
        )
    )


LEADING = (("none", "未先行设置"), ("within", "已先行设置"), ("more", "多于先行设置的数量"))


def leading(user: User, on: date) -> QuerySet[Employer]:
    """先行设置进度 (二(一)-1) of the eleven kinds: `progress` is none, within or more. None of them is a violation."""
    values = values_on(on)
    return employers(user, on, A_KINDS).annotate(
        progress=Case(
            When(active_posts__lt=values["a_kind_posts_low"], then=Value("none")),
            When(active_posts__gt=values["a_kind_posts_high"], then=Value("more")),
            default=Value("within"),
        )
    )


PRINCIPAL = (("yes", "已是主体"), ("no", "还不是主体"))


def principal(user: User, on: date) -> QuerySet[Employer]:
    """主体岗位进度 (二(一)-4): `reached` by a post named principal, or by the share of technical posts."""
    share = values_on(on)["principal_post_share"]
    enough = Q(technical_posts__isnull=False, active_posts__gt=0, active_posts__gte=F("technical_posts") * share)
    return employers(user, on, A_KINDS).annotate(
        reached=Case(When(Q(principal_posts__gt=0) | enough, then=Value("yes")), default=Value("no"))
    )


def rural(user: User, on: date) -> QuerySet[Employer]:
    """农村社区 (二(二)-6): `developed` says whether a post was."""
    return employers(user, on, (Kind.C03,)).annotate(
        developed=Case(When(active_posts__gt=0, then=Value("yes")), default=Value("no"))
    )


def needed_headcount(on: date) -> Subquery:
    """Headcount of the newest filed assessment of an employer by the day."""
    latest = NeedAssessment.objects.filed().filter(employer=OuterRef("pk"), assessed_on__lte=on)
    return Subquery(latest.order_by("-assessed_on").values("headcount")[:1])


INCLUSION = (("pending", "还没有评估"), ("missing", "需要而未纳入"), ("included", "已纳入"), ("unneeded", "评估不需要"))


def inclusion(user: User, on: date) -> QuerySet[Employer]:
    """List B (二(一)-5): need assessed, and social-work posts under the management of technical posts."""
    return (
        employers(user, on, B_KINDS)
        .annotate(
            needed=needed_headcount(on), included=Exists(Inclusion.objects.in_force(on).filter(employer=OuterRef("pk")))
        )
        .annotate(
            stage=Case(
                When(needed__isnull=True, then=Value("pending")),
                When(included=True, then=Value("included")),
                When(needed__gt=0, then=Value("missing")),
                default=Value("unneeded"),
            )
        )
    )


STAFFING = (("pending", "还没有评估"), ("short", "人员不足"), ("enough", "按需配备"))


def holders(on: date) -> QuerySet[Appointment]:
    """Appointments in force in active posts of people who hold a certificate on that day."""
    held = Certificate.objects.filter(worker=OuterRef("worker"), issued_on__lte=on)
    return Appointment.objects.in_force(on).filter(Exists(held), post__in=Post.objects.active(on))


def as_needed(user: User, on: date) -> QuerySet[Employer]:
    """List D (二(二)-7): assessed headcount against certified people in posts."""
    return (
        employers(user, on, D_KINDS)
        .annotate(needed=needed_headcount(on), certified=counted(holders(on), "post__employer"))
        .annotate(
            lacking=F("needed") - F("certified"),
            stage=Case(
                When(needed__isnull=True, then=Value("pending")),
                When(certified__lt=F("needed"), then=Value("short")),
                default=Value("enough"),
            ),
        )
    )


LADDER = (("yes", "有"), ("no", "没有"))


def ladders(user: User, on: date) -> QuerySet[Employer]:
    """职级体系 (二(四)-2): employers of the three sectors with an active post, and whether a ladder is in force."""
    kept = RankLadder.objects.in_force(on).filter(employer=OuterRef("pk"))
    return (
        employers(user, on, Kind.values)
        .filter(sector__in=GRADED_SECTORS, active_posts__gt=0)
        .annotate(ladder=Case(When(Exists(kept), then=Value("yes")), default=Value("no")))
    )


def posts(user: User, on: date) -> QuerySet[Post]:
    """Active posts with employer and region."""
    rows = Post.objects.visible_to(user).active(on).select_related("employer__region")
    return rows.filter(employer__in=Employer.objects.in_force(on))


def ungraded(user: User, on: date) -> QuerySet[Post]:
    """未定级 (二(四)-1)."""
    return posts(user, on).filter(grade__isnull=True, employer__sector__in=GRADED_SECTORS)


def undescribed(user: User, on: date) -> QuerySet[Post]:
    """Without duties or without all three conditions (二(三)-7)."""
    conditions = Q(min_certificate__isnull=True) | Q(min_education__isnull=True) | Q(min_years__isnull=True)
    return posts(user, on).filter(Q(duties=[]) | Q(duty_text="") | conditions)


NEED = (("need", "没有设岗依据"), ("band", "对不上薪酬标准"), ("both", "两样都缺"))
# Guidance prices rungs of a certificate; a post of a grade is paid by one that its certificate opens.
RUNGS_OF_GRADE = {
    Grade.JUNIOR: (RungCode.ASSISTANT_2, RungCode.ASSISTANT_1),
    Grade.INTERMEDIATE: (RungCode.SOCIAL_WORKER_3, RungCode.SOCIAL_WORKER_2, RungCode.SOCIAL_WORKER_1),
    Grade.SENIOR: (RungCode.SENIOR,),
}


def without_band(on: date) -> Q:
    """Posts of guided sectors whose grade no guidance standard in force prices: no standard, or no such rung."""
    standard = GuidanceRung.objects.filter(
        standard__in=GuidanceStandard.objects.in_force(on),
        standard__sector=OuterRef("employer__sector"),
        standard__city_id=Left(OuterRef("employer__region_id"), CITY_DIGITS),
    )
    lacking = Q(grade__isnull=True)
    for grade, rungs in RUNGS_OF_GRADE.items():
        lacking |= Q(grade=grade) & ~Exists(standard.filter(rung__in=rungs))
    return Q(employer__sector__in=GUIDED_SECTORS) & lacking


def need_and_band(user: User, on: date) -> QuerySet[Post]:
    """按需设岗，以岗定薪 (一-3): posts without need basis, or without a pay band; `lacks` says which."""
    no_need, no_band = Q(need_basis=""), without_band(on)
    lacks = Case(
        When(no_need & no_band, then=Value("both")),
        When(no_need, then=Value("need")),
        When(no_band, then=Value("band")),
        default=Value(""),
    )
    return posts(user, on).annotate(lacks=lacks).exclude(lacks="")


def vacant(user: User, on: date) -> QuerySet[Post]:
    """Active posts in which nobody sits."""
    return posts(user, on).filter(~Exists(Appointment.objects.in_force(on).filter(post=OuterRef("pk"))))


def spread(rows: QuerySet, row: str, column: str) -> dict[Any, dict[Any, int]]:
    """How many rows by two of their values: row value → column value → count; one query."""
    found: dict[Any, dict[Any, int]] = {}
    for first, second, n in rows.order_by().values_list(row, column).annotate(n=Count("pk")):
        found.setdefault(first, {})[second] = n
    return found
