"""A screen behind a row of the clause board."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from xmsw.accounts.roles import Capability

if TYPE_CHECKING:
    from xmsw.accounts.models import User


@dataclass(frozen=True)
class Screen:
    """A page by URL name, with a query that shows just this clause's part; `needs`: any of these capabilities."""

    label: str
    name: str
    query: str = ""
    needs: tuple[Capability, ...] = ()

    @property
    def url(self) -> str:
        return reverse(self.name) + (f"?{self.query}" if self.query else "")

    def opens(self, user: User | None) -> bool:
        """Whether the account may open it."""
        return user is None or not self.needs or any(map(user.can, self.needs))
