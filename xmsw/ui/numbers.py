"""Numbers as requests bring them: addresses and hidden fields that anybody may have changed by hand."""

from __future__ import annotations

MOST_DIGITS = 18  # a bigint holds every one of them


def whole(text: str) -> int | None:
    """The number of plain ASCII digits, or None: «²» and «٣» are digits to Python, 5,000 of them no number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None
