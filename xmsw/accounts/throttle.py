"""Tries at the door, kept in the database so that every web process counts the same.

A try is counted before anything is checked, under a lock on its name and its address, so that parallel tries cannot
slip past the limits together.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone

from xmsw.accounts.models import LoginFailure

Kind = LoginFailure.Kind
TRIES = 5  # of a name from one address
TRIES_OF_A_NAME = 20  # from anywhere
TRIES_FROM_AN_ADDRESS = 50  # whatever the name: an office shares one address
SIGN_UPS = 5  # from one address
WINDOW = timedelta(minutes=15)


def admit(kind: str, username: str, address: str) -> bool:
    """Count one try and let it pass; False, and nothing counted, where a limit is reached already."""
    username, address = username[:150], address[:45]
    with transaction.atomic():
        _lock(f"{kind} name {username}", f"{kind} address {address}")
        LoginFailure.objects.filter(at__lte=timezone.now() - WINDOW).delete()
        if _full(kind, username, address):
            return False
        LoginFailure.objects.create(kind=kind, username=username, address=address)
    return True


def forget_failures(username: str, address: str) -> None:
    """A success wipes the slate of the name at this address."""
    LoginFailure.objects.filter(kind=Kind.SIGN_IN, username=username[:150], address=address[:45]).delete()


def address_of(request: HttpRequest | None) -> str:
    """Where a request comes from; X-Forwarded-For counts only behind one of TRUSTED_PROXIES."""
    remote = request.META.get("REMOTE_ADDR", "") if request else ""
    if remote not in settings.TRUSTED_PROXIES:
        return remote
    passed = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",")]
    return next((each for each in reversed(passed) if each and each not in settings.TRUSTED_PROXIES), remote)


def _lock(*names: str) -> None:
    """Hold these names until the transaction ends; always in one order, so that nobody waits in a circle."""
    with connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _full(kind: str, username: str, address: str) -> bool:
    counted = LoginFailure.objects.filter(kind=kind).aggregate(
        here=Count("pk", filter=Q(username=username, address=address)),
        name=Count("pk", filter=Q(username=username)),
        address=Count("pk", filter=Q(address=address)),
    )
    if kind == Kind.SIGN_UP:
        return counted["address"] >= SIGN_UPS
    limits = {"here": TRIES, "name": TRIES_OF_A_NAME, "address": TRIES_FROM_AN_ADDRESS}
    return any(counted[name] >= limit for name, limit in limits.items())
