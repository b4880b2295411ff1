"""Celery entry points of pay: thin, idempotent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from celery import shared_task
from django.utils import timezone

from payroll import actions, benchmarking


@shared_task(name="payroll.benchmark", ignore_result=True)
def benchmark(period: str | None = None, areas: Sequence[str] | None = None) -> int:
    """Compute a month (any day in it, ISO format; last month by default), or only the cities of some region codes."""
    month = date.fromisoformat(period) if period else actions.last_month(timezone.localdate())
    if areas is None:
        return benchmarking.recompute(month)
    return benchmarking.recompute_changed(month, areas)
