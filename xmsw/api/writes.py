"""Writes: what a client may change, declared beside the action that does it, the browser's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from xmsw.api.inputs import Input
from xmsw.api.resources import Resource
from xmsw.clients.scopes import register


@dataclass(frozen=True)
class Write:
    """One change.

    resource: what comes of it and is answered; name: «» creates, otherwise what is done to the row («decision»);
    address: the collection's address where it is not the resource's key; perform: `(user, values, id)` → id of the
    row, raising Refused, PermissionDenied or DoesNotExist; capability: any one of several; bulk: many at once under
    `/bulk`, each by itself; status: of the answer; most: bytes of a body, 0 for what the settings allow.
    """

    resource: Resource
    summary: str
    body: type[Input]
    perform: Callable[[Any, dict[str, Any], Any], Any]
    capability: tuple[str, ...]
    example: Mapping[str, Any]
    name: str = ""
    text: str = ""
    address: str = ""
    bulk: bool = False
    status: int = 201
    clause: str = ""
    most: int = 0

    @property
    def key(self) -> str:
        """The collection it is written to."""
        return self.address or self.resource.key

    @property
    def scope(self) -> str:
        """The OAuth scope it takes."""
        return f"{self.key}:write"

    @property
    def on_one(self) -> bool:
        """Whether it is done to a row that is there."""
        return bool(self.name)

    def permits(self, user: Any) -> bool:
        """Whether the role may do it at all."""
        return any(map(user.can, self.capability))


_writes: dict[tuple[str, str], Write] = {}


def write(declared: Write) -> Write:
    """Register a write; a second one under the same address is a programming error."""
    place = declared.key, declared.name
    if place in _writes:
        raise ValueError(f"write {place} is declared twice")
    _writes[place] = declared
    return declared


def writes() -> list[Write]:
    """All of them, in order of their addresses."""
    return [_writes[place] for place in sorted(_writes)]


def register_scopes() -> None:
    """One scope for each collection that is written to, with what it opens in words: «提交需求评估、审核需求评估»."""
    summaries: dict[str, list[str]] = {}
    groups: dict[str, str] = {}
    for each in writes():
        summaries.setdefault(each.scope, []).append(each.summary)
        groups[each.scope] = each.resource.label
    for scope, told in summaries.items():
        register(scope, "、".join(told), groups[scope])
