"""Employers as holders of clients. The foundation knows no employer: the app that keeps them says how one is found,
how an account joins it, and where it lies, in its module `client_holders`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.module_loading import autodiscover_modules

from xmsw.accounts.models import User
from xmsw.accounts.scope import Scope


@dataclass(frozen=True)
class Holders:
    """One kind of holder besides org units.

    find: (id, name) of those that a name or number means; join: make the account (of role EMPLOYER_STAFF) one of the
    holder's own; names: account id → name of its holder, for many accounts in one query; scope: paths from an
    account to its holder's region, bureau and sector, so that officers see the clients of their line × area.
    """

    label: str
    find: Callable[[str], list[tuple[int, str]]]
    join: Callable[[User, int], None]
    names: Callable[[Iterable[int]], dict[int, str]]
    scope: Scope


_declared: list[Holders] = []


def declare(holders: Holders) -> None:
    """Register the one kind of holder; a second is a programming error."""
    if _declared:
        raise ValueError("holders of clients are declared twice")
    _declared.append(holders)


def holders() -> Holders | None:
    """What was declared, if anything."""
    return _declared[0] if _declared else None


def autodiscover() -> None:
    """Import every app's `client_holders` module."""
    autodiscover_modules("client_holders")
