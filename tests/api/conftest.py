"""A caller of the interface: a client of a unit or an employer, with a token, over HTTP's own paths."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis
from django.test import Client

from tests import builders as make
from tests.api.live_portal import LivePortal
from tests.forms import post_form
from xmsw.accounts.models import User
from xmsw.clients import actions
from xmsw.clients.models import ApiClient
from xmsw.clients.scopes import all_scopes

BASE = "/api/v1/"


@dataclass
class Caller:
    """A client that holds a token of all its scopes."""

    client: ApiClient
    token: str
    http: Client

    @property
    def account(self) -> User:
        return self.client.account

    def get(self, address: str, **headers: str) -> Any:
        """GET an address below /api/v1/ (or one that an answer gave)."""
        return self.http.get(_whole(address), headers=self._headers(headers))

    def post(self, address: str, body: Any, **headers: str) -> Any:
        """POST JSON."""
        return self.http.post(
            _whole(address), json.dumps(body), content_type="application/json", headers=self._headers(headers)
        )

    def all(self, address: str) -> list[dict]:
        """The items of all pages."""
        items: list[dict] = []
        while address:
            told = self.get(address).json()
            items += told["items"]
            address = told["next"]
        return items

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} | {name.replace("_", "-"): each for name, each in more.items()}


def _whole(address: str) -> str:
    return address if address.startswith("/") else BASE + address


Calling = Callable[..., Caller]


@pytest.fixture(autouse=True)
def nobody_counted(settings: Any) -> None:
    """Each test begins a minute of its own, and may knock in vain as often as it likes."""
    settings.API_ADDRESS_RATE = 100_000
    broker = redis.Redis.from_url(settings.REDIS_URL)
    for key in broker.scan_iter("xmsw:throttle:*"):
        broker.delete(key)


@pytest.fixture
def admin(db) -> User:
    """Whoever manages clients."""
    return make.make_user("system_admin")


@pytest.fixture
def calling(admin) -> Calling:
    """Make a client of a unit or an employer and fetch its token."""

    def made(unit: Any = None, employer: Any = None, scopes: list[str] | None = None) -> Caller:
        label = f"客户端 {ApiClient.objects.count() + 1}"
        terms = actions.Terms(label, list(all_scopes()) if scopes is None else scopes, [], 6_000)
        holder = {"employer": employer.name} if employer else {"unit": unit}
        client, secret = actions.create(admin, terms, **holder)
        http = Client()
        asked = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": secret}
        token = post_form(http, f"{BASE}token", asked).json()["access_token"]
        return Caller(client, token, http)

    return made


@pytest.fixture
def portal(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LivePortal]:
    """The portal's processes, none of them started yet, on this test's database: only committed rows reach them."""
    monkeypatch.setenv("WEB_WORKERS", "1")
    running = LivePortal(tmp_path / "var")
    try:
        yield running
    finally:
        running.stop()
