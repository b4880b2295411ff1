"""Every route of the interface × every role × objects of others: 403 or 404, and not a word of them anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from tests import builders as make
from tests.forms import post_form
from tests.test_role_matrix import named_addresses
from tests.world import World
from xmsw.accounts.roles import Role
from xmsw.api.resources import Resource, resources
from xmsw.api.writes import writes
from xmsw.clients import actions
from xmsw.clients.scopes import all_scopes

BASE = "/api/v1/"
REFUSED = {403, 404}
ROLES = ("city", "siming", "huli", "education", "standing", "staff", "worker", "reviewer", "admin")
BY_CLIENT = ("city", "siming", "huli", "education", "staff")  # the others come by the browser's session


@dataclass
class Caller:
    """Somebody at the interface: an OAuth client like the person of that role, or the person's browser session."""

    user: Any
    http: Client
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, address: str) -> Any:
        return self.http.get(BASE + address, headers=self.headers)

    def post(self, address: str, body: Any) -> Any:
        return self.http.post(BASE + address, json.dumps(body), content_type="application/json", headers=self.headers)


def client_like(user: Any, world: World) -> Caller:
    """A client of the same unit or employer with every scope."""
    terms = actions.Terms(f"{user.username} 的系统", list(all_scopes()), [], 6_000)
    holder: dict[str, Any] = {"unit": user.org_unit}
    if user.role == Role.EMPLOYER_STAFF:
        holder = {"employer": user.memberships.get().employer.credit_code}
    client, secret = actions.create(make.make_user("system_admin"), terms, **holder)
    http = Client()
    asked = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": secret}
    token = post_form(http, f"{BASE}token", asked).json()["access_token"]
    return Caller(client.account, http, {"Authorization": f"Bearer {token}"})


def caller_of(role: str, world: World) -> Caller:
    user = world.users[role]
    return client_like(user, world) if role in BY_CLIENT else Caller(user, world.client(role))


def foreign(resource: Resource, user: Any) -> Any:
    """The id of an object that the account does not see, if the world has one."""
    own = resource.visible_to(user).values(resource.id)
    rows = resource.model._default_manager.exclude(**{f"{resource.id}__in": own})
    return rows.order_by("pk").values_list(resource.id, flat=True).first()


def targets(caller: Caller) -> Iterator[tuple[Resource, Any]]:
    for each in resources():
        found = foreign(each, caller.user)
        if found is not None:
            yield each, found


# What belongs to no resource and is open to whoever may come in; tokens and webhooks have tests of their own.
APART = {"index", "openapi", "problems", "problem", "nowhere"}


def test_every_route_belongs_to_a_declaration_that_is_walked():
    walked = set(APART)
    for each in resources():
        walked |= {each.key, f"{each.key}-one", f"{each.key}-export", f"{each.key}-counts"}
    for write in writes():
        walked |= {f"{write.key}-{write.name}"} if write.on_one else {write.key, f"{write.key}-bulk"}
    names = {name for name, _ in named_addresses() if name.startswith("api:")}
    rest = {name.removeprefix("api:") for name in names} - walked
    assert {name.partition(":")[0] for name in rest} <= {"oauth", "webhooks"}, rest


@pytest.mark.parametrize("role", ROLES)
def test_what_is_others_is_neither_read_nor_changed(world: World, role: str):
    caller = caller_of(role, world)
    tried = 0
    for resource, pk in targets(caller):
        answer = caller.get(f"{resource.key}/{pk}")
        assert answer.status_code in REFUSED, (resource.key, answer.status_code)
        for write in writes():
            if write.on_one and write.resource is resource:
                answer = caller.post(f"{write.key}/{pk}/{write.name}", dict(write.example))
                assert answer.status_code in REFUSED, (write.key, write.name, answer.status_code, answer.content)
        tried += 1
    assert tried >= 8


@pytest.mark.parametrize("role", ROLES)
def test_no_list_count_or_export_tells_of_others(world: World, role: str):
    caller = caller_of(role, world)
    for resource in resources():
        allowed = resource.permits(caller.user)
        for ending in ("", "/export", *(("/counts",) if resource.counted else ())):
            answer = caller.get(f"{resource.key}{ending}")
            assert answer.status_code == (200 if allowed else 403), (resource.key, ending)
            text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
            assert not [name for name in world.forbidden(role) if name in text], (resource.key, ending)


@pytest.mark.parametrize("role", BY_CLIENT)
def test_a_client_without_scopes_reads_and_writes_nothing(world: World, role: str):
    caller = caller_of(role, world)
    caller.user.api_client.scopes.clear()
    caller.user.api_client.save()
    for resource in resources():
        assert caller.get(resource.key).json()["code"] == "scope"
    for write in writes():
        address = f"{write.key}/1/{write.name}" if write.on_one else write.key
        assert caller.post(address, dict(write.example)).json()["code"] == "scope"


def test_nobody_comes_in_without_a_token_or_a_session(client: Client, db):
    for resource in resources():
        for address in (resource.key, f"{resource.key}/1", f"{resource.key}/export"):
            assert client.get(BASE + address).status_code == 401
    for write in writes():
        address = f"{write.key}/1/{write.name}" if write.on_one else write.key
        assert client.post(BASE + address, "{}", content_type="application/json").status_code == 401
