"""Idempotency-Key: the same write sent again changes nothing and is answered the same.

The key is taken by inserting its row in the transaction of the write. A second request under it waits at the unique
index until the first is through: it then finds the answer, or, where the first was refused, the way free.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from xmsw.accounts.models import User
from xmsw.api.models import KeptAnswer
from xmsw.api.problems import Problem

HEADER = "Idempotency-Key"
FORM = re.compile(r"[\x21-\x7e]{1,200}")
KEPT = ("Location", "ETag", "Content-Type")


def answered_once(request: HttpRequest, user: User, digest: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    """`make()` in a transaction, or the answer kept from when the key was used before; digest: of the body.

    Raises Problem «invalid-parameter» for a key that is none, «key-reused» for one that stood for something else.
    """
    key = request.headers.get(HEADER)
    if key is None:
        with transaction.atomic():
            return make()
    if not FORM.fullmatch(key):
        raise Problem("invalid-parameter", f"{HEADER} 应是 1 到 200 个可见的 ASCII 字符，例如一个 UUID。")
    mark = _fingerprint(request, digest)
    with transaction.atomic():
        kept = KeptAnswer(account=user, key=key, fingerprint=mark)
        KeptAnswer.objects.bulk_create([kept], ignore_conflicts=True)
        held = KeptAnswer.objects.select_for_update().get(account=user, key=key)
        if held.fingerprint != mark:
            raise Problem("key-reused", f"{HEADER} {key[:60]} 已经用于另一个请求。新的内容请用新的键。")
        if held.status:
            return _replayed(held)
        response = make()
        _keep(held, response)
    return response


def forget_old() -> int:
    """Drop keys that are past the time the contract promises; returns how many."""
    before = timezone.now() - timedelta(days=settings.API_KEY_DAYS)
    return KeptAnswer.objects.filter(at__lt=before).delete()[0]


def _fingerprint(request: HttpRequest, digest: str) -> str:
    """Of the address and the body; If-Match is no part of it: what was done is answered, however the row stands now."""
    told = "\n".join([request.method, request.get_full_path(), digest])
    return hashlib.sha256(told.encode(errors="surrogateescape")).hexdigest()


def _keep(held: KeptAnswer, response: HttpResponse) -> None:
    held.status, held.body = response.status_code, response.content
    held.headers = {name: response.headers[name] for name in KEPT if name in response.headers}
    held.save(update_fields=["status", "body", "headers"])


def _replayed(held: KeptAnswer) -> HttpResponse:
    response = HttpResponse(bytes(held.body), status=held.status, headers=held.headers)
    response.headers["Idempotency-Replayed"] = "true"
    return response
