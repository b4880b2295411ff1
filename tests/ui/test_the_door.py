"""One door for everybody: tries are counted before they are checked, whoever asks and from wherever."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from tests.builders import make_user
from xmsw.accounts.models import LoginFailure
from xmsw.accounts.throttle import (
    PAUSE,
    SIGN_UPS,
    TRIES,
    TRIES_FROM_AN_ADDRESS,
    TRIES_OF_A_NAME,
    Kind,
    address_of,
    admit,
)

ROOT = Path(__file__).resolve().parents[2]
NAMED = (
    *("XMSW_ENV", "DATABASE_URL", "DEBUG", "SECRET_KEY", "DATA_KEYS", "LOOKUP_KEY"),
    *("HTTPS_ONLY", "HSTS_SUBDOMAINS", "TRUSTED_PROXIES"),
    "DJANGO_ALLOW_ASYNC_UNSAFE",  # set by tests with a browser
)


@pytest.mark.django_db
def test_the_administration_has_no_door_of_its_own(client: Client) -> None:
    admin = make_user("system_admin")
    entry = {"username": admin.username, "password": "pass-for-tests"}
    answer = client.post("/admin/login/?next=/admin/accounts/", entry)
    assert answer.url == "/accounts/login/?next=/admin/accounts/"
    assert "_auth_user_id" not in client.session
    client.force_login(make_user("district_officer"))
    assert client.get("/admin/login/").status_code == 403


@pytest.mark.django_db
def test_the_way_into_the_administration_ends_in_the_throttle(client: Client) -> None:
    admin = make_user("system_admin")
    for start in ("/admin/", "/admin/login/", "/admin/accounts/user/"):
        path, status = client.get(start, follow=True).redirect_chain[-1]
        assert (path.split("?")[0], status) == ("/accounts/login/", 302)
    for _ in range(TRIES):
        assert client.post(path, {"username": admin.username, "password": "wrong"}).status_code == 200
    right = {"username": admin.username, "password": "pass-for-tests"}
    for door in (path, "/admin/login/?next=/admin/"):
        answer = client.post(door, right, follow=True)
        assert answer.status_code == 200
        assert "_auth_user_id" not in client.session
    assert "暂时不能登录" in client.post(path, right).content.decode()
    assert LoginFailure.objects.filter(username=admin.username).count() == TRIES


@pytest.mark.django_db
def test_a_name_tried_from_everywhere_is_slowed_down_and_nobody_is_locked_out() -> None:
    assert all(admit(Kind.SIGN_IN, "somebody", f"10.0.0.{number}") for number in range(TRIES_OF_A_NAME))
    assert not admit(Kind.SIGN_IN, "somebody", "10.9.9.9")
    assert admit(Kind.SIGN_IN, "somebody else", "10.9.9.9")
    LoginFailure.objects.filter(username="somebody").update(at=timezone.now() - PAUSE)
    assert admit(Kind.SIGN_IN, "somebody", "10.9.9.9")
    assert not admit(Kind.SIGN_IN, "somebody", "10.9.9.8")


@pytest.mark.django_db
def test_a_code_tried_from_everywhere_is_locked_for_all() -> None:
    assert all(admit(Kind.JOIN, "code", f"10.0.0.{number}") for number in range(TRIES_OF_A_NAME))
    LoginFailure.objects.update(at=timezone.now() - PAUSE)
    assert not admit(Kind.JOIN, "code", "10.9.9.9")


@pytest.mark.django_db
def test_an_address_that_failed_stays_locked_when_the_pause_is_over() -> None:
    assert all(admit(Kind.SIGN_IN, "somebody", "10.0.0.1") for _ in range(TRIES))
    LoginFailure.objects.update(at=timezone.now() - PAUSE)
    assert not admit(Kind.SIGN_IN, "somebody", "10.0.0.1")


@pytest.mark.django_db
def test_addresses_of_one_ipv6_line_count_as_one() -> None:
    assert all(admit(Kind.SIGN_IN, "somebody", f"2001:db8::{number}") for number in range(1, TRIES + 1))
    assert not admit(Kind.SIGN_IN, "somebody", "2001:db8::ffff")
    assert admit(Kind.SIGN_IN, "somebody", "2001:db8:0:1::1")
    assert admit(Kind.SIGN_IN, "somebody", "::ffff:10.0.0.1")
    assert LoginFailure.objects.filter(address="10.0.0.1").count() == 1


@pytest.mark.django_db
def test_an_address_is_limited_whatever_the_name() -> None:
    assert all(admit(Kind.SIGN_IN, f"name{number}", "10.0.0.1") for number in range(TRIES_FROM_AN_ADDRESS))
    assert not admit(Kind.SIGN_IN, "another", "10.0.0.1")
    assert admit(Kind.SIGN_UP, "another", "10.0.0.1")


@pytest.mark.django_db
def test_signing_up_is_limited_by_address_alone() -> None:
    assert all(admit(Kind.SIGN_UP, f"new{number}", "10.0.0.1") for number in range(SIGN_UPS))
    assert not admit(Kind.SIGN_UP, "newest", "10.0.0.1")
    assert admit(Kind.SIGN_UP, "newest", "10.0.0.2")


@pytest.mark.django_db(transaction=True)
def test_parallel_tries_do_not_slip_past_the_limit_together() -> None:
    def attempt(_: int) -> bool:
        try:
            return admit(Kind.SIGN_IN, "somebody", "10.0.0.1")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        admitted = list(pool.map(attempt, range(24)))
    assert sum(admitted) == TRIES == LoginFailure.objects.count()


def test_a_forwarded_address_counts_behind_a_trusted_proxy_only(settings: object) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", headers={"X-Forwarded-For": "6.6.6.6, 7.7.7.7"})
    assert address_of(request) == "10.0.0.9"
    settings.TRUSTED_PROXIES = ["10.0.0.9"]
    assert address_of(request) == "7.7.7.7"
    settings.TRUSTED_PROXIES = ["10.0.0.9", "7.7.7.7"]
    assert address_of(request) == "6.6.6.6"
    settings.TRUSTED_PROXIES = ["10.0.0.0/24", "7.7.0.0/16"]
    assert address_of(request) == "6.6.6.6"
    settings.TRUSTED_PROXIES = ["10.0.1.0/24", "7.7.0.0/16"]
    assert address_of(request) == "10.0.0.9"
    settings.TRUSTED_PROXIES = ["10.0.0.0/24"]
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="")) == ""


@pytest.mark.django_db
def test_pages_of_people_signed_in_are_not_kept(client: Client) -> None:
    client.force_login(make_user("district_officer"))
    assert client.get("/accounts/profile/").headers["Cache-Control"] == "no-store"


def manage(tmp_path: Path, *words: str, **given: str) -> subprocess.CompletedProcess:
    bare = {name: value for name, value in os.environ.items() if name not in NAMED}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(
        command, cwd=ROOT, env=bare | {"XMSW_VAR": str(tmp_path)} | given, capture_output=True, text=True
    )


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATA_KEYS", "LOOKUP_KEY"])
@pytest.mark.parametrize("debug", ["0", "1"])
def test_a_named_database_is_not_opened_with_development_keys(tmp_path: Path, missing: str, debug: str) -> None:
    given = {"DATABASE_URL": "postgres://xmsw@127.0.0.1:1/xmsw", "DEBUG": debug, **_secrets()}
    given.pop(missing)
    done = manage(tmp_path, "check", **given)
    assert done.returncode != 0
    assert f"没有设置 {missing}" in done.stderr


def test_production_settings_pass_the_deployment_check(tmp_path: Path) -> None:
    given = {"DATABASE_URL": "postgres://xmsw@127.0.0.1:1/xmsw", "HTTPS_ONLY": "1", **_secrets()}
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **given)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("given", "said"), [({}, "False False"), ({"HSTS_SUBDOMAINS": "1"}, "True False")])
def test_https_speaks_for_this_host_alone_unless_told(tmp_path: Path, given: dict[str, str], said: str) -> None:
    given = {"DATABASE_URL": "postgres://xmsw@127.0.0.1:1/xmsw", "HTTPS_ONLY": "1", **_secrets(), **given}
    asked = "from django.conf import settings as s; print(s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD)"
    assert manage(tmp_path, "shell", "--no-imports", "-c", asked, **given).stdout.strip() == said


def test_proxies_are_addresses_or_networks(tmp_path: Path) -> None:
    asked = "from django.conf import settings as s; print(s.TRUSTED_PROXIES)"
    shell = ("shell", "--no-imports", "-c", asked)
    done = manage(tmp_path, *shell, TRUSTED_PROXIES="10.0.0.9, 10.1.2.3/16,::1")
    assert done.stdout.strip() == "['10.0.0.9/32', '10.1.0.0/16', '::1/128']", done.stderr
    wrong = manage(tmp_path, *shell, TRUSTED_PROXIES="proxy.example")
    assert wrong.returncode != 0
    assert "TRUSTED_PROXIES 里有写错的地址" in wrong.stderr


def _secrets() -> dict[str, str]:
    said = subprocess.run([sys.executable, "-m", "xmsw.runtime.keys"], cwd=ROOT, capture_output=True, text=True)
    return dict(line.split("=", 1) for line in said.stdout.splitlines())


def test_no_proxy_is_trusted_unless_named() -> None:
    assert settings.TRUSTED_PROXIES == []
