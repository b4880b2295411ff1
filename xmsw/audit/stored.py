"""Uploaded files at rest: sealed like all personal data, under random names."""

from __future__ import annotations

import base64
import hashlib
import io
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

from xmsw.audit.sealed import seal, unseal


def folder() -> Path:
    """Where sealed uploads lie."""
    place = Path(settings.MEDIA_ROOT) / "exchange"
    place.mkdir(parents=True, exist_ok=True)
    return place


def keep(data: bytes) -> tuple[str, str]:
    """Store the bytes sealed; returns the random name and the SHA-256 of the contents."""
    name = secrets.token_hex(16)
    (folder() / name).write_bytes(seal(base64.b64encode(data).decode()))
    return name, hashlib.sha256(data).hexdigest()


@contextmanager
def keeping(data: bytes) -> Iterator[tuple[str, str]]:
    """`keep` for as long as it takes to note the name: a file whose note fails is not left behind."""
    name, sha256 = keep(data)
    try:
        yield name, sha256
    except BaseException:
        forget(name)
        raise


@contextmanager
def opened(name: str) -> Iterator[Path]:
    """The contents in a temporary file that is gone afterwards."""
    data = base64.b64decode(unseal((folder() / name).read_bytes()))
    with tempfile.NamedTemporaryFile(dir=folder(), prefix="open-") as file:
        file.write(data)
        file.flush()
        yield Path(file.name)


def read(name: str) -> IO[bytes]:
    """The contents in memory."""
    return io.BytesIO(base64.b64decode(unseal((folder() / name).read_bytes())))


def forget(name: str) -> None:
    """Delete a stored file; gone already is fine."""
    if name:
        (folder() / name).unlink(missing_ok=True)
