"""A client of each place's bureau, one of each place's employer, and a call of both."""

from __future__ import annotations

from typing import Any

from posts.models import Employer
from tests.places import NAMES, PLACES
from xmsw.accounts.models import OrgUnit, User
from xmsw.clients.actions import Terms, create
from xmsw.clients.models import ApiCall, ApiClient


def make_clients(admin: User, employers: dict[str, Employer]) -> dict[str, ApiClient]:
    """By place, those of the bureaus."""
    return {place: _of_place(admin, place, employers[place]) for place in PLACES}


def _of_place(admin: User, place: str, employer: Employer) -> ApiClient:
    unit = OrgUnit.objects.get(bureau="civil_affairs", region_id=PLACES[place], valid_to=None)
    made: list[Any] = [
        create(admin, Terms(f"{NAMES[place]}接口", [], [], 300), unit=unit)[0],
        create(admin, Terms(f"{NAMES[place]}单位接口", [], [], 300), employer=employer.credit_code)[0],
    ]
    for each in made:
        ApiCall.objects.create(client=each, method="GET", path=f"/api/v1/{NAMES[place]}", status=200, ms=1)
    return made[0]
