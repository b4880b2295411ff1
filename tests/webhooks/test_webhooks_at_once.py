"""Senders at once and senders that die: every message arrives, and only a death makes one arrive twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Timer

import pytest
from django.db import connection

from tests import builders as make
from tests.live_worker import LiveWorker, empty_broker
from tests.patience import until
from tests.webhooks.conftest import Receiver, Subscribing, later, told
from xmsw.feed.sequencing import sequence_all
from xmsw.webhooks import tasks
from xmsw.webhooks.models import Delivery
from xmsw.webhooks.sending import send_due
from xmsw.webhooks.telling import tell_all

pytestmark = pytest.mark.django_db(transaction=True)


def changed() -> None:
    make.make_post(make.make_employer("A01", region="350203001"))
    told()


def at_once(work) -> list[int]:
    """What two threads with connections of their own give."""
    start = Barrier(2)

    def alone(_: int) -> int:
        try:
            start.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(alone, range(2)))


def test_two_senders_at_once_send_each_message_once(subscribing: Subscribing, receiver: Receiver):
    hooks = [subscribing(url=f"{receiver.url}?{number}") for number in range(6)]
    changed()
    assert sum(at_once(send_due)) == len(hooks)
    assert len(receiver.received) == len(set(receiver.ids)) == len(hooks)


def test_while_a_receiver_is_spoken_to_nobody_else_speaks_to_it(subscribing: Subscribing, receiver: Receiver):
    subscribing()
    receiver.hang = True
    changed()
    Timer(1.5, receiver.let_go.set).start()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(lambda: (send_due(), connection.close()))
        until(lambda: bool(receiver.received))
        assert send_due() == 0
        first.result()
    assert len(receiver.received) == 1 and Delivery.objects.get().state == "delivered"


def test_two_tellers_at_once_tell_once(subscribing: Subscribing):
    hooks = [subscribing() for _ in range(4)]
    make.make_post(make.make_employer("A01", region="350203001"))
    sequence_all()
    at_once(tell_all)
    tell_all()
    assert Delivery.objects.count() == len(hooks)


def test_a_killed_workers_message_is_taken_up_again_under_the_same_id(
    subscribing: Subscribing, receiver: Receiver, tmp_path, monkeypatch
):
    empty_broker()
    own = {"WEBHOOK_NETWORKS": "127.0.0.0/8", "WEBHOOK_PORTS": str(receiver.port), "WEBHOOK_HTTP": "1"}
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    subscribing()
    receiver.hang = True
    changed()
    worker = LiveWorker(tmp_path).start()
    try:
        tasks.send.delay()
        until(lambda: bool(receiver.received), worker.text)
        worker.kill9()
    finally:
        worker.stop()
    receiver.hang = False
    assert Delivery.objects.get().state == "waiting"
    assert send_due() == 0, "the claim holds for a while: the answer might still be on its way"
    with later(seconds=91):
        until(lambda: tasks.send() == 1)
    assert len(receiver.received) == 2 and len(set(receiver.ids)) == 1
    assert Delivery.objects.get().state == "delivered"
