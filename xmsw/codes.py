"""Codes that people copy from paper: letters and digits that are not mistaken for one another."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0, 1, I, O


def made_code(length: int) -> str:
    """A code of so many characters, unguessable: 5 bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
