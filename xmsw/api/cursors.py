"""Where a client is: after which row of a list, and up to which change. Signed, so that nobody writes one by hand."""

from __future__ import annotations

from typing import Any

from django.core import signing

from xmsw.api.problems import Problem

PAGE, CHANGES = "api.page", "api.changes"


def written(kind: str, told: dict[str, Any]) -> str:
    """A token for addresses."""
    return signing.dumps(told, salt=kind, compress=False)


def read(kind: str, token: str, resource: str, parameter: str) -> dict[str, Any]:
    """What a token says; raises Problem where it was not written here or for another resource."""
    try:
        told = signing.loads(token, salt=kind)
    except signing.BadSignature:
        told = {}
    if told.get("r") != resource:
        detail = f"{parameter} 不是这个地址给出的值。请照抄上一次响应里的地址，或者从头读取。"
        raise Problem("position", detail, errors=[{"parameter": parameter, "detail": detail}])
    return told
