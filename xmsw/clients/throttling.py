"""How many requests a minute: counted in Valkey, so that every web process counts the same.

One pipeline a request (INCR and EXPIRE of the minute's counter), where Django's cache would read, change and write a
list of moments and lose counts between processes. Without the broker requests pass: a log line says so.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import redis
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from rest_framework.throttling import BaseThrottle

from xmsw.accounts.throttle import address_of, counted_as

log = logging.getLogger(__name__)
MINUTE = 60
PATIENCE = 0.25  # seconds that a request waits for the broker


@dataclass(frozen=True)
class Standing:
    """How a caller stands in its minute: allowed requests, those left, seconds until all are there again."""

    limit: int
    left: int
    reset: int
    admitted: bool = True

    @property
    def headers(self) -> dict[str, str]:
        """`RateLimit-*`, and `Retry-After` where refused."""
        told = {"RateLimit-Limit": self.limit, "RateLimit-Remaining": self.left, "RateLimit-Reset": self.reset}
        return {name: str(value) for name, value in told.items()} | (
            {} if self.admitted else {"Retry-After": str(self.reset)}
        )


@lru_cache(maxsize=2)
def _broker(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)


def count(key: str, limit: int) -> Standing:
    """Count one request under the key and tell how it stands; admitted where nobody can count."""
    now = time.time()
    minute, reset = int(now // MINUTE), MINUTE - int(now % MINUTE)
    name = f"xmsw:throttle:{key}:{minute}"
    try:
        with _broker(settings.REDIS_URL).pipeline(transaction=False) as pipe:
            used = int(pipe.incr(name).expire(name, 2 * MINUTE).execute()[0])
    except (redis.RedisError, OSError) as error:
        log.warning("requests are not counted: %s", error)
        return Standing(limit, limit, reset)
    return Standing(limit, max(limit - used, 0), reset, admitted=used <= limit)


def at_the_address(request: HttpRequest) -> Standing:
    """Count a request of somebody who is not known yet, by address."""
    return count(f"address:{counted_as(address_of(request))}", settings.API_ADDRESS_RATE)


def with_standing(response: HttpResponse, request: Any) -> HttpResponse:
    """The answer with its RateLimit headers, where the request was counted."""
    standing: Standing | None = getattr(getattr(request, "_request", request), "standing", None)
    for name, value in standing.headers.items() if standing else ():
        response.headers.setdefault(name, value)
    return response


class ClientThrottle(BaseThrottle):
    """By client at its own rate, by account for a browser session, by address for whoever has shown nothing."""

    standing: Standing | None = None

    def allow_request(self, request: Any, view: Any) -> bool:
        """Count it; `with_standing` finds the result at the request."""
        self.standing = request._request.standing = self._counted(request)
        return self.standing.admitted

    def wait(self) -> float | None:
        return self.standing.reset if self.standing else None

    def _counted(self, request: Any) -> Standing:
        client = getattr(request.auth, "client", None)
        if client is not None:
            return count(f"client:{client.pk}", client.rate)
        if request.user.is_authenticated:
            return count(f"user:{request.user.pk}", settings.API_SESSION_RATE)
        return at_the_address(request._request)
