"""Messages reach a real receiver: signed, again after failures, never to a stopped one, at least once."""

from __future__ import annotations

from threading import Timer

import pytest
import time_machine
from django.db import InternalError, connection, transaction
from django.test import override_settings
from django.utils import timezone

from tests import builders as make
from tests.webhooks.conftest import Receiver, Subscribing, later, told, verified
from xmsw.clients import actions as clients
from xmsw.notices.models import Notice
from xmsw.webhooks import posting, tasks
from xmsw.webhooks.models import Delivery
from xmsw.webhooks.sending import send_due

pytestmark = pytest.mark.django_db


def changed() -> int:
    """A post inside 思明 is new, and the message of it made."""
    post = make.make_post(make.make_employer("A01", region="350203001"))
    told()
    return post.pk


class TestSigned:
    def test_a_change_arrives_within_two_beats_signed_and_leads_to_the_rows(
        self, subscribing: Subscribing, receiver: Receiver
    ):
        hook, post = subscribing(), changed()
        assert send_due() == 1
        ((headers, body),) = receiver.received
        assert verified(headers, body, hook.secret)
        assert not verified(headers, body + b" ", hook.secret)
        assert headers["content-type"] == "application/json" and headers["host"] == f"127.0.0.1:{receiver.port}"
        (said,) = receiver.bodies
        assert said["type"] == "posts.changed"
        assert {**said["data"], "changes": ""} == {"resource": "posts", "count": 1, "ids": [post], "changes": ""}
        read = hook.caller.get(said["data"]["changes"]).json()
        assert [each["id"] for each in read["items"]] == [post]
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.status, delivery.attempts) == ("delivered", 200, 1)
        assert str(delivery.event) == headers["webhook-id"]
        assert send_due() == 0

    def test_after_a_rotation_both_secrets_sign_until_the_overlap_ends(
        self, subscribing: Subscribing, receiver: Receiver, settings
    ):
        hook = subscribing()
        answer = hook.caller.post(f"{hook.address}/rotate", {})
        new = answer.json()["secret"]
        assert answer.status_code == 200 and new != hook.secret and "no-store" in answer.headers["Cache-Control"]
        changed()
        send_due()
        assert all(verified(*receiver.received[0], each) for each in (new, hook.secret))
        with later(days=settings.API_SECRET_OVERLAP_DAYS, minutes=1):
            changed()
            send_due()
            assert verified(*receiver.received[1], new) and not verified(*receiver.received[1], hook.secret)

    def test_the_secret_lies_sealed(self, subscribing: Subscribing):
        hook = subscribing()
        with connection.cursor() as cursor:
            cursor.execute("SELECT secret FROM webhooks_subscription")
            assert hook.secret.encode() not in bytes(cursor.fetchone()[0])


class TestAgain:
    def test_it_is_sent_again_ever_later_with_the_same_id_and_body(self, subscribing: Subscribing, receiver: Receiver):
        subscribing()
        receiver.statuses = [500, 503, 404, 429]
        with time_machine.travel(timezone.now(), tick=False) as clock:
            changed()
            assert send_due() == 0
            first = Delivery.objects.get()
            assert (first.state, first.status, first.error) == ("failed", 500, "对方回应 500。")
            for tried, wait in enumerate((10, 60, 300), start=2):
                clock.shift(wait - 1)
                assert send_due() == 0 and len(receiver.received) == tried - 1
                clock.shift(1)
                assert send_due() == 0 and len(receiver.received) == tried
            clock.shift(1_800)
            assert send_due() == 1
        assert len(receiver.received) == 5
        assert len(set(receiver.ids)) == 1 and len({body for _, body in receiver.received}) == 1
        last = Delivery.objects.get()
        assert (last.state, last.status, last.attempts, last.error) == ("delivered", 200, 5, "")
        assert (last.subscription.failures, last.subscription.failing_since) == (0, None)

    @pytest.mark.parametrize(
        ("status", "said", "waits"),
        [
            (503, "7200", 7_200),
            (429, "Sun, 06 Nov 2044 08:49:37 GMT", 86_400),  # a day at most
            (429, "3", 10),  # not before the portal's own pause
            (503, "bald", 10),
            (503, "-9", 10),
            (500, "7200", 10),  # no word of when
        ],
    )
    def test_a_receiver_that_asks_to_be_left_alone_is(
        self, subscribing: Subscribing, receiver: Receiver, status: int, said: str, waits: int
    ):
        subscribing()
        receiver.statuses, receiver.retry_after = [status], said
        with time_machine.travel(timezone.now(), tick=False) as clock:
            changed()
            assert send_due() == 0
            clock.shift(waits - 1)
            assert send_due() == 0 and len(receiver.received) == 1
            clock.shift(1)
            assert send_due() == 1

    def test_a_receiver_that_is_gone_is_told_nothing_more(self, subscribing: Subscribing, receiver: Receiver, admin):
        hook = subscribing(resources=("posts", "employers"))
        receiver.statuses = [410]
        changed()
        assert send_due() == 0 and len(receiver.received) == 1
        assert hook.row.stopped_at is not None
        first, second = Delivery.objects.order_by("-status")
        assert {first.state, second.state} == {"given_up"}
        assert {first.error, second.error} == {"对方回应 410：不再接收，订阅已停止。", "订阅已停止"}
        assert hook.caller.get(hook.address).status_code == 404
        changed()
        with later(days=1):
            assert send_due() == 0 and len(receiver.received) == 1
        assert "已停止" in Notice.objects.get(user=admin, code="webhook").title

    def test_after_three_days_it_is_given_up_and_the_administrators_are_told_once(
        self, subscribing: Subscribing, receiver: Receiver, admin
    ):
        hook = subscribing()
        receiver.statuses = [500] * 99
        with time_machine.travel(timezone.now(), tick=False) as clock:
            changed()
            for _ in range(14):
                send_due()
                clock.shift(21_600)
            assert Delivery.objects.get().state == "given_up"
            assert len(receiver.received) == 13
            changed()
            for _ in range(14):
                send_due()
                clock.shift(21_600)
        assert set(Delivery.objects.values_list("state", flat=True)) == {"given_up"}
        notice = Notice.objects.get(user=admin, code="webhook")
        assert hook.caller.client.label in notice.title and notice.url.endswith(f"/webhooks/{hook.id}/")

    def test_a_receiver_that_is_away_finds_one_message_a_resource_when_it_is_back(
        self, subscribing: Subscribing, receiver: Receiver
    ):
        hook = subscribing()
        receiver.statuses = [500]
        first = changed()
        send_due()
        further = [changed() for _ in range(3)]
        assert Delivery.objects.count() == 2
        with later(seconds=11):
            assert send_due() == 2
        assert [sorted(each["data"]["ids"]) for each in receiver.bodies] == [[first], [first], further]
        again = hook.caller.get(receiver.bodies[-1]["data"]["changes"]).json()["items"]
        assert sorted(each["id"] for each in again) == further

    def test_a_message_that_was_tried_never_changes_what_it_says(self, subscribing: Subscribing, receiver: Receiver):
        subscribing()
        receiver.statuses = [500]
        changed()
        send_due()
        with pytest.raises(InternalError), transaction.atomic():
            Delivery.objects.update(body={"type": "posts.changed"})

    def test_no_redirect_is_followed(self, subscribing: Subscribing, receiver: Receiver):
        subscribing()
        receiver.statuses, receiver.location = [302], receiver.url
        changed()
        assert send_due() == 0 and len(receiver.received) == 1
        assert "不跟随转向" in Delivery.objects.get().error

    @pytest.mark.parametrize("way", ["hang", "trickle"])
    def test_a_receiver_that_keeps_one_waiting_is_cut_off(
        self, subscribing: Subscribing, receiver: Receiver, monkeypatch, way
    ):
        monkeypatch.setattr(posting, "TOTAL", 0.6)
        subscribing()
        setattr(receiver, way, True)
        changed()
        assert send_due() == 0
        assert Delivery.objects.get().error == "对方没有在规定时间内回应。"

    def test_a_receiver_that_is_not_there_is_a_sentence_and_tried_again(
        self, subscribing: Subscribing, receiver: Receiver
    ):
        subscribing()
        receiver.stop()
        changed()
        assert send_due() == 0
        assert Delivery.objects.get().error.startswith("连不上对方") and Delivery.objects.get().state == "failed"

    def test_a_slow_receiver_holds_up_nobody_else(self, subscribing: Subscribing, receiver: Receiver):
        slow = Receiver(hang=True).start()
        try:
            with override_settings(WEBHOOK_PORTS=[receiver.port, slow.port]):
                subscribing(url=slow.url)
                subscribing()
                changed()
                Timer(1.0, slow.let_go.set).start()
                assert send_due() == 2
        finally:
            slow.stop()
        times = {each.subscription.url: each.delivered_at for each in Delivery.objects.select_related("subscription")}
        assert times[receiver.url] < times[slow.url]


class TestByHand:
    def test_what_arrived_or_was_given_up_is_sent_again_under_its_own_id(
        self, subscribing: Subscribing, receiver: Receiver
    ):
        hook = subscribing()
        receiver.statuses = [500]
        changed()
        send_due()
        number = Delivery.objects.get().pk
        for _ in range(2):
            answer = hook.caller.post(f"{hook.address}/deliveries/{number}/resend", {})
            assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
            assert send_due() == 1
        assert len(set(receiver.ids)) == 1 and len(receiver.received) == 3

    def test_a_trial_is_sent_once_at_once(self, subscribing: Subscribing, receiver: Receiver):
        hook = subscribing()
        assert hook.caller.post(f"{hook.address}/test", {}).status_code == 202
        assert send_due() == 1
        assert receiver.bodies[0]["type"] == "ping" and verified(*receiver.received[0], hook.secret)
        receiver.statuses = [500]
        hook.caller.post(f"{hook.address}/test", {})
        assert send_due() == 0
        assert list(Delivery.objects.order_by("pk").values_list("state", flat=True)) == ["delivered", "given_up"]
        assert hook.row.failures == 0

    def test_a_stopped_subscription_is_told_and_sent_nothing(self, subscribing: Subscribing, receiver: Receiver):
        hook = subscribing()
        changed()
        assert (
            hook.caller.http.delete(
                f"/api/v1/{hook.address}", headers={"Authorization": f"Bearer {hook.caller.token}"}
            ).status_code
            == 204
        )
        changed()
        assert send_due() == 0 and receiver.received == []
        assert Delivery.objects.get().state == "given_up"
        assert hook.caller.get(hook.address).status_code == 404

    def test_a_stopped_client_is_sent_nothing_until_it_is_resumed(
        self, subscribing: Subscribing, receiver: Receiver, admin
    ):
        hook = subscribing()
        first = changed()
        clients.stop(admin, hook.caller.client)
        second = changed()
        assert send_due() == 0 and receiver.received == []
        clients.resume(admin, hook.caller.client)
        told()
        assert send_due() == 1
        assert receiver.bodies[0]["data"]["ids"] == [first, second]


def test_old_messages_go_and_those_on_their_way_stay(subscribing: Subscribing, receiver: Receiver, settings):
    subscribing()
    changed()
    send_due()
    receiver.statuses = [500]
    changed()
    send_due()
    with later(days=settings.WEBHOOK_LOG_DAYS + 1):
        assert tasks.prune() == 1
    assert Delivery.objects.get().state == "failed"
