"""/api/v1/webhooks: one's own subscriptions alone, with a scope of its own, as the contract says."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests import builders as make
from tests.api.conftest import Calling
from tests.webhooks.conftest import Receiver, Subscribing, told, unit
from xmsw.api.views.meta import contract_of
from xmsw.clients.models import ApiCall
from xmsw.webhooks.actions import MOST_LIVE
from xmsw.webhooks.models import Delivery, Subscription
from xmsw.webhooks.sending import send_due

pytestmark = pytest.mark.django_db
ADDRESSES = (  # method, address below /api/v1/, of a subscription and a message
    ("get", "webhooks/{hook}"),
    ("delete", "webhooks/{hook}"),
    ("post", "webhooks/{hook}/rotate"),
    ("post", "webhooks/{hook}/test"),
    ("get", "webhooks/{hook}/deliveries"),
    ("post", "webhooks/{hook}/deliveries/{message}/resend"),
)


def asked(caller: Any, method: str, address: str) -> Any:
    """One request with the caller's token."""
    headers = {"Authorization": f"Bearer {caller.token}"}
    return getattr(caller.http, method)(f"/api/v1/{address}", headers=headers)


def changed() -> None:
    make.make_post(make.make_employer("A01", region="350203001"))
    told()


class TestWhoMay:
    @pytest.mark.parametrize(("method", "address"), ADDRESSES)
    def test_a_foreign_clients_subscription_is_not_there(
        self, subscribing: Subscribing, receiver: Receiver, method, address
    ):
        own, foreign = subscribing(), subscribing()
        changed()
        message = Delivery.objects.get(subscription=foreign.id)
        place = address.format(hook=foreign.id, message=message.pk)
        assert asked(own.caller, method, place).status_code == 404
        crossed = address.format(hook=own.id, message=message.pk)
        if "{message}" in address:
            assert asked(own.caller, method, crossed).status_code == 404
        assert foreign.row.stopped_at is None and foreign.row.old_secret is None
        assert Delivery.objects.filter(subscription=foreign.id).count() == 1
        assert asked(foreign.caller, method, place).status_code in (200, 202, 204, 409)

    @pytest.mark.parametrize(("method", "address"), [("get", "webhooks"), ("post", "webhooks"), *ADDRESSES])
    def test_without_the_scope_without_a_token_and_from_a_browser_nothing_opens(
        self, subscribing: Subscribing, calling: Calling, signed_in, admin, method, address
    ):
        hook = subscribing()
        changed()
        place = address.format(hook=hook.id, message=Delivery.objects.get().pk)
        narrow = calling(unit(), scopes=["posts:read"])
        assert asked(narrow, method, place).json()["code"] == "scope"
        assert getattr(narrow.http, method)(f"/api/v1/{place}").status_code == 401
        browser = getattr(signed_in(admin), method)(f"/api/v1/{place}")
        assert (browser.status_code, browser.json()["code"]) == (403, "forbidden")

    def test_a_resource_that_the_client_may_not_read_is_no_subject(self, calling: Calling, receiver: Receiver):
        caller = calling(unit(), scopes=["posts:read", "webhooks:manage"])
        body = {"url": receiver.url, "resources": ["posts", "workers"]}
        assert caller.post("webhooks", body).json()["code"] == "scope"
        assert not Subscription.objects.exists()


class TestSubscribing:
    def test_the_secret_is_told_by_that_answer_alone(self, subscribing: Subscribing, receiver: Receiver):
        hook = subscribing()
        assert hook.secret.startswith("whsec_")
        for place in ("webhooks", hook.address):
            answer = hook.caller.get(place)
            assert answer.status_code == 200 and hook.secret not in answer.content.decode()
        assert hook.caller.get("webhooks").json()["items"] == [hook.caller.get(hook.address).json()]

    @pytest.mark.parametrize(
        "body",
        [
            None,
            [],
            {},
            {"url": "https://a.example/"},
            {"url": "https://a.example/", "resources": []},
            {"url": "https://a.example/", "resources": ["posts", "nothing"]},
            {"url": "https://a.example/", "resources": ["clauses"]},
            {"url": "https://a.example/", "resources": "posts"},
            {"url": "https://a.example/", "resources": [1]},
            {"url": 7, "resources": ["posts"]},
            {"url": "a.example", "resources": ["posts"]},
            {"url": " https://a.example/", "resources": ["posts"]},
            {"url": "https://a.example/\n", "resources": ["posts"]},
            {"url": "https://" + "a" * 500, "resources": ["posts"]},
            {"url": "https://a.example/", "resources": ["posts"], "secret": "mine"},
        ],
    )
    def test_a_wrong_body_is_refused_and_nothing_stored(self, calling: Calling, body):
        answer = calling(unit()).post("webhooks", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert answer.json()["errors"] and not Subscription.objects.exists()

    def test_the_same_address_twice_and_one_too_many_are_refused(self, subscribing: Subscribing, receiver: Receiver):
        hook = subscribing()
        again = hook.caller.post("webhooks", {"url": receiver.url, "resources": ["posts"]})
        assert again.status_code == 409 and "已经订阅" in again.json()["detail"]
        for number in range(MOST_LIVE):
            last = hook.caller.post("webhooks", {"url": f"{receiver.url}?{number}", "resources": ["posts"]})
        assert last.status_code == 409 and Subscription.objects.count() == MOST_LIVE

    def test_a_stopped_address_can_be_subscribed_anew(self, subscribing: Subscribing, receiver: Receiver):
        hook = subscribing()
        assert asked(hook.caller, "delete", hook.address).status_code == 204
        assert asked(hook.caller, "delete", hook.address).status_code == 404
        again = hook.caller.post("webhooks", {"url": receiver.url, "resources": ["posts"]})
        assert again.status_code == 201 and len(hook.caller.get("webhooks").json()["items"]) == 1

    def test_only_what_changes_afterwards_is_told(self, subscribing: Subscribing):
        changed()
        subscribing()
        told()
        assert not Delivery.objects.exists()


class TestMessages:
    def test_pages_follow_each_other_newest_first(self, subscribing: Subscribing, receiver: Receiver):
        hook = subscribing()
        for _ in range(5):
            changed()
            send_due()
        numbers = [each["id"] for each in hook.caller.all(f"{hook.address}/deliveries?limit=2")]
        assert numbers == list(Delivery.objects.order_by("-pk").values_list("pk", flat=True)) and len(numbers) == 5
        assert hook.caller.all(f"{hook.address}/deliveries?state=failed") == []
        assert len(hook.caller.all(f"{hook.address}/deliveries?state=delivered&limit=3")) == 5

    @pytest.mark.parametrize("query", ["limit=0", "limit=x", "state=lost", "order=id", "state=%00"])
    def test_a_wrong_parameter_is_refused(self, subscribing: Subscribing, query):
        hook = subscribing()
        answer = hook.caller.get(f"{hook.address}/deliveries?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid-parameter")

    def test_a_cursor_of_another_subscription_is_refused(self, subscribing: Subscribing, receiver: Receiver):
        one, other = subscribing(), subscribing()
        for _ in range(2):
            changed()
            send_due()
            send_due()
        following = one.caller.get(f"{one.address}/deliveries?limit=1").json()["next"].partition("cursor=")[2]
        assert other.caller.get(f"{other.address}/deliveries?cursor={following}").status_code == 404
        assert one.caller.get(f"{one.address}/deliveries?cursor=x").json()["code"] == "position"

    def test_what_waits_is_not_sent_twice(self, subscribing: Subscribing):
        hook = subscribing()
        changed()
        answer = hook.caller.post(f"{hook.address}/deliveries/{Delivery.objects.get().pk}/resend", {})
        assert (answer.status_code, answer.json()["code"]) == (409, "refused")

    @pytest.mark.parametrize("number", ["0", "-1", "x", "٣", "9" * 19, "9" * 40])
    def test_what_is_no_number_is_not_there(self, subscribing: Subscribing, number):
        hook = subscribing()
        assert hook.caller.get(f"webhooks/{number}").status_code == 404
        assert hook.caller.post(f"{hook.address}/deliveries/{number}/resend", {}).status_code == 404


class TestContract:
    def test_every_answer_is_as_the_contract_says(self, subscribing: Subscribing, receiver: Receiver):
        hook = subscribing()
        changed()
        send_due()
        contract = contract_of()
        number = Delivery.objects.get().pk
        caller, place = hook.caller, "/webhooks/{id}"
        made = caller.post("webhooks", {"url": f"{receiver.url}?2", "resources": ["posts", "workers"]})
        answers = [
            ("/webhooks", "post", made),
            ("/webhooks", "get", caller.get("webhooks")),
            (place, "get", caller.get(hook.address)),
            (f"{place}/deliveries", "get", caller.get(f"{hook.address}/deliveries")),
            (
                f"{place}/deliveries/{{number}}/resend",
                "post",
                caller.post(f"{hook.address}/deliveries/{number}/resend", {}),
            ),
            (f"{place}/test", "post", caller.post(f"{hook.address}/test", {})),
            (f"{place}/rotate", "post", caller.post(f"{hook.address}/rotate", {})),
            (place, "delete", asked(caller, "delete", hook.address)),
            (place, "get", caller.get(hook.address)),
            ("/webhooks", "post", caller.post("webhooks", {})),
        ]
        for path, method, answer in answers:
            responses = contract["paths"][f"/api/v1{path}"][method]["responses"]
            declared = responses[str(answer.status_code)]
            if answer.status_code == 204:
                assert answer.content == b"" and "content" not in declared
                continue
            schema = declared["content"][answer.headers["Content-Type"]]["schema"]
            whole = {**schema, "components": contract["components"]}
            Draft202012Validator(whole).validate(answer.json())
        assert {answer.status_code for _, _, answer in answers} == {200, 201, 202, 204, 404, 422}

    def test_the_body_is_closed_in_the_contract_and_names_the_resources(self):
        told = contract_of()["paths"]["/api/v1/webhooks"]["post"]["requestBody"]["content"]
        schema = told["application/json"]["schema"]
        assert schema["additionalProperties"] is False and set(schema["required"]) == {"url", "resources"}
        assert "posts" in schema["properties"]["resources"]["items"]["enum"]

    def test_calls_are_written_down_without_the_receivers_address(self, subscribing: Subscribing):
        subscribing()
        call = ApiCall.objects.get(route="webhooks")
        assert (call.method, call.status, call.query) == ("POST", 201, "")
