"""Signatures of webhooks as the Standard Webhooks specification has them: HMAC-SHA-256 over id, moment and body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
RANDOM_BYTES = 32


def new_secret() -> str:
    """256 random bits, `whsec_…`."""
    return PREFIX + base64.b64encode(secrets.token_bytes(RANDOM_BYTES)).decode()


def signed(keys: Iterable[str], event: str, moment: int, body: bytes) -> dict[str, str]:
    """The three headers; a signature by each secret, the newest first. moment: seconds of Unix time."""
    content = f"{event}.{moment}.".encode() + body
    marks = [f"v1,{_mark(key, content)}" for key in keys]
    return {"webhook-id": event, "webhook-timestamp": str(moment), "webhook-signature": " ".join(marks)}


def _mark(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
