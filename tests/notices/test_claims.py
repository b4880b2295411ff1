"""What one sender has taken, another neither waits for nor sends: the claims themselves, held while the other runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from tests.notices.people import LATER, confirmed, in_hours, notify, states
from xmsw.notices.kinds import Way
from xmsw.notices.models import Delivery, NoticeSettings
from xmsw.notices.sending import send_due

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 5.0  # seconds after which a sender that waits is let on, so that it shows what it would send


@contextmanager
def taken(claim: Any) -> Iterator[None]:
    """Another sender in the middle of its claim, which it commits at the end, or when somebody waited too long."""
    begun, over = threading.Event(), threading.Event()

    def work() -> None:
        with transaction.atomic():
            claim()
            begun.set()
            over.wait(PATIENCE)
        connection.close()

    other = threading.Thread(target=work)
    other.start()
    assert begun.wait(PATIENCE), "the other sender never came to its claim"
    try:
        yield
    finally:
        over.set()
        other.join()


def test_a_mail_that_another_sender_is_claiming_is_left_to_it(post):
    first, second = confirmed(), confirmed()
    for each in (first, second):
        notify(each)
    mine = Delivery.objects.filter(notice__user=first)
    with taken(lambda: mine.update(state="sending")):
        assert send_due(Way.NOW) == 1
    assert post.receivers == [f"{second.username}@clerks.cn"]
    assert (states(first), states(second)) == (["sending"], ["sent"])


def test_a_receiver_whose_digest_another_sender_is_claiming_is_left_to_it(post):
    first, second = confirmed(), confirmed()
    for each in (first, second):
        notify(each, LATER)
    with taken(lambda: list(NoticeSettings.objects.select_for_update().filter(user=first))):
        assert send_due(Way.DIGEST, in_hours(24)) == 1
    assert post.receivers == [f"{second.username}@clerks.cn"]
