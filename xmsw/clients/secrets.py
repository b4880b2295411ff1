"""Secrets of clients: made, kept as a keyed hash, and recognised in the same time whether right or wrong."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from xmsw.clients.models import ApiClient, ClientSecret

PREFIX = "xmsw_"  # so that scanners of source code know it for a secret
RANDOM_BYTES = 32


def new_secret() -> str:
    """256 random bits: nothing that a slow hash would have to protect."""
    return PREFIX + secrets.token_urlsafe(RANDOM_BYTES)


def secret_hash(secret: str) -> str:
    """Hex HMAC-SHA-256, keyed by the installation."""
    key = settings.LOOKUP_KEY.encode()
    return hmac.new(key, b"client-secret:" + secret.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()


def recognised(client: ApiClient | None, secret: str, now: datetime | None = None) -> ClientSecret | None:
    """The live secret of the client that was told; None for a wrong, expired or stopped one, or no client."""
    told = secret_hash(secret)
    live: Iterable[ClientSecret] = client.secrets.live(now or timezone.now()) if client else ()
    found = None
    for each in live:
        if constant_time_compare(each.hash, told):
            found = each
    return found
