"""Celery entry points: thin, idempotent."""

from __future__ import annotations

from celery import shared_task

from xmsw.api import idempotency


@shared_task(name="api.forget", ignore_result=True)
def forget() -> int:
    """Drop answers kept under idempotency keys for longer than API_KEY_DAYS; returns how many."""
    return idempotency.forget_old()
