"""Which model stands behind a resource of the feed, from where its objects are seen, and what else touches them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.checks import Error
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Left
from django.db.models.lookups import Exact

from xmsw.accounts.roles import Role
from xmsw.accounts.scope import Scope
from xmsw.feed import triggers
from xmsw.regions.areas import CITY_DIGITS

if TYPE_CHECKING:
    from django.db import models

    from xmsw.accounts.models import User

SEAT = Scope(region="region_code", bureau="bureau", sector="sector")
PUBLIC = Q(region_code="", bureau="", sector="", employer_id=0)
NOWHERE: dict[str, Any] = {"region": Value(""), "bureau": Value(""), "sector": Value(""), "employer": Value(0)}

Seats = Callable[["QuerySet[Any]"], "QuerySet[Any]"]
Reads = Callable[["User"], "Q | None"]


def in_city(code: str) -> Q:
    """Seats in the city of a region code, in the form that the index of a city's changes serves."""
    return Q(Exact(Left(F("region_code"), CITY_DIGITS), code[:CITY_DIGITS])) if len(code) >= CITY_DIGITS else Q()


def seats_at(rows: QuerySet[Any], **paths: Any) -> QuerySet[Any]:
    """(pk, region, bureau, sector, employer) of rows. Each of the four by its lookup path or an expression;
    what is not named is empty. A row with region NULL is no seat."""
    told = {name: F(path) if isinstance(path, str) else path for name, path in paths.items()}
    columns = NOWHERE | told
    return rows.order_by().values_list("pk", *(columns[name] for name in NOWHERE))


def seats_by(scope: Scope) -> Seats:
    """The seats that a scope's paths lead to."""
    paths = {name: path for name in NOWHERE if (path := getattr(scope, name))}
    return lambda rows: seats_at(rows, **paths)


def reads_seats(user: User) -> Q | None:
    """The seats from which an account sees, as a condition on changes: an officer's line × area, an employer's own."""
    if not user.acts:
        return None
    if user.role == Role.EMPLOYER_STAFF:
        return Q(employer_id__in=list(user.memberships.values_list("employer", flat=True)))
    condition = SEAT.condition(user)
    return None if condition is None else in_city(user.area_code) & condition


@dataclass(frozen=True)
class Source:
    """A resource of the feed.

    seats: from rows of the model (pk, region, bureau, sector, employer), one row a seat; by default what the scope of
    the model's QuerySet says. reads: an account's condition on the columns of `Change`, None for nothing; both together
    answer as the model's `visible_to` does. follows: key that triggers write (`shown("workers")`) → path from the model
    to that object; a change of it touches the rows as well.
    """

    resource: str
    model: type[models.Model]
    seats: Seats | None = None
    reads: Reads = reads_seats
    follows: Mapping[str, str] = field(default_factory=dict)

    def seats_of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Values (pk, region, bureau, sector, employer)."""
        return (self.seats or seats_by(rows.scope))(rows)

    @property
    def rows(self) -> QuerySet[Any]:
        """Every object."""
        return self.model._default_manager.all()


_sources: dict[str, Source] = {}


def source(declared: Source) -> Source:
    """Declare one; a second of the same resource is an error (ValueError)."""
    if _sources.setdefault(declared.resource, declared) != declared:
        raise ValueError(f"the feed has {declared.resource} already")
    return declared


def get(resource: str) -> Source:
    """By key; KeyError for an unknown one."""
    return _sources[resource]


def has(resource: str) -> bool:
    """Whether the feed tells of it."""
    return resource in _sources


def all_sources() -> list[Source]:
    """In the order of their keys."""
    return [_sources[key] for key in sorted(_sources)]


def check_sources(**_: Any) -> list[Error]:
    """System check: whatever triggers put in the outbox is somebody's."""
    heard = {*_sources, triggers.shown("employers"), *(key for each in _sources.values() for key in each.follows)}
    missing = sorted(triggers.declared - heard) + sorted(heard - triggers.declared)
    return [Error(f"{key}: the feed needs both triggers and a source", id="feed.E001") for key in missing]
