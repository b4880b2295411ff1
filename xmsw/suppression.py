"""Small counts in a published row of parts and their total: which must be withheld so that none can be worked out.

For tables of one dimension (districts of a city); payroll/suppression.py serves those of three.
"""

from __future__ import annotations

from collections.abc import Mapping


def withheld(parts: Mapping[str, int], minimum: int) -> tuple[set[str], bool]:
    """Parts to withhold, and whether the total must go too. A count of 0 tells of nobody and may be shown.

    Afterwards either nothing is withheld, or the total is, or at least two parts are that together hold `minimum`
    people and more people than there are parts, so that no single one follows from the others.
    """
    total = sum(parts.values())
    hidden = {part for part, count in parts.items() if 0 < count < minimum}
    if 0 < total < minimum:
        return {part for part, count in parts.items() if count}, True
    while hidden and _tells(parts, hidden, minimum):
        shown = [part for part, count in parts.items() if count and part not in hidden]
        if not shown:
            return hidden, True
        hidden.add(min(shown, key=lambda part: (parts[part], part)))
    return hidden, False


def _tells(parts: Mapping[str, int], hidden: set[str], minimum: int) -> bool:
    people = sum(parts[part] for part in hidden)
    return len(hidden) == 1 or people < minimum or people == len(hidden)
