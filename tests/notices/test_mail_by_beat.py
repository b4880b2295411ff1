"""What beat sends, a worker of its own mails: once, even where it is killed and started again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings as portal
from django.utils import timezone

from tests.live_worker import LiveWorker, empty_broker
from tests.notices.people import LATER, confirmed, notify, states
from tests.notices.post_office import FROM, PORTAL, PostOffice, free_port
from tests.patience import until
from xmsw.celery import app
from xmsw.notices.models import Delivery


@pytest.fixture
def office(monkeypatch, transactional_db):
    """The mail server that the worker's environment names."""
    port, found = free_port(), PostOffice()
    monkeypatch.setenv("EMAIL_URL", f"smtp://127.0.0.1:{port}")
    monkeypatch.setenv("PORTAL_URL", PORTAL)
    monkeypatch.setenv("DEFAULT_FROM_EMAIL", FROM)
    with found.open(port):
        yield found


def test_what_beat_sends_a_worker_mails_once(office, tmp_path):
    tasks = {name: each["task"] for name, each in portal.CELERY_BEAT_SCHEDULE.items() if "mail" in name}
    assert tasks == {"mail": "notices.send", "mail-digests": "notices.digest"}
    clerk = confirmed()
    notify(clerk)
    notify(clerk, LATER)
    Delivery.objects.filter(way="digest").update(next_try_at=timezone.now() - timedelta(minutes=1))
    empty_broker()
    worker = LiveWorker(tmp_path)
    try:
        worker.start()
        for task in list(tasks.values()) * 2:
            app.send_task(task)
        until(lambda: len(office.mails) == 2 and states(clerk) == ["sent", "sent"], worker.text)
        worker.kill9()
        worker.start()
        for task in tasks.values():
            app.send_task(task)
        until(lambda: worker.text().count("succeeded in") >= 4, worker.text)
    finally:
        worker.stop()
    assert len(office.mails) == 2
    assert {each["From"] for each in office.mails} == {FROM}
    assert states(clerk) == ["sent", "sent"]
