"""Coverage of service fields by place (一-2): active posts, people in posts and purchased projects of a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet
from django.db.models.functions import Left

from payroll.models import PurchaseProject
from posts.models import ServiceField
from posts.models.fields import field_in_sql
from supervision.selectors.seats import active_posts, below, digits_below, main_seats, of

if TYPE_CHECKING:
    from xmsw.accounts.models import User


@dataclass
class Cell:
    """What a field has in a place: active posts, people (each once, in the main post), projects in force."""

    posts: int = 0
    people: int = 0
    projects: int = 0

    @property
    def empty(self) -> bool:
        """Neither a post nor a project: what the clause asks to widen (a hint, never a violation)."""
        return not self.posts and not self.projects

    @property
    def weight(self) -> int:
        """Posts and projects."""
        return self.posts + self.projects


@dataclass(frozen=True)
class Coverage:
    """`places`: (code, name) right below `area`, in the order of codes; what belongs to none of them stands last,
    under the area's own code. `cells`: by (field, code); what has nothing has no entry.
    """

    area: str
    on: date
    places: tuple[tuple[str, str], ...]
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)

    def cell(self, service: str, place: str) -> Cell:
        """One cell; zeros where there is nothing."""
        return self.cells.get((service, place)) or Cell()

    def of_field(self, service: str) -> Cell:
        """A field in all places."""
        return _sum(self.cell(service, code) for code, _ in self.places)

    def of_place(self, place: str) -> Cell:
        """All fields in a place."""
        return _sum(self.cell(service, place) for service in ServiceField.values)

    @property
    def total(self) -> Cell:
        """Everything."""
        return _sum(self.cells.values())

    @property
    def blank(self) -> list[tuple[str, str]]:
        """(field, code) of the empty cells of the places below; the area's own line is none of them."""
        below = [code for code, _ in self.places if code != self.area or len(self.places) == 1]
        return [(one, code) for one in ServiceField.values for code in below if self.cell(one, code).empty]

    @property
    def fields(self) -> int:
        """How many fields have a post or a project anywhere in the area."""
        return sum(not self.of_field(one).empty for one in ServiceField.values)


def _sum(cells: Iterable[Cell]) -> Cell:
    found = Cell()
    for each in cells:
        found.posts += each.posts
        found.people += each.people
        found.projects += each.projects
    return found


def coverage(user: User | None, area_code: str, on: date) -> Coverage:
    """Fields × places right below the area (of a street: itself); four queries.

    `user` None: everything in the area; else what the account sees (a bureau its own line). The caller answers for
    the area lying in what the account may ask about.
    """
    parts = below(area_code)
    cells: dict[tuple[str, str], Cell] = {}
    for name, service, at, n in _counts(user, area_code, on):
        place = at if at in parts else area_code
        one = cells.setdefault((service, place), Cell())
        setattr(one, name, getattr(one, name) + n)
    own = any(place == area_code for _, place in cells) or not parts
    places = [*parts.items(), *([(area_code, "直属" if parts else "本级")] if own else [])]
    return Coverage(area_code, on, tuple(places), cells)


def _counts(user: User | None, area: str, on: date) -> Iterator[tuple[str, str, str, int]]:
    """(what of a cell, field, code of the place, how many)."""
    digits = digits_below(area)
    posts = of(active_posts(on).with_field(), user, "employer__region__code", area)
    people = main_seats(on).annotate(in_field=field_in_sql("post__service_field", "post__employer__kind"))
    people = of(people, user, "post__employer__region__code", area)
    projects = of(PurchaseProject.objects.in_force(on).placed(), user, "at", area)
    for name, rows, region in (
        ("posts", posts, "employer__region__code"),
        ("people", people, "post__employer__region__code"),
        ("projects", projects, "at"),
    ):
        for service, at, n in _grouped(rows, region, digits):
            yield name, service, at, n


def _grouped(rows: QuerySet, region: str, digits: int) -> QuerySet:
    placed = rows.order_by().annotate(place=Left(region, digits))
    return placed.values_list("in_field", "place").annotate(n=Count("pk"))
