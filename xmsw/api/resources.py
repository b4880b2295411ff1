"""Resources of the REST interface: declared beside their models in each app's `api.py`, collected here.

A resource is read as plain rows: one values query turned into JSON. Line × area is that of the account behind the
request (`visible_to`), the capability that of its role, and an OAuth client needs the scope `<key>:read` besides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.module_loading import autodiscover_modules

from xmsw.accounts.scope import visible
from xmsw.api.fields import COMMON, OF_LISTS, Field, Type
from xmsw.clients.scopes import register
from xmsw.feed import sources

PERSONNEL = "workers:full"
IDENTITY = "workers:identity"
FURTHER = {PERSONNEL: "读取完整姓名、出生日期、证书编号", IDENTITY: "读取完整身份证号"}


@dataclass(frozen=True)
class Resource:
    """One kind of thing.

    key: the last part of its address; label, text: Chinese name and description; capability: what the role needs
    (any one of several; () for every account); rows: the rows an account may read (`visible_to` of the model);
    beyond: those of them with an id on a side (`gt`, `lt`) of a key, where a condition on the id alone reads slowly;
    id: path of the stable identifier, of type `id_type`; counted: paths to count by
    (`/counts?by=…`); clause: where the policy asks for it.
    """

    key: str
    label: str
    text: str
    model: type[Model]
    fields: tuple[Field, ...]
    capability: tuple[str, ...] = ()
    rows: Callable[[Any], QuerySet] | None = None
    beyond: Callable[[Any, str, Any], QuerySet] | None = None
    id: str = "pk"
    id_type: Type = Type.INTEGER
    counted: Mapping[str, Field] = field(default_factory=dict)
    clause: str = ""

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Its fields by the name that a client knows them under."""
        return {each.name: each for each in self.fields}

    @property
    def scope(self) -> str:
        """The OAuth scope that reading it takes."""
        return f"{self.key}:read"

    @property
    def mirrored(self) -> bool:
        """Whether the feed tells its changes (`changed_since`)."""
        return sources.has(self.key)

    @cached_property
    def usual(self) -> tuple[Field, ...]:
        """What is shown unless `fields` says otherwise."""
        return tuple(each for each in self.fields if not each.asked)

    @cached_property
    def orders(self) -> tuple[str, ...]:
        """Names a list may be ordered by."""
        return ("id", *(each.name for each in self.fields if each.order and each.name != "id"))

    def visible_to(self, user: Any) -> QuerySet:
        """Rows the account may read."""
        return self.rows(user) if self.rows is not None else visible(self.model, user)

    def permits(self, user: Any) -> bool:
        """Whether the role may read it at all."""
        return not self.capability or any(map(user.can, self.capability))


_resources: dict[str, Resource] = {}


def resource(declared: Resource) -> Resource:
    """Register a resource; a second one of the same key is a programming error."""
    if declared.key in _resources:
        raise ValueError(f"resource {declared.key} is declared twice")
    if declared.fields[0].name != "id":
        raise ValueError(f"the first field of {declared.key} must be its id")
    taken = [each.name for each in declared.fields if each.filters and each.name in COMMON + OF_LISTS]
    if taken:
        raise ValueError(f"{declared.key}: {taken[0]} is a parameter of every list")
    _resources[declared.key] = declared
    return declared


def resources() -> list[Resource]:
    """All of them, by key."""
    return [_resources[key] for key in sorted(_resources)]


def get(key: str) -> Resource:
    """The resource of that key; raises KeyError."""
    return _resources[key]


def autodiscover() -> None:
    """Import every app's `api.py`, and `api_writes.py` where the writes stand beside it."""
    autodiscover_modules("api", "api_writes")
    for each in resources():
        register(each.scope, "读取", each.label)
        if each.counted:
            register(f"{each.key}:counts", "只读数量", each.label)
    for key, label in FURTHER.items():
        register(key, label, "人员")
