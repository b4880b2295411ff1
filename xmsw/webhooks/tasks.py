"""Celery entry points: thin, safe to run at once."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db import connection
from django.utils import timezone

from xmsw.webhooks import sending, telling
from xmsw.webhooks.models import Delivery

SENDING = 3176  # advisory lock: slow receivers take one worker process, never all of them


@shared_task(name="webhooks.tell", ignore_result=True)
def tell() -> int:
    """Make messages of what changed."""
    return telling.tell_all()


@shared_task(name="webhooks.send", ignore_result=True)
def send() -> int:
    """Send what is due, unless another worker is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [SENDING])
        if not cursor.fetchone()[0]:
            return 0
        try:
            return sending.send_due()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [SENDING])


@shared_task(name="webhooks.prune", ignore_result=True)
def prune() -> int:
    """Remove messages older than WEBHOOK_LOG_DAYS that are through; returns how many."""
    before = timezone.now() - timedelta(days=settings.WEBHOOK_LOG_DAYS)
    return Delivery.objects.filter(made_at__lt=before).exclude(state__in=Delivery.OPEN).delete()[0]
