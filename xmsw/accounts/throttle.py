"""Failed sign-ins, kept in the database so that every web process counts the same."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from xmsw.accounts.models import LoginFailure

TRIES = 5
WINDOW = timedelta(minutes=15)


def is_locked(username: str, address: str) -> bool:
    """Whether the name has used up its tries from this address."""
    return _of(username, address).filter(at__gt=timezone.now() - WINDOW).count() >= TRIES


def record_failure(username: str, address: str) -> None:
    """Note one failure, and drop those that no longer count for anybody."""
    LoginFailure.objects.filter(at__lte=timezone.now() - WINDOW).delete()
    LoginFailure.objects.create(username=username[:150], address=address[:45])


def forget_failures(username: str, address: str) -> None:
    """A success wipes the slate."""
    _of(username, address).delete()


def _of(username: str, address: str) -> QuerySet[LoginFailure]:
    return LoginFailure.objects.filter(username=username[:150], address=address[:45])
