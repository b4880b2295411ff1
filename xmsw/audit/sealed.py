"""Personal data at rest: authenticated encryption with rotating keys, and a keyed hash to find a value again.

A sealed value is `key id (1 byte) ‖ nonce (12) ‖ AES-256-GCM ciphertext and tag`, stored as bytea. The first key of
`settings.DATA_KEYS` seals; every listed key opens, so a key is rotated by putting the new one in front.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

NONCE_BYTES = 12


class Unsealable(ValueError):
    """The bytes were sealed with a key that is not listed, or were tampered with."""


@lru_cache(maxsize=4)
def _keys(listed: str) -> dict[int, AESGCM]:
    keys: dict[int, AESGCM] = {}
    for item in filter(None, listed.split(",")):
        number, _, encoded = item.partition(":")
        secret = base64.b64decode(encoded)
        if len(secret) != 32 or not 0 < int(number) < 256:
            raise ImproperlyConfigured("DATA_KEYS 应为「编号:32 字节密钥的 base64」，编号 1–255，多个以逗号分隔。")
        keys[int(number)] = AESGCM(secret)
    if not keys:
        raise ImproperlyConfigured("没有设置 DATA_KEYS，无法加密个人信息。")
    return keys


def seal(text: str) -> bytes:
    """Encrypt `text` with the first key; two calls give different bytes."""
    keys = _keys(settings.DATA_KEYS)
    number = next(iter(keys))
    nonce = os.urandom(NONCE_BYTES)
    return bytes([number]) + nonce + keys[number].encrypt(nonce, text.encode(), None)


def unseal(sealed: bytes | memoryview) -> str:
    """Decrypt what `seal` made; raises `Unsealable`."""
    data = bytes(sealed)
    key = _keys(settings.DATA_KEYS).get(data[0]) if data else None
    if key is None:
        raise Unsealable("没有能打开这条个人信息的密钥。")
    try:
        return key.decrypt(data[1 : 1 + NONCE_BYTES], data[1 + NONCE_BYTES :], None).decode()
    except InvalidTag as error:
        raise Unsealable("这条个人信息被改动过，无法打开。") from error


def lookup_hash(text: str) -> str:
    """Hex HMAC-SHA-256 of a normalised value (64 characters): equality search without decryption."""
    return hmac.new(settings.LOOKUP_KEY.encode(), text.strip().upper().encode(), hashlib.sha256).hexdigest()


class SealedField(models.BinaryField):
    """Text in Python, sealed bytes in the database; ordering and comparison are impossible on purpose."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["editable"] = kwargs.get("editable", True)
        super().__init__(*args, **kwargs)

    def get_db_prep_value(self, value: str | bytes | None, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):
            value = seal(value) if value else None
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: memoryview | bytes | None, *_: Any) -> str | None:
        return None if value is None else unseal(value)


def masked(text: str | None, head: int = 4, tail: int = 4) -> str:
    """«3502••••••••••001X»: what is shown until somebody with a reason reveals it."""
    if not text:
        return ""
    if len(text) <= head + tail:
        return "•" * len(text)
    return text[:head] + "•" * (len(text) - head - tail) + text[-tail:]
