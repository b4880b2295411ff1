"""One bureau's line (四(一)-3, -8, -9): employers by kind and district, posts, needs, findings, projects."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Left

from payroll.models import PurchaseProject
from posts.filters import MUST
from posts.models import Employer, Post
from posts.models.kinds import B_KINDS, D_KINDS, Kind
from supervision.models import Finding
from supervision.selectors.rolls import counted, employers, holders, needed_headcount
from xmsw.policy.outcomes import Outcome
from xmsw.regions.areas import DISTRICT_DIGITS

if TYPE_CHECKING:
    from xmsw.accounts.models import User


@dataclass
class Line:
    """What a bureau's line comes to on a day. `employers`: (kind, district) → how many; money in yuan."""

    employers: Counter = field(default_factory=Counter)
    posts: int = 0
    without_post: int = 0
    needed: int = 0
    certified: int = 0
    short: int = 0
    unassessed: int = 0
    findings: dict[int, int] = field(default_factory=dict)
    projects: int = 0

    @property
    def total(self) -> int:
        return self.employers.total()


def line_employers(user: User, on: date, bureau: str) -> QuerySet[Employer]:
    """Employers of the line that count on the day, with posts, needs, certified holders and open violations."""
    broken = Finding.objects.open_on(on).filter(outcome=Outcome.VIOLATION)
    return (
        employers(user, on, Kind.values)
        .filter(competent_bureau=bureau)
        .annotate(
            needed=needed_headcount(on),
            certified=counted(holders(on), "post__employer"),
            violations=counted(broken, "employer"),
        )
        .annotate(lacking=F("needed") - F("certified"))
    )


def line_of(user: User, on: date, bureau: str) -> Line:
    """The figures of a line; six queries."""
    mine = Employer.objects.visible_to(user).in_force(on).filter(competent_bureau=bureau).order_by()
    found = Line()
    for kind, district, n in mine.values_list("kind", Left("region_id", DISTRICT_DIGITS)).annotate(n=Count("pk")):
        found.employers[kind, district] = n
    active = Post.objects.visible_to(user).active(on)
    found.posts = active.filter(employer__in=mine).count()
    found.without_post = mine.filter(~Exists(active.filter(employer=OuterRef("pk"))), kind__in=MUST).count()
    _needs(found, mine, on)
    findings = Finding.objects.visible_to(user).open_on(on).filter(employer__competent_bureau=bureau).order_by()
    found.findings = dict(findings.values_list("outcome").annotate(n=Count("pk")))
    projects = PurchaseProject.objects.visible_to(user).in_force(on)
    found.projects = projects.filter(provider__competent_bureau=bureau).count()
    return found


def _needs(found: Line, mine: QuerySet[Employer], on: date) -> None:
    """Of the kinds that staff by need (lists B and D): one query."""
    rows = mine.filter(kind__in=B_KINDS + D_KINDS).annotate(
        needed=needed_headcount(on), certified=counted(holders(on), "post__employer")
    )
    sums = rows.aggregate(
        n=Sum("needed"),
        held=Sum("certified"),
        short=Count("pk", filter=Q(certified__lt=F("needed"))),
        pending=Count("pk", filter=Q(needed__isnull=True)),
    )
    found.needed, found.certified = sums["n"] or 0, sums["held"] or 0
    found.short, found.unassessed = sums["short"], sums["pending"]
