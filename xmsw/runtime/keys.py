"""The secrets of an installation: generated once, kept in var/secrets.env, never in the repository.

The environment comes first; what it does not give is generated and written to a file that only its owner reads.
Losing DATA_KEYS makes identity numbers and telephone numbers unreadable for ever: back the file up.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

GENERATORS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "DATA_KEYS": lambda: "1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
    "LOOKUP_KEY": lambda: secrets.token_urlsafe(32),
}


def read(file: Path) -> dict[str, str]:
    """The NAME=value lines of `file`; empty when there is no such file."""
    if not file.exists():
        return {}
    lines = (line.partition("=") for line in file.read_text("utf-8").splitlines() if not line.startswith("#"))
    return {name.strip(): value.strip() for name, equals, value in lines if equals}


def write(file: Path, values: dict[str, str]) -> None:
    """Write NAME=value lines to `file` at once, mode 0600."""
    draft = file.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.writelines(f"{name}={value}\n" for name, value in values.items())
    draft.replace(file)


def ensure(file: Path) -> dict[str, str]:
    """Every secret, from the environment or `file`; what neither has is generated and added to `file`."""
    held = read(file)
    missing = [name for name in GENERATORS if not os.environ.get(name) and name not in held]
    if missing:
        held |= {name: GENERATORS[name]() for name in missing}
        write(file, held)
    return {name: os.environ.get(name) or held[name] for name in GENERATORS}


def main() -> None:
    """`python -m xmsw.runtime.keys`: print a fresh set as NAME=value lines."""
    for name, generate in GENERATORS.items():
        print(f"{name}={generate()}")


if __name__ == "__main__":
    main()
