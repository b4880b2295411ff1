"""The access log: one row a request, written after the answer with one INSERT."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Collection
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from xmsw.accounts.throttle import address_of
from xmsw.clients.models import ApiCall, ApiClient

log = logging.getLogger(__name__)
PLAIN = frozenset({"limit", "order", "fields", "changed_since", "by"})  # parameters that name nobody
HIDDEN = "•"
NUMBER = re.compile(r"\d{14,17}[\dXx]")
LENGTHS = {name: ApiCall._meta.get_field(name).max_length for name in ("path", "query", "route", "problem", "method")}


def record(
    request: HttpRequest,
    response: HttpResponse,
    *,
    started: float,
    route: str = "",
    rows: int | None = None,
    size: int | None = None,
    problem: str = "",
    plain: Collection[str] = (),
    client: ApiClient | None = None,
) -> None:
    """Write the call down; a log that cannot be written is a line of the server's log and no broken answer.

    started: `time.perf_counter()` at the beginning; rows: objects told; size: bytes of a stream; plain: names of
    further parameters whose values name no person (all others are kept by name alone); client: where no token told it.
    """
    found = client or getattr(request, "api_client", None)
    user_id = found.account_id if found else getattr(getattr(request, "user", None), "pk", None)
    told = {
        "method": request.method or "",
        "path": _without_numbers(request.path),
        "route": route,
        "query": _without_numbers(_query(request, PLAIN | set(plain))),
        "problem": problem,
    }
    try:
        ApiCall.objects.create(
            client=found,
            user_id=user_id,
            status=response.status_code,
            rows=rows,
            bytes=_size(response) if size is None else size,
            ms=max(round((time.perf_counter() - started) * 1000), 0),
            address=address_of(request)[:45],
            **{name: text.replace("\x00", "")[: LENGTHS[name]] for name, text in told.items()},
        )
    except DatabaseError:
        log.exception("a call of the interface is missing from the access log: %s", request.path)


def _without_numbers(text: str) -> str:
    """What may be an identity number is not kept, wherever somebody wrote it."""
    return NUMBER.sub(HIDDEN, text)


def _size(response: Any) -> int | None:
    return None if response.streaming else len(response.content)


def _query(request: HttpRequest, plain: Collection[str]) -> str:
    return "&".join(
        f"{name}={value if name in plain else HIDDEN}" for name, values in request.GET.lists() for value in values
    )
