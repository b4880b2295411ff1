"""Celery entry points: thin, idempotent."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from talents.reminders import remind


@shared_task(name="talents.remind", ignore_result=True)
def remind_today() -> int:
    """Tell what the day brings; a day on which nothing ran is caught up by the next."""
    return remind(timezone.localdate())
