"""One bureau's line (四(一)-3, -8, -9): employers by kind and district, posts, needs, findings, projects."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Left

from payroll.models import PurchaseProject
from posts.filters import MUST
from posts.models import Employer, NeedAssessment, Post
from posts.models.kinds import B_KINDS, D_KINDS, Kind
from supervision.models import Finding
from supervision.selectors.rolls import counted, employers, holders, needed_headcount
from xmsw.policy.outcomes import Outcome
from xmsw.regions.areas import DISTRICT_DIGITS

if TYPE_CHECKING:
    from xmsw.accounts.models import User

BY_NEED = B_KINDS + D_KINDS  # kinds that staff by need


@dataclass
class Line:
    """What a bureau's line comes to on a day. `employers`: (kind, district) → how many.

    What a list of employers stands behind counts employers: `with_posts`, `without_post`, `needing` (an assessment says
    that people are needed), `short`, `breaking` (open violations). Beside them: posts, heads, `findings` by outcome.
    """

    employers: Counter = field(default_factory=Counter)
    with_posts: int = 0
    posts: int = 0
    without_post: int = 0
    needing: int = 0
    needed: int = 0
    certified: int = 0
    short: int = 0
    unassessed: int = 0
    breaking: int = 0
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
    """The figures of a line; seven queries, each a single pass over its own table."""
    mine = Employer.objects.visible_to(user).in_force(on).filter(competent_bureau=bureau).order_by()
    found = Line()
    for kind, district, n in mine.values_list("kind", Left("region_id", DISTRICT_DIGITS)).annotate(n=Count("pk")):
        found.employers[kind, district] = n
    _posts(found, mine, on)
    _needs(found, mine.filter(kind__in=BY_NEED), on)
    _findings(found, Finding.objects.open_on(on).filter(employer__in=mine).order_by())
    projects = PurchaseProject.objects.visible_to(user).in_force(on)
    found.projects = projects.filter(provider__competent_bureau=bureau).count()
    return found


def _posts(found: Line, mine: QuerySet[Employer], on: date) -> None:
    """Posts by kind, and from them how many employers have none though each of their kind should."""
    rows = Post.objects.active(on).filter(employer__in=mine).order_by().values_list("employer__kind")
    have = {kind: (n, posts) for kind, n, posts in rows.annotate(n=Count("employer", distinct=True), p=Count("pk"))}
    found.with_posts = sum(n for n, _ in have.values())
    found.posts = sum(posts for _, posts in have.values())
    due = sum(n for (kind, _), n in found.employers.items() if kind in MUST)
    found.without_post = due - sum(n for kind, (n, _) in have.items() if kind in MUST)


def _needs(found: Line, staffed: QuerySet[Employer], on: date) -> None:
    """Of the kinds that staff by need: the newest assessment of each against certified people in posts."""
    latest = NeedAssessment.objects.filed().filter(employer__in=staffed, assessed_on__lte=on)
    needed = dict(latest.order_by("employer", "-assessed_on").distinct("employer").values_list("employer", "headcount"))
    held = holders(on).filter(post__employer__in=staffed).order_by().values_list("post__employer")
    certified = dict(held.annotate(n=Count("pk")))
    found.needed, found.certified = sum(needed.values()), sum(certified.values())
    found.needing = sum(n > 0 for n in needed.values())
    found.short = sum(certified.get(employer, 0) < n for employer, n in needed.items())
    found.unassessed = sum(n for (kind, _), n in found.employers.items() if kind in BY_NEED) - len(needed)


def _findings(found: Line, rows: QuerySet[Finding]) -> None:
    """Open findings by outcome, and employers with a violation."""
    by_outcome = rows.values("outcome").annotate(n=Count("pk"), subjects=Count("employer", distinct=True))
    counts = {each["outcome"]: each for each in by_outcome}
    found.findings = {outcome: each["n"] for outcome, each in counts.items()}
    found.breaking = counts[Outcome.VIOLATION]["subjects"] if Outcome.VIOLATION in counts else 0
