"""How an address of the matrix is tried."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Entry:
    """How an address is tried.

    `foreign`: its argument names an object of that kind, taken from others, and is refused; `opens`: roles that such
    objects are open to wherever they lie. `arguments`: fixed ones.
    `public`: open without sign-in. `queries`: further query strings; `{area}`, `{name}`, `{code}` are of the others.
    """

    foreign: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    public: bool = False
    opens: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
