"""Signing in, and the stop after repeated failures."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.builders import make_user
from xmsw.accounts.models import LoginFailure, User
from xmsw.accounts.roles import Role
from xmsw.accounts.throttle import TRIES, WINDOW

pytestmark = pytest.mark.django_db
RIGHT = "pass-for-tests"


@pytest.fixture
def officer() -> User:
    return make_user(Role.DISTRICT_OFFICER)


def attempt(client: Client, username: str, password: str, address: str = "10.0.0.1", **more: str) -> object:
    data = {"username": username, "password": password, **more}
    return client.post("/accounts/login/", data, REMOTE_ADDR=address)


def fail(client: Client, username: str, times: int, **more: str) -> None:
    for _ in range(times):
        assert attempt(client, username, "wrong", **more).status_code == 200


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_right_password_opens(client: Client, officer: User) -> None:
    assert attempt(client, officer.username, RIGHT).status_code == 302
    assert is_in(client)


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client: Client, officer: User) -> None:
    for name in (officer.username, "nobody"):
        assert "账号或密码不对" in attempt(client, name, "wrong").content.decode()


def test_after_so_many_failures_even_the_right_password_is_refused(client: Client, officer: User) -> None:
    fail(client, officer.username, TRIES)
    answer = attempt(client, officer.username, RIGHT)
    assert "暂时不能登录" in answer.content.decode()
    assert not is_in(client)


def test_one_failure_less_does_not_lock(client: Client, officer: User) -> None:
    fail(client, officer.username, TRIES - 1)
    attempt(client, officer.username, RIGHT)
    assert is_in(client)


def test_an_unknown_name_is_locked_the_same_way(client: Client) -> None:
    fail(client, "nobody", TRIES)
    assert "暂时不能登录" in attempt(client, "nobody", "wrong").content.decode()


def test_another_address_and_another_name_are_not_locked(client: Client, officer: User) -> None:
    colleague = make_user(Role.DISTRICT_OFFICER)
    fail(client, officer.username, TRIES)
    attempt(client, colleague.username, RIGHT)
    assert is_in(client)
    elsewhere = Client()
    attempt(elsewhere, officer.username, RIGHT, address="10.0.0.2")
    assert is_in(elsewhere)


def test_the_lock_ends_with_the_window_and_old_failures_are_dropped(client: Client, officer: User) -> None:
    fail(client, officer.username, TRIES)
    LoginFailure.objects.update(at=timezone.now() - WINDOW - timedelta(seconds=1))
    fail(client, officer.username, 1)
    assert LoginFailure.objects.count() == 1
    attempt(client, officer.username, RIGHT)
    assert is_in(client)


def test_a_success_forgets_the_failures(client: Client, officer: User) -> None:
    fail(client, officer.username, TRIES - 1)
    attempt(client, officer.username, RIGHT)
    assert not LoginFailure.objects.exists()


def test_refused_tries_do_not_prolong_the_lock(client: Client, officer: User) -> None:
    fail(client, officer.username, TRIES + 3)
    assert LoginFailure.objects.count() == TRIES


def test_no_way_out_to_another_site(client: Client, officer: User) -> None:
    answer = attempt(client, officer.username, RIGHT, next="https://example.org/")
    assert answer.url == "/"


def test_pages_lead_to_the_sign_in_and_back(client: Client, officer: User) -> None:
    assert client.get("/accounts/profile/").url == "/accounts/login/?next=/accounts/profile/"
    assert attempt(client, officer.username, RIGHT, next="/accounts/profile/").url == "/accounts/profile/"


def test_signing_out_is_a_post(client: Client, officer: User) -> None:
    client.force_login(officer)
    assert client.get("/accounts/logout/").status_code == 405
    client.post("/accounts/logout/")
    assert not is_in(client)
