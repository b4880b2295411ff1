"""What is refused before anything of it is read."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client

from tests import builders as make

pytestmark = pytest.mark.django_db
ADDRESSES = ("/exchange/", "/accounts/login/", "/", "/admin/login/", "/nowhere/")


@pytest.fixture
def parsed(monkeypatch):
    """Notes every body that is taken apart."""
    bodies = []
    parse = HttpRequest.parse_file_upload
    monkeypatch.setattr(HttpRequest, "parse_file_upload", lambda *given: bodies.append(1) or parse(*given))
    return bodies


def sent(client, address, size):
    return client.post(address, {"kind": "posts", "file": SimpleUploadedFile("a.xlsx", b"x" * size)})


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("cookie", ["", "forged"])
def test_a_stranger_is_told_to_sign_in_and_nothing_is_read(parsed, address, cookie):
    client = Client(enforce_csrf_checks=True)
    if cookie:
        client.cookies["sessionid"] = cookie
    answer = sent(client, address, 100_000)
    assert answer.status_code == 413
    assert "请先登录" in answer.content.decode()
    assert "default-src" in answer.headers["Content-Security-Policy"]
    assert not parsed


def test_a_user_may_send_a_file_but_no_more_than_a_file(signed_in, settings, parsed):
    client = signed_in(make.make_user("district_officer"))
    assert sent(client, "/exchange/", 200_000).status_code == 422
    assert parsed
    parsed.clear()
    settings.MAX_BODY = 150_000
    answer = sent(client, "/exchange/", 200_000)
    assert answer.status_code == 413
    assert "50 MB" in answer.content.decode()
    assert not parsed


def test_a_stranger_can_sign_in(client):
    user = make.make_user("city_officer")
    given = {"username": user.username, "password": "pass-for-tests"}
    assert client.post("/accounts/login/", given).status_code == 302


@pytest.mark.parametrize("size", ["", "abc", "²", "-5", "9" * 5_000])
def test_a_length_that_is_none_does_no_harm(client, size):
    assert client.get("/accounts/login/", headers={"Content-Length": size}).status_code in (200, 413)


@pytest.mark.parametrize(
    "address", ["/policy/documents/%00/", "/supervision/clauses/%00/", "/admin/policy/parameter/%00/change/"]
)
def test_an_address_with_a_nul_is_no_page(signed_in, address):
    assert signed_in(make.make_user("admin")).get(address).status_code == 404
