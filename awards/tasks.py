"""Celery entry points of awards: thin, idempotent."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from awards import cycles


@shared_task(name="awards.advance", ignore_result=True)
def advance() -> None:
    """Open and close the phases whose day has come."""
    cycles.advance(timezone.localdate())
