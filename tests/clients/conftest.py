"""Clients of the interface as tests meet them: one scope each way, an address that tells who asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import redis
from django.conf import settings
from django.test import Client

from tests import builders as make
from tests.forms import post_form
from xmsw.accounts.models import OrgUnit, User
from xmsw.clients import actions, scopes
from xmsw.clients.models import ApiClient

READ, WRITE = "trial:read", "trial:write"


@pytest.fixture(autouse=True)
def trial_scopes() -> Iterator[None]:
    """Two scopes besides those of the portal's own resources."""
    kept = dict(scopes._scopes)
    scopes.register(READ, "读取", "试用")
    scopes.register(WRITE, "登记", "试用")
    yield
    scopes._scopes.clear()
    scopes._scopes.update(kept)


@pytest.fixture(autouse=True)
def nobody_counted() -> None:
    """Each test begins a minute of its own."""
    broker = redis.Redis.from_url(settings.REDIS_URL)
    for key in broker.scan_iter("xmsw:throttle:*"):
        broker.delete(key)


@dataclass
class Caller:
    """A client and what it was told once."""

    client: ApiClient
    secret: str
    http: Client

    def token(self, secret: str = "", **asked: Any) -> Any:
        """The answer of the token endpoint."""
        told = {"client_id": self.client.client_id, "client_secret": secret or self.secret}
        return post_form(self.http, "/api/v1/token", {"grant_type": "client_credentials", **told, **asked})

    def get(self, token: str = "", **extra: Any) -> Any:
        """What the trial address answers to a bearer of that token, a new one unless told."""
        token = token or self.token().json()["access_token"]
        return self.http.get("/api/v1/trial", headers={"Authorization": f"Bearer {token}"}, **extra)


@pytest.fixture
def admin(db: None) -> User:
    """Who manages clients."""
    return make.make_user("system_admin")


def unit_of(bureau: str = "civil_affairs", region: str = "350203") -> OrgUnit:
    """The bureau of the region under its name of today."""
    return OrgUnit.objects.get(bureau=bureau, region_id=region, valid_to=None)


@pytest.fixture
def calling(admin: User) -> Callable[..., Caller]:
    """`calling(unit)` makes a client of the unit or employer, by the action that the page calls."""

    def enter(unit: OrgUnit | None = None, employer: str = "", label: str = "区平台", **terms: Any) -> Caller:
        if unit is None and not employer:
            unit = unit_of()
        told = actions.Terms(label, **({"scopes": [READ], "networks": [], "rate": 300} | terms))
        return Caller(*actions.create(admin, told, unit=unit, employer=employer), Client())

    return enter
