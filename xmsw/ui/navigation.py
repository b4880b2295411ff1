"""Navigation by task: apps declare items in `nav.py`; an item shows only to those who may use it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.checks import Error
from django.urls import NoReverseMatch, reverse

if TYPE_CHECKING:
    from xmsw.accounts.models import User

SECTIONS = ("工作台", "单位与岗位", "人才", "薪酬", "表彰", "督查", "政策库", "数据交换", "系统")

ALWAYS_OPEN = SECTIONS[:2]  # the others unfold where one works in them


@dataclass(frozen=True)
class Item:
    """One entry: where it stands, where it leads, and who may use it (any one capability; one of the roles)."""

    section: str
    label: str
    url_name: str
    icon: str
    capabilities: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def permitted(self, user: User) -> bool:
        """Any one of the capabilities is enough; no capability and no role named means everybody."""
        by_role = not self.roles or user.role in self.roles
        return by_role and (not self.capabilities or any(user.can(each) for each in self.capabilities))


_items: list[Item] = []


def item(section: str, label: str, url_name: str, icon: str, *capabilities: str, roles: Iterable[str] = ()) -> None:
    """Declare one entry; `icon` is a Tabler icon name. Raises ValueError for a section that does not exist."""
    if section not in SECTIONS:
        raise ValueError(f"unknown section {section}")
    _items.append(Item(section, label, url_name, icon, capabilities, tuple(roles)))


def menu(user: User, path: str) -> list[dict[str, Any]]:
    """Sections with the entries this account may use, and whether they stand open; the entry whose address begins the
    path is active."""
    permitted = [(each, reverse(each.url_name)) for each in _items if each.permitted(user)]
    active = max((url for _, url in permitted if path.startswith(url)), key=len, default="")
    sections = []
    for section in SECTIONS:
        entries = [
            {"label": each.label, "url": url, "icon": each.icon, "active": url == active}
            for each, url in permitted
            if each.section == section
        ]
        if entries:
            open_now = section in ALWAYS_OPEN or any(each["active"] for each in entries)
            sections.append({"label": section, "entries": entries, "open": open_now})
    return sections


def check_entries(**_: Any) -> list[Error]:
    """System check: every declared entry leads somewhere."""
    return [
        Error(f"navigation entry «{each.label}» leads to {each.url_name}, which no URL has", id="ui.E001")
        for each in _items
        if not _leads_somewhere(each)
    ]


def _leads_somewhere(entry: Item) -> bool:
    try:
        reverse(entry.url_name)
    except NoReverseMatch:
        return False
    return True
