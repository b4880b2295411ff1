"""Small counts in a published row of parts and their total: which must be withheld so that none can be worked out.

For tables of one dimension (districts of a city); payroll/suppression.py serves those of several.
"""

from __future__ import annotations

from collections.abc import Mapping


def withheld(parts: Mapping[str, int], minimum: int) -> tuple[set[str], bool]:
    """Parts to withhold, and whether the total must go too. A count of 0 tells of nobody and may be shown.

    Afterwards either nothing is withheld, or the total is, or at least two parts are that together hold `minimum`
    people and more people than there are parts. Whoever knows this very rule and tries which numbers it would have
    withheld in the same way still finds more than one for every small count; where it would not, all goes.
    """
    hidden, total_hidden = _first(parts, minimum)
    if hidden and not total_hidden and any(_pinned(parts, each, hidden, minimum) for each in hidden):
        return {part for part, count in parts.items() if count}, True
    return hidden, total_hidden


def _first(parts: Mapping[str, int], minimum: int) -> tuple[set[str], bool]:
    """By size alone: the small ones, then the smallest others, until no sum tells one."""
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


def _pinned(parts: Mapping[str, int], part: str, hidden: set[str], minimum: int) -> bool:
    """A small count that no exchange of people with other withheld parts could change without changing the pattern."""
    if parts[part] >= minimum:
        return False
    for other in hidden - {part}:
        for moved in range(-minimum, minimum + 1):
            tried = {**parts, part: parts[part] + moved, other: parts[other] - moved}
            if moved and min(tried[part], tried[other]) > 0 and _first(tried, minimum) == (hidden, False):
                return False
    return True
