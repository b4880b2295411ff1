"""Celery entry points: thin, idempotent."""

from __future__ import annotations

from celery import shared_task

from xmsw.notices.kinds import Way
from xmsw.notices.sending import send_due


@shared_task(name="notices.send", ignore_result=True)
def send() -> int:
    """Mail what is to be told at once."""
    return send_due(Way.NOW)


@shared_task(name="notices.digest", ignore_result=True)
def digest() -> int:
    """Mail everybody's digest whose hour has come."""
    return send_due(Way.DIGEST)
