"""What clients may be allowed: scopes, declared by whoever offers a resource, each with words for the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from oauth2_provider.scopes import BaseScopes


@dataclass(frozen=True)
class Declared:
    """A scope in words, under the heading of its resource."""

    label: str
    group: str


_scopes: dict[str, Declared] = {}


def register(key: str, label: str, group: str = "") -> None:
    """Declare «posts:read», «读取», under «岗位». Raises ValueError for a second scope of the same key."""
    if key in _scopes:
        raise ValueError(f"scope {key} is declared twice")
    _scopes[key] = Declared(label, group or key.partition(":")[0])


def all_scopes() -> dict[str, str]:
    """key → Chinese label («岗位 · 读取»), what belongs to one resource together."""
    return {key: f"{group} · {label}" for group, choices in grouped() for key, label in choices}


def grouped() -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices of a form: heading → (key, label) of its scopes."""
    found: dict[str, list[tuple[str, str]]] = {}
    for key, each in _scopes.items():
        found.setdefault(each.group, []).append((key, each.label))
    return list(found.items())


class Scopes(BaseScopes):
    """For the token endpoint: a client is offered its own scopes alone, all of them where it asks for none."""

    def get_all_scopes(self) -> dict[str, str]:
        return all_scopes()

    def get_available_scopes(self, application: Any = None, request: Any = None, *_: Any, **__: Any) -> list[str]:
        return [key for key in application.scopes if key in _scopes] if application else []

    def get_default_scopes(self, application: Any = None, request: Any = None, *_: Any, **__: Any) -> list[str]:
        return self.get_available_scopes(application)
