"""Which shown cells must go besides, since figures of several together tell of too few people.

`payroll.suppression` keeps withheld cells from being worked out. Here the unknown is a cross-group: the people who
share area, sector, kind, level, rung, grade, years and sex. Every shown cell is a linear equation (number of people,
sum of pay) over the cross-groups it holds; those in the same shown cells are one unknown. Whatever combination of
equations is left with must be a group that satisfies the rule itself: enough people, also for the employer that takes
its own out, and enough employers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

from payroll.peers import PATTERNS, Cell
from payroll.suppression import Rule, Size, complement

# Arithmetic modulo a large prime: exact, unless it divides one of the determinants, and faster than fractions.
PRIME = (1 << 61) - 1

Held = Counter[int]  # people by employer
Light = Callable[[int | None, Iterable[int]], bool]
Row = dict[int, int]  # factors by unknown (0, 1, …) and, from -1 downwards, by the shown cells combined
_PLACES = {name: place for place, name in enumerate(Cell._fields)}
_KEPT = [tuple(_PLACES[name] for name in pattern) for pattern in PATTERNS]


def withheld_besides(cells: Mapping[Cell, Size], people: Mapping[Cell, Held], city: str, rule: Rule) -> set[Cell]:
    """Cells of one city to withhold besides those that `rule` finds sensitive.

    `cells`: the size of every published group; `people`: those of each cross-group (its area the district) by employer.
    Each round withholds at least one more cell of every combination found, until none is found.
    """
    sensitive = {cell for cell, size in cells.items() if rule.sensitive(size)}
    withheld = complement(cells, city, rule)
    while more := _to_withhold(cells, cells.keys() - sensitive - withheld, people, city, rule):
        withheld = complement(cells, city, rule, withheld | more)
    return withheld


def _to_withhold(
    cells: Mapping[Cell, Size], shown: Set[Cell], people: Mapping[Cell, Held], city: str, rule: Rule
) -> set[Cell]:
    """The smallest shown cell of each combination that leaves too little, round by round until there is none."""
    left = sorted(shown, key=lambda cell: (cells[cell].people, *map(str, cell)))
    while True:
        chosen: set[int] = set()
        for used in exposed(left, people, city, rule):
            if chosen.isdisjoint(used):
                chosen.add(min(used))
        if not chosen:
            return set(shown) - set(left)
        left = [cell for place, cell in enumerate(left) if place not in chosen]


def exposed(shown: list[Cell], people: Mapping[Cell, Held], city: str, rule: Rule) -> Iterator[list[int]]:
    """The places in `shown` of the cells of each combination that leaves too little."""
    unknowns = _unknowns(shown, people, city)
    held = list(unknowns.values())
    rows: list[Row] = [{-1 - place: 1} for place in range(len(shown))]
    for unknown, places in enumerate(unknowns):
        for place in places:
            rows[place][unknown] = 1
    safe = {unknown for unknown, group in enumerate(held) if not rule.sensitive(_size(group))}
    rows = [row for row in without(rows, safe) if any(key >= 0 for key in row)]
    for attack in (_few_people, _few_employers):
        for row in attack(rows, held, rule):
            yield [-1 - key for key in row if key < 0]


def _unknowns(shown: list[Cell], people: Mapping[Cell, Held], city: str) -> dict[tuple[int, ...], Held]:
    """People by employer, by the places of the shown cells that hold them."""
    places = {tuple(cell): place for place, cell in enumerate(shown)}
    found: dict[tuple[int, ...], Held] = {}
    for group, held in people.items():
        inside = []
        for area, kept in product({group.area, city}, _KEPT):
            cell: list[object] = [area] + [None] * (len(group) - 1)
            for place in kept:
                cell[place] = group[place]
            if (at := places.get(tuple(cell))) is not None:
                inside.append(at)
        if inside:
            found.setdefault(tuple(sorted(inside)), Counter()).update(held)
    return found


def _size(held: Held) -> Size:
    return Size(held.total(), len(held), max(held.values(), default=0))


def _few_people(rows: list[Row], held: list[Held], rule: Rule) -> Iterator[Row]:
    """Combinations of fewer people than the rule asks for, to anybody or once an employer takes its own out."""
    totals = [group.total() for group in held]

    def small(owner: int | None, unknowns: Iterable[int]) -> bool:
        people = 0
        for unknown in unknowns:
            people += totals[unknown] - held[unknown].get(owner, 0)
            if people >= rule.people:
                return False
        return True

    return _attacks(rows, held, small)


def _few_employers(rows: list[Row], held: list[Held], rule: Rule) -> Iterator[Row]:
    """Combinations of fewer employers than the rule asks for, the one that works it out counted in."""

    def few(owner: int | None, unknowns: Iterable[int]) -> bool:
        found = {owner}
        for unknown in unknowns:
            found |= held[unknown].keys()
            if len(found) >= rule.employers:
                return False
        return True

    return _attacks(rows, held, few)


def _attacks(rows: list[Row], held: list[Held], light: Light) -> Iterator[Row]:
    """Combinations that hold too little, to anybody (None) and to each employer.

    `light` says whether unknowns together are too little to whom. No part of what is too little is enough, so such a
    combination is made of rows solved for unknowns that are too little: those for anybody, few more for an employer.
    """
    common = {unknown for unknown in range(len(held)) if light(None, [unknown])}
    solved = reduced(rows, common)
    names = {-1 - place: row for place, row in enumerate(solved.values())}
    bare = {pivot: _bare(row, -1 - place) for place, (pivot, row) in enumerate(solved.items())}
    base = _Base({pivot: row for pivot, row in bare.items() if pivot in common})
    found = [row for row in base.rows.values() if light(None, _in(row))]
    for owner, places in _places_by_owner(held).items():
        more = {unknown for unknown in places if unknown not in common and light(owner, [unknown])}
        extra = [bare[unknown] for unknown in more if unknown in bare]
        heavy = {key for row in extra for key in row if key >= 0 and key not in common and key not in more}
        known = _Known(owner, {unknown for unknown in places if len(held[unknown]) == 1}, light)
        again = without(extra, heavy) + [base.rows[unknown] for unknown in known.own if unknown in base.rows]
        touched = {pivot for unknown in places for pivot in base.columns.get(unknown, ())} - known.own
        rows_seen = (*_knowing(again, known, base), *(base.rows[pivot] for pivot in sorted(touched)))
        found += [row for row in rows_seen if any(key >= 0 for key in row) and light(owner, _in(row))]
    return (_spelled(row, names) for row in found)


class _Base:
    """Solved rows by their unknown, and in which of them each unknown stands."""

    def __init__(self, rows: dict[int, Row]) -> None:
        self.rows = rows
        self.columns: dict[int, set[int]] = defaultdict(set)
        for pivot, row in rows.items():
            for key in _in(row):
                self.columns[key].add(pivot)


class _Known(NamedTuple):
    """An employer, the unknowns that hold nobody else's people, and what is too little to it."""

    owner: int
    own: set[int]
    light: Light


def _bare(row: Row, name: int) -> Row:
    """The row with one name in place of the cells it combines: shorter to reckon with."""
    return {key: value for key, value in row.items() if key >= 0} | {name: 1}


def _spelled(row: Row, names: Mapping[int, Row]) -> Row:
    """The cells combined in a row made of named ones."""
    found: Row = {}
    for name, factor in row.items():
        for key, value in names[name].items() if name < 0 else ():
            if key < 0:
                found[key] = (found.get(key, 0) + factor * value) % PRIME
    return {key: value for key, value in found.items() if value}


def _knowing(again: list[Row], known: _Known, base: _Base) -> Iterator[Row]:
    """The rows that change for whoever knows its own unknowns, which need not be taken out; `again` to be solved."""
    solved = reduced(again, set(), known.own, base.columns)
    yield from solved.values()
    inside = {key for row in solved.values() for key in row}
    changed = {pivot for key in solved if key >= 0 for pivot in base.columns.get(key, ())}
    for pivot in sorted(changed - known.own):
        row = base.rows[pivot]
        # Most rows are left with too much outside those that could be taken out: no need to reckon.
        if known.light(known.owner, (key for key in row if key >= 0 and key not in inside)):
            row = dict(row)
            for key, other in solved.items():
                if key in row:
                    _take_out(row, other, key)
            yield row


def _in(row: Row) -> Iterator[int]:
    """The unknowns of the row."""
    return (key for key in row if key >= 0)


def _places_by_owner(held: list[Held]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for unknown, group in enumerate(held):
        for owner in group:
            found[owner].append(unknown)
    return found


def _take_out(row: Row, pivot: Row, key: int) -> None:
    """Subtract so much of the pivot that the row loses `key`."""
    factor = -row[key] * pow(pivot[key], -1, PRIME) % PRIME
    for each, value in pivot.items():
        left = (row.get(each, 0) + factor * value) % PRIME
        if left:
            row[each] = left
        else:
            del row[each]


def without(rows: Iterable[Row], unwanted: set[int]) -> list[Row]:
    """All combinations of the rows that hold none of the `unwanted`, as rows that make them up.

    The unknown in the fewest rows is solved first by its shortest row, which keeps the others short.
    """
    left = {place: dict(row) for place, row in enumerate(rows)}
    where: dict[int, set[int]] = {key: set() for key in sorted(unwanted)}
    for place, row in left.items():
        for key in row.keys() & unwanted:
            where[key].add(place)
    while where:
        key = min(where, key=lambda each: len(where[each]))
        holders = where.pop(key)
        if not holders:
            continue
        chosen = min(holders, key=lambda place: (len(left[place]), place))
        pivot = left.pop(chosen)
        mixed = pivot.keys() & where.keys()
        for each in mixed:
            where[each].discard(chosen)
        for place in sorted(holders - {chosen}):
            _take_out(left[place], pivot, key)
            for each in mixed:
                (where[each].add if each in left[place] else where[each].discard)(place)
    return list(left.values())


def reduced(
    rows: Iterable[Row],
    last: set[int],
    ignored: Set[int] = frozenset(),
    used: Mapping[int, Set[int]] = MappingProxyType({}),
) -> dict[int, Row]:
    """Gauss-Jordan: rows by an unknown that no other row holds, one outside `last` where there is any.

    Preferred are unknowns in few rows, by `used` where it says so. What is `ignored` solves nothing; a row of nothing
    else is kept, by -1 and downwards, if it holds any unknown.
    """
    left = [dict(row) for row in rows]
    where: dict[int, set[int]] = defaultdict(set)
    for place, row in enumerate(left):
        for key in row:
            if key >= 0 and key not in ignored:
                where[key].add(place)
    solved: dict[int, Row] = {}
    for place in sorted(range(len(left)), key=lambda each: (len(left[each]), each)):
        row = left[place]
        free = [key for key in row if key >= 0 and key not in ignored]
        if not free:
            if any(key >= 0 for key in row):
                solved[-1 - len(solved)] = row
            continue
        pivot = min(free, key=lambda key: (key in last, len(used.get(key, where[key])), key))
        for other in sorted(where[pivot] - {place}):
            _take_out(left[other], row, pivot)
            for key in free:
                (where[key].add if key in left[other] else where[key].discard)(other)
        solved[pivot] = row
    return solved
