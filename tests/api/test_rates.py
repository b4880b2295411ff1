"""What keeps the interface up: strangers are counted and not read, exports leave threads for pages."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import builders as make
from tests.api.conftest import BASE, Calling
from tests.api.test_lists import unit
from xmsw.api.views.reading import SLOTS
from xmsw.clients.models import ApiCall

pytestmark = pytest.mark.django_db


def test_whoever_knocks_in_vain_is_counted_by_address_and_written_down_no_more(client, settings):
    settings.API_ADDRESS_RATE = 5
    answers = [client.get(f"{BASE}posts", headers={"Authorization": "Bearer x"}) for _ in range(8)]
    assert [each.status_code for each in answers] == [401] * 5 + [429] * 3
    assert "Retry-After" in answers[-1].headers and ApiCall.objects.count() == 5


def test_the_token_endpoint_reads_small_forms_alone(client):
    large = client.post(f"{BASE}token", b"a=" + b"b" * 20_000, content_type="application/x-www-form-urlencoded")
    other = client.post(f"{BASE}token", {"grant_type": "client_credentials"})  # multipart
    assert (large.status_code, other.status_code) == (400, 400)
    assert large.json()["error"] == other.json()["error"] == "invalid_request"


def test_exports_beyond_their_slots_are_asked_to_come_back(calling: Calling):
    make.make_employer("A01")
    caller = calling(unit())
    held = [caller.get("employers/export") for _ in range(2)]
    answer = caller.get("employers/export")
    assert (answer.status_code, answer.json()["code"]) == (503, "busy") and "Retry-After" in answer.headers
    for each in held:
        b"".join(each.streaming_content)
    b"".join(caller.get("employers/export").streaming_content)
    assert SLOTS.acquire(blocking=False), "a slot is given back when its export has ended"
    SLOTS.release()


def test_an_identity_number_takes_the_capability_besides_the_scope(calling: Calling):
    worker = make.make_worker()
    make.make_employment(worker, make.make_employer("B02"))
    bureau = calling(unit("education"))
    answer = bureau.get(f"workers/{worker.pk}?fields=identity_number&purpose=purpose")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_session_writes_with_the_tokens_header_alone(db):
    http = Client(enforce_csrf_checks=True)
    http.force_login(make.make_user("district_officer"))
    answer = http.post(f"{BASE}need-assessments", "{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    http.get("/api/")
    token = http.cookies["csrftoken"].value
    answer = http.post(f"{BASE}need-assessments", "{}", content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 422


def test_no_identity_number_stays_in_the_access_log(calling: Calling):
    caller = calling(unit())
    for address in ("workers/35020319900101001X", "workers?fields=35020319900101001X"):
        caller.get(address)
    assert not ApiCall.objects.filter(path__contains="1990").exists()
    assert not ApiCall.objects.filter(query__contains="1990").exists()
