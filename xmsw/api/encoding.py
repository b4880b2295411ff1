"""JSON as bytes: orjson; exact decimals as strings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson


def _other(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value)} has no form in JSON")


def encoded(value: Any) -> bytes:
    """UTF-8 JSON."""
    return orjson.dumps(value, default=_other, option=orjson.OPT_NON_STR_KEYS)


def line(value: Any) -> bytes:
    """One line of NDJSON."""
    return orjson.dumps(value, default=_other, option=orjson.OPT_APPEND_NEWLINE)
