"""Codes by which people open their accounts: made, written on a slip, and read again however they are typed."""

from __future__ import annotations

import secrets

from xmsw.audit.sealed import lookup_hash

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is read wrongly
LENGTH, GROUP = 12, 4


def new_code() -> str:
    """A new secret of LENGTH characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def written(code: str) -> str:
    """«ABCD-EFGH-JKMN», as it stands on the slip."""
    return "-".join(code[place : place + GROUP] for place in range(0, LENGTH, GROUP))


def plain(typed: str) -> str:
    """A code as it is kept: capitals and figures alone, however it was typed."""
    return "".join(each for each in typed.upper() if each.isalnum())


def code_hash(typed: str) -> str:
    """What is stored of a code."""
    return lookup_hash(plain(typed))
