"""How an operation is described in the contract; `schema.py` turns it into OpenAPI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from drf_spectacular.utils import OpenApiParameter


@dataclass(frozen=True)
class Operation:
    """id, summary, text: its names; answers: status → (serializer, description); problems: the codes it may end in
    beside those every operation may; scopes: the OAuth scopes it takes; examples: of request and answer."""

    id: str
    summary: str
    tag: str
    text: str = ""
    parameters: Sequence[OpenApiParameter] = ()
    body: Any = None
    answers: Mapping[int, tuple[Any, str]] = field(default_factory=dict)
    media_type: str = "application/json"
    problems: Sequence[str] = ()
    scopes: Sequence[str] = ()
    open: bool = False
    body_example: Any = None
    example: Any = None
