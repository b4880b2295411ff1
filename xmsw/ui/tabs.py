"""Tabs of record pages: an app adds its tab to the record of a lower app in its `nav.py`, by URL name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

if TYPE_CHECKING:
    from xmsw.accounts.models import User


@dataclass(frozen=True)
class Tab:
    """One tab: its key, label, the URL name that takes the record's `pk`, who may open it (any one), its place."""

    key: str
    label: str
    url_name: str
    capabilities: tuple[str, ...]
    order: int


_tabs: dict[str, list[Tab]] = defaultdict(list)


def tab(record: str, key: str, label: str, url_name: str, *capabilities: str, order: int = 100) -> None:
    """Add a tab to a record («person»); no capability named means everybody who sees the record."""
    _tabs[record].append(Tab(key, label, url_name, capabilities, order))


def tabs(record: str, user: User, pk: int) -> list[dict[str, Any]]:
    """`{key, label, url}` of the tabs this account may open, in order."""
    permitted = (each for each in _tabs[record] if not each.capabilities or any(map(user.can, each.capabilities)))
    return [
        {"key": each.key, "label": each.label, "url": reverse(each.url_name, args=[pk])}
        for each in sorted(permitted, key=lambda each: each.order)
    ]
