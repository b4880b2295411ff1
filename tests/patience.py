"""Waiting in tests for what another process or thread does."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 90.0  # seconds


def until(condition: Callable[[], bool], what: str | Callable[[], str] = "it never came") -> None:
    """Return once `condition` holds; fail with `what`, or what it returns then, when it does not in that time."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() >= deadline:
            raise AssertionError(what() if callable(what) else what)
        time.sleep(0.03)
