"""Tries at the door, kept in the database so that every web process counts the same.

A try is counted before anything is checked, under a lock on its name and its address, so that parallel tries cannot
slip past the limits together. A name is locked for the address that failed, not for everybody: nobody may shut an
officer out from elsewhere. Guessing from many addresses is slowed down instead, to one try of the name every PAUSE.
An invitation code is nobody's name: it stays locked for all. Whoever looks for people by number is counted by account.
Mails that ask for a confirmation are counted by themselves (`admit_mail`), since they reach people outside.
"""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Max, Q
from django.http import HttpRequest
from django.utils import timezone

from xmsw.accounts.models import LoginFailure
from xmsw.audit.sealed import lookup_hash

Kind = LoginFailure.Kind
TRIES = 5  # of a name from one address
TRIES_OF_A_NAME = 20  # from anywhere; further ones wait for the PAUSE
PAUSE = timedelta(seconds=2)
TRIES_FROM_AN_ADDRESS = 50  # whatever the name: an office shares one address
LOOK_UPS = 5  # of one account, from anywhere, that found nobody
SIGN_UPS = 5  # from one address; as many objections
WINDOW = timedelta(minutes=15)
# Confirmations an hour: asked by one account for one mailbox, by one account, for one mailbox by all, from one address
# (an office shares it), in all.
MAILS, MAILS_OF_AN_ACCOUNT, MAILS_TO_A_MAILBOX, MAILS_FROM_AN_ADDRESS, MAILS_IN_ALL = 4, 6, 12, 20, 200
MAIL_WINDOW = timedelta(hours=1)


def admit(kind: str, username: str, address: str) -> bool:
    """Count one try and let it pass; False, and nothing counted, where a limit is reached already."""
    username, address = username[:150], counted_as(address)
    with transaction.atomic():
        _lock(f"{kind} name {username}", f"{kind} address {address}")
        LoginFailure.objects.exclude(kind=Kind.MAIL).filter(at__lte=timezone.now() - WINDOW).delete()
        if _full(kind, username, address):
            return False
        LoginFailure.objects.create(kind=kind, username=username, address=address)
    return True


def admit_mail(account: int, mailbox: str, address: str, *, from_office: bool) -> bool:
    """Count one confirmation to a mailbox and let it go; False, and nothing counted, where a limit is reached.

    What others asked for a mailbox does not keep an account of the administration (`from_office`) from its own. The
    row names the mailbox by a keyed hash alone.
    """
    who, mailbox, address = f"{account} ", lookup_hash(f"mailbox {mailbox}"), counted_as(address)
    with transaction.atomic():
        _lock("mails")
        rows = LoginFailure.objects.filter(kind=Kind.MAIL)
        rows.filter(at__lte=timezone.now() - MAIL_WINDOW).delete()
        counted = rows.aggregate(
            here=Count("pk", filter=Q(username=who + mailbox)),
            account=Count("pk", filter=Q(username__startswith=who)),
            mailbox=Count("pk", filter=Q(username__endswith=mailbox)),
            address=Count("pk", filter=Q(address=address)),
            all=Count("pk"),
        )
        if _mails_full(counted, from_office):
            return False
        rows.create(kind=Kind.MAIL, username=who + mailbox, address=address)
    return True


def _mails_full(counted: dict[str, int], from_office: bool) -> bool:
    crowded = counted["mailbox"] >= MAILS_TO_A_MAILBOX and not from_office
    own = counted["here"] >= MAILS or counted["account"] >= MAILS_OF_AN_ACCOUNT
    return own or crowded or counted["address"] >= MAILS_FROM_AN_ADDRESS or counted["all"] >= MAILS_IN_ALL


def forget_failures(username: str, address: str) -> None:
    """A success wipes the slate of the name at this address."""
    LoginFailure.objects.filter(kind=Kind.SIGN_IN, username=username[:150], address=counted_as(address)).delete()


def forget_one(kind: str, username: str) -> None:
    """The last try of that name was a right one: it does not count. Earlier ones do."""
    last = LoginFailure.objects.filter(kind=kind, username=username[:150]).order_by("-pk").values("pk")[:1]
    LoginFailure.objects.filter(pk__in=last).delete()


def address_of(request: HttpRequest | None) -> str:
    """Where a request comes from; X-Forwarded-For counts only behind TRUSTED_PROXIES (addresses or networks)."""
    remote = request.META.get("REMOTE_ADDR", "") if request else ""
    if not _trusted(remote):
        return remote
    passed = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",")]
    return next((each for each in reversed(passed) if each and not _trusted(each)), remote)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _trusted(address: str) -> bool:
    found = _parsed(address)
    return found is not None and any(found in ip_network(each) for each in settings.TRUSTED_PROXIES)


def counted_as(address: str) -> str:
    """What tries are counted by: an IPv6 line has a whole /64 to itself."""
    found = _parsed(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False).network_address)
    return str(found) if found else address[:45]


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
        last=Max("at", filter=Q(username=username)),
    )
    if kind == Kind.LOOK_UP:
        return counted["name"] >= LOOK_UPS
    if kind in (Kind.SIGN_UP, Kind.OBJECT):
        return counted["address"] >= SIGN_UPS
    if counted["name"] >= TRIES_OF_A_NAME and (kind == Kind.JOIN or counted["last"] > timezone.now() - PAUSE):
        return True
    return counted["here"] >= TRIES or counted["address"] >= TRIES_FROM_AN_ADDRESS
