"""A client of each place's bureau, one of each place's employer, a call of both, and a webhook of the bureau's."""

from __future__ import annotations

from typing import Any

from posts.models import Employer
from tests.places import NAMES, PLACES
from xmsw.accounts.models import OrgUnit, User
from xmsw.clients.actions import Terms, create
from xmsw.clients.models import ApiCall, ApiClient
from xmsw.webhooks.models import Delivery, Subscription


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


def make_webhooks(clients: dict[str, ApiClient]) -> dict[str, Subscription]:
    """By place, one of the bureau's client with a message that waits."""
    return {place: _webhook(place, client) for place, client in clients.items()}


def _webhook(place: str, client: ApiClient) -> Subscription:
    made = Subscription.objects.create(
        client=client,
        url=f"https://receiver.invalid/{NAMES[place]}",
        resources=["posts"],
        secret="whsec_",
        made_by=client.account,
        position=0,
    )
    body = {"type": "posts.changed", "data": {"count": 1}}
    Delivery.objects.create(subscription=made, resource="posts", body=body, error=NAMES[place])
    return made
