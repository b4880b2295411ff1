"""The lot by which inspected units are drawn: pure functions, so that anybody can reckon it again from seed and frame.

A unit's key is public and stable: its credit code, or the code of its community with its kind. Within each stratum the
units with the smallest SHA-256 of «seed:inspection:key» are taken (of a plan: `Inspection.lot_seed`). The frame is the
sorted lines «stratum key»; its hash is that of the lines joined by newlines, so `sha256sum` over the downloaded file
gives the same.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WHOLE = 100


@dataclass(frozen=True)
class Framed:
    """One unit of the frame: its id here, its public key and its stratum (a kind or a district's code)."""

    pk: int
    key: str
    stratum: str

    @property
    def line(self) -> str:
        return f"{self.stratum} {self.key}"


def public_key(credit_code: str | None, region: str, kind: str) -> str:
    """«52350203MJ0000001X», or «350203001001-C02» for what has no credit code."""
    return credit_code or f"{region}-{kind}"


def told_apart(keys: Sequence[tuple[str, str]]) -> list[str]:
    """Keys of (key, name): where several share a key, the name follows it."""
    times = Counter(key for key, _ in keys)
    return [key if times[key] == 1 else f"{key}-{name}" for key, name in keys]


def place_of(seed: str, key: str) -> str:
    """What a unit is ordered by: 64 hexadecimal digits."""
    return hashlib.sha256(f"{seed}:inspection:{key}".encode()).hexdigest()


def frame_text(frame: Iterable[Framed]) -> str:
    """The frame as it is published, in an order that no database decides."""
    return "\n".join(sorted(each.line for each in frame))


def frame_hash(text: str) -> str:
    """SHA-256 of the published frame."""
    return hashlib.sha256(text.encode()).hexdigest()


def size_of(units: int, share: int) -> int:
    """How many of a stratum: `share` per cent of its units, rounded up, so at least one."""
    return -(-units * share // WHOLE)


def drawn(frame: Iterable[Framed], seed: str, share: int) -> list[Framed]:
    """The sample, stratum by stratum in the order of the lot."""
    strata: dict[str, list[Framed]] = defaultdict(list)
    for each in frame:
        strata[each.stratum].append(each)
    return [
        unit
        for _, units in sorted(strata.items())
        for unit in sorted(units, key=lambda each: place_of(seed, each.key))[: size_of(len(units), share)]
    ]
