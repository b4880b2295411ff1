"""Who sits in posts on a day, each person once (一-2, 一-6)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from posts.models import Employer, Post
from supervision.selectors.areas import DEEPER
from talents.models import Appointment
from xmsw.regions.areas import DISTRICT_DIGITS, in_district
from xmsw.regions.models import Level, Region

if TYPE_CHECKING:
    from xmsw.accounts.models import User

Rows = TypeVar("Rows", bound=QuerySet)


def of(rows: Rows, user: User | None, region: str, area: str) -> Rows:
    """Rows whose code of place at `region` lies in an area, as far as the account sees them; None sees everything."""
    rows = rows if user is None else rows.visible_to(user)
    return rows.filter(in_district(region, area))


def below(area: str) -> dict[str, str]:
    """Names of the regions right below an area, by code; of everywhere («») the districts, of a street nothing."""
    if not area:
        rows = Region.objects.at(Level.DISTRICT)
    else:
        rows = Region.objects.filter(parent_id=area) if len(area) in DEEPER else Region.objects.none()
    return dict(rows.order_by("code").values_list("code", "name"))


def digits_below(area: str) -> int:
    """How many digits name a region right below."""
    return DEEPER.get(len(area), len(area)) or DISTRICT_DIGITS


def active_posts(on: date) -> QuerySet[Post]:
    """Active posts of employers that count on the day."""
    return Post.objects.active(on).filter(employer__in=Employer.objects.in_force(on))


def seats(on: date) -> QuerySet[Appointment]:
    """Appointments in force in active posts."""
    return Appointment.objects.in_force(on).filter(post__in=active_posts(on))


def main_seats(on: date) -> QuerySet[Appointment]:
    """One appointment a person: the full-time one before part-time ones, then the one begun first.

    So that people counted by place, sector or field add up to people, and a list is as long as its number.
    """
    same = Q(full_time=OuterRef("full_time"))
    before = Q(full_time__gt=OuterRef("full_time"))
    before |= same & Q(start__lt=OuterRef("start"))
    before |= same & Q(start=OuterRef("start"), pk__lt=OuterRef("pk"))
    return seats(on).filter(~Exists(seats(on).filter(before, worker=OuterRef("worker"))))
