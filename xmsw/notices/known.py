"""Which accounts may have a mail sent to an address of their choice: those that somebody has looked at.

Accounts of the administration and outside experts are opened by it. Others sign up by themselves, so their apps say
in `kinds_of_notices.py` when an account of theirs is known: `known_where(Role.EMPLOYER_STAFF, condition)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from xmsw.accounts.models import OFFICERS
from xmsw.accounts.roles import Role

if TYPE_CHECKING:
    from xmsw.accounts.models import User

OPENED_BY_OFFICERS = (*OFFICERS, Role.REVIEWER, Role.SYSTEM_ADMIN)
_known: dict[str, Callable[[User], bool]] = {}


def known_where(role: str, condition: Callable[[User], bool]) -> None:
    """Declare when an account of a role is known."""
    _known[role] = condition


def is_known(user: User) -> bool:
    """Whether somebody has looked at the account; nobody has where no app says so."""
    return user.role in OPENED_BY_OFFICERS or (user.role in _known and _known[user.role](user))
