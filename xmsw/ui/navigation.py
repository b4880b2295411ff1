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

# Headings within a section, in their order; entries without one stand before them.
GROUPS: dict[str, tuple[str, ...]] = {"督查": ("落实", "职责与经费", "核查整改")}
ALWAYS_OPEN = SECTIONS[:2]  # the others unfold where one works in them


@dataclass(frozen=True)
class Item:
    """One entry: where it stands, where it leads, and who may use it (any one capability; one of the roles).

    group: the heading within the section, if the section has headings.
    """

    section: str
    label: str
    url_name: str
    icon: str
    capabilities: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    group: str = ""

    def permitted(self, user: User) -> bool:
        """Any one of the capabilities is enough; no capability and no role named means everybody."""
        by_role = not self.roles or user.role in self.roles
        return by_role and (not self.capabilities or any(user.can(each) for each in self.capabilities))


_items: list[Item] = []


def item(
    section: str, label: str, url_name: str, icon: str, *capabilities: str, roles: Iterable[str] = (), group: str = ""
) -> None:
    """Declare one entry; `icon` is a Tabler icon name. Raises ValueError for an unknown section, or a heading that is
    unknown or lacking where the section has headings.
    """
    if section not in SECTIONS:
        raise ValueError(f"unknown section {section}")
    headings = GROUPS.get(section, ())
    if headings and not group:
        raise ValueError(f"{label} needs a heading of {section}")
    if group and group not in headings:
        raise ValueError(f"unknown heading {group} in {section}")
    _items.append(Item(section, label, url_name, icon, capabilities, tuple(roles), group))


def menu(user: User, path: str) -> list[dict[str, Any]]:
    """Sections with the entries this account may use, and whether they stand open; the entry whose address begins the
    path is active. `groups` are the same entries under their headings, the first («») those without one."""
    permitted = [(each, reverse(each.url_name)) for each in _items if each.permitted(user)]
    active = max((url for _, url in permitted if path.startswith(url)), key=len, default="")
    sections = []
    for section in SECTIONS:
        groups = [_group(name, section, permitted, active) for name in ("", *GROUPS.get(section, ()))]
        groups = [each for each in groups if each["entries"]]
        entries = [entry for each in groups for entry in each["entries"]]
        if entries:
            open_now = section in ALWAYS_OPEN or any(each["active"] for each in groups)
            sections.append({"label": section, "entries": entries, "groups": groups, "open": open_now})
    return sections


def _group(name: str, section: str, permitted: list[tuple[Item, str]], active: str) -> dict[str, Any]:
    """The entries under one heading of a section; active where one of them is."""
    entries = [
        {"label": each.label, "url": url, "icon": each.icon, "active": url == active}
        for each, url in permitted
        if (each.section, each.group) == (section, name)
    ]
    return {"label": name, "entries": entries, "active": any(each["active"] for each in entries)}


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
