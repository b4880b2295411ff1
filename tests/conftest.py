"""Fixtures for all tests: reference data is part of every database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.test import Client


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """Divisions, bureaus, clauses, parameters and communities, once for the session."""
    with django_db_blocker.unblock():
        call_command("reference", verbosity=0)


@pytest.fixture(autouse=True)
def _reference_after_truncation(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests that truncate tables give the reference data back to the next one."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if (marker and marker.kwargs.get("transaction")) or "live_server" in request.fixturenames:
        request.getfixturevalue("django_db_blocker").unblock()
        call_command("reference", verbosity=0)


@pytest.fixture
def signed_in(client: Client) -> object:
    """`signed_in(user)` gives a client with that session."""

    def sign_in(user: object) -> Client:
        client.force_login(user)
        return client

    return sign_in
