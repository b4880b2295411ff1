"""Yearly targets (四(一)-4b) against the posts there are, by line and district."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count
from django.db.models.functions import Left

from posts.models import Employer, Post
from supervision.models import YearlyTarget
from xmsw.accounts.models import Bureau
from xmsw.regions.areas import DISTRICT_DIGITS
from xmsw.regions.models import Level, Region

if TYPE_CHECKING:
    from xmsw.accounts.models import User


@dataclass(frozen=True)
class Reached:
    """One cell: what was to be reached (None: no target), what there is."""

    target: int | None
    actual: int

    @property
    def lacking(self) -> int:
        """How many are lacking to the target, 0 where none or where there is no target."""
        return 0 if self.target is None else max(self.target - self.actual, 0)


def together(cells: list[Reached]) -> Reached | None:
    """Several cells as one: those that have a target, where any has one; None where there is no cell."""
    aimed = [each for each in cells if each.target is not None]
    if not cells:
        return None
    target = sum(each.target for each in aimed) if aimed else None
    return Reached(target, sum(each.actual for each in aimed or cells))


def measured_on(year: int, on: date) -> date:
    """The day on which a year's posts are counted: its last one, or the as-of day before that."""
    return min(on, date(year, 12, 31))


def actual(user: User | None, on: date) -> dict[tuple[str, str], int]:
    """(bureau, district) → active posts of visible employers on the day; one query."""
    posts = Post.objects.all() if user is None else Post.objects.visible_to(user)
    rows = posts.active(on).filter(employer__in=Employer.objects.in_force(on)).order_by()
    rows = rows.values_list("employer__competent_bureau", Left("employer__region_id", DISTRICT_DIGITS))
    return {(bureau, district): n for bureau, district, n in rows.annotate(n=Count("pk"))}


def reached(user: User | None, year: int, on: date) -> dict[tuple[str, str], Reached]:
    """(bureau, district) → target and actual, of every pair that has either; two queries."""
    rows = YearlyTarget.objects.all() if user is None else YearlyTarget.objects.visible_to(user)
    targets = {(row.bureau, row.region_id): row.posts for row in rows.filter(year=year)}
    counted = actual(user, measured_on(year, on))
    return {key: Reached(targets.get(key), counted.get(key, 0)) for key in targets.keys() | counted.keys()}


def lines_of(user: User) -> list[tuple[str, str]]:
    """The bureaus whose lines the account sees."""
    return list(Bureau.choices) if user.is_lead else [(user.org_unit.bureau, user.org_unit.get_bureau_display())]


def districts_of(user: User) -> list[Region]:
    """Districts of the account's area."""
    return list(Region.objects.subtree(user.area_code).filter(level=Level.DISTRICT).order_by("code"))
