"""Kinds of notices: what each is called, which roles may receive it, how it is delivered unless one chooses otherwise.

An app declares its own in `kinds_of_notices.py`, and writes notices (xmsw/notices/writing.py) of declared kinds only:

    CALL_UP = kind("call-up", "抽调", Role.SOCIAL_WORKER, Role.REVIEWER, way=Way.NOW)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.utils.module_loading import autodiscover_modules

if TYPE_CHECKING:
    from xmsw.accounts.models import User

LONGEST = 40  # characters of a code


class Way(models.TextChoices):
    """How somebody gets a notice, besides finding it in the portal."""

    NOW = "now", "即时发邮件"
    DIGEST = "digest", "每日汇总邮件"
    PORTAL = "portal", "只在系统内"


@dataclass(frozen=True)
class Kind:
    """One kind; `way` holds until the receiver chooses."""

    code: str
    label: str
    roles: frozenset[str]
    way: str


_kinds: dict[str, Kind] = {}


def kind(code: str, label: str, *roles: str, way: str = Way.DIGEST) -> str:
    """Declare a kind and return its code. Raises ValueError for a code that is taken, too long, or for nobody."""
    made = Kind(code, label, frozenset(roles), way)
    if _kinds.setdefault(code, made) != made:
        raise ValueError(f"two kinds of notices are called {code}")
    if not roles or len(code) > LONGEST:
        raise ValueError(f"the kind of notices {code} needs a role and at most {LONGEST} characters")
    return code


def kind_of(code: str) -> Kind:
    """The kind declared under a code. Raises LookupError where no app declared it."""
    if code not in _kinds:
        raise LookupError(f"no app declares the kind of notices {code} (kinds_of_notices.py)")
    return _kinds[code]


def label_of(code: str) -> str:
    """What people call it; the code itself for a kind of former times."""
    return _kinds[code].label if code in _kinds else code


def kinds() -> list[Kind]:
    """All, in the order of their declaration."""
    return list(_kinds.values())


def received_by(user: User) -> list[Kind]:
    """What the account's role may receive."""
    return [each for each in _kinds.values() if user.role in each.roles]


def permitted() -> dict[str, list[str]]:
    """Values for SQL: `kind_codes` and `kind_roles`, side by side, each code with each role that may receive it."""
    pairs = [(each.code, role) for each in _kinds.values() for role in sorted(each.roles)]
    return {"kind_codes": [code for code, _ in pairs], "kind_roles": [str(role) for _, role in pairs]}


def autodiscover() -> None:
    """Collect what every app declares."""
    autodiscover_modules("kinds_of_notices")
