"""Celery entry points: thin, idempotent."""

from __future__ import annotations

from datetime import timedelta

import pgtrigger
from celery import shared_task
from django.conf import settings
from django.utils import timezone
from oauth2_provider.models import AccessToken

from xmsw.clients.models import ApiCall

APPEND_ONLY = "clients.ApiCall:calls_are_append_only"


@shared_task(name="clients.prune", ignore_result=True)
def prune() -> int:
    """Remove calls older than API_LOG_DAYS and tokens that have ended; returns how many calls."""
    now = timezone.now()
    AccessToken.objects.filter(expires__lt=now).delete()
    with pgtrigger.ignore(APPEND_ONLY):
        return ApiCall.objects.filter(at__lt=now - timedelta(days=settings.API_LOG_DAYS)).delete()[0]
