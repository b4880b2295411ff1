"""Which shown cells must go besides, since figures of several together tell of too few people.

`payroll.suppression` keeps withheld cells from being worked out. Here the unknown is a cross-group: the people who
share area, sector, kind, level, rung, grade, years and sex. Every shown cell is a linear equation (number of people,
sum of pay) over the cross-groups it holds; those in the same shown cells are one unknown. Whatever combination of
equations is left with must be a group that satisfies the rule itself: enough people, also for the employer that takes
its own out, and enough employers.

Found is every single unknown that can be worked out, and of sums over several those that are a row of the solved
system or made of two; all of them would take time exponential in the minimum (docs/benchmarks.md).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import partial
from itertools import chain, combinations, product
from types import MappingProxyType
from typing import NamedTuple

from payroll.peers import PATTERNS, Cell
from payroll.suppression import Rule, Size, complement

# Arithmetic modulo a large prime: exact, unless it divides one of the determinants, and faster than fractions.
PRIME = (1 << 61) - 1

Held = Counter[int]  # people by employer
ANY = -1  # whichever employer is best off, where one stands for all of them
Light = Callable[[int | None, Iterable[int]], bool]  # whether unknowns together are too little to somebody
Little = Callable[[Iterable[int]], bool]  # the same to somebody
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
        more |= withheld
        withheld = complement(cells, city, rule, more)
        if withheld == more:
            break
    return withheld


def _to_withhold(
    cells: Mapping[Cell, Size], shown: Set[Cell], people: Mapping[Cell, Held], city: str, rule: Rule
) -> set[Cell]:
    """A shown cell of each combination that leaves too little, round by round until there is no such combination."""
    listed = sorted(shown, key=lambda cell: (cells[cell].people, *map(str, cell)))
    held, rows = _equations(listed, people, city, rule)
    withheld: set[int] = set()
    asked: set[int] | None = None  # who found something last is asked again first, and everybody before the end
    while True:
        found = _exposed(rows, held, rule, asked)
        if not found and asked is None:
            return {listed[place] for place in withheld}
        chosen: set[int] = set()
        for _, used in found:
            if chosen.isdisjoint(used):
                chosen.add(min(used))
        withheld |= chosen
        rows = without(rows, {-1 - place for place in chosen})
        asked = {owner for owner, _ in found if owner is not None} if found else None


def _equations(shown: list[Cell], people: Mapping[Cell, Held], city: str, rule: Rule) -> tuple[list[Held], list[Row]]:
    """Whom each unknown holds, and what the shown cells say of those that are too small for the rule.

    Unknowns that satisfy it are taken out at once: with one of them a combination satisfies it too.
    """
    unknowns = _unknowns(shown, people, city)
    held = list(unknowns.values())
    rows: list[Row] = [{-1 - place: 1} for place in range(len(shown))]
    for unknown, places in enumerate(unknowns):
        for place in places:
            rows[place][unknown] = 1
    return held, without(rows, {unknown for unknown, group in enumerate(held) if not rule.sensitive(_size(group))})


def _exposed(
    rows: list[Row], held: list[Held], rule: Rule, asked: set[int] | None
) -> list[tuple[int | None, list[int]]]:
    """Who learns too little, and the places of the cells combined; asked are the public and some employers, or all."""
    for light in (_few_people(held, rule), _few_employers(held, rule)):
        if found := _attacks(rows, held, light, asked):
            return [(owner, [-1 - key for key in row]) for owner, row in found]
    return []


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
    return dict(sorted(found.items()))


def _size(held: Held) -> Size:
    return Size(held.total(), len(held), max(held.values(), default=0))


def _few_people(held: list[Held], rule: Rule) -> Light:
    """Fewer people than the rule asks for, to anybody or once an employer takes its own out."""
    totals, largest = [group.total() for group in held], [max(group.values()) for group in held]

    def small(owner: int | None, unknowns: Iterable[int]) -> bool:
        people = 0
        for unknown in unknowns:
            people += totals[unknown] - (largest[unknown] if owner == ANY else held[unknown].get(owner, 0))
            if people >= rule.people:
                return False
        return True

    return small


def _few_employers(held: list[Held], rule: Rule) -> Light:
    """Fewer employers than the rule asks for, the one that works it out counted in."""

    def few(owner: int | None, unknowns: Iterable[int]) -> bool:
        found = set() if owner == ANY else {owner}
        for unknown in unknowns:
            found |= held[unknown].keys()
            if len(found) >= rule.employers:
                return False
        return True

    return few


def _attacks(rows: list[Row], held: list[Held], light: Light, asked: set[int] | None) -> list[tuple[int | None, Row]]:
    """Who finds a combination that holds too little, the public (None) or an employer, and the cells combined.

    `light` says whether unknowns together are too little to whom. No part of what is too little is enough, so such a
    combination is made of rows solved for unknowns that are too little: those for anybody, few more for an employer.
    """
    common = {unknown for unknown in range(len(held)) if light(None, [unknown])}
    solved = reduced(rows, common)
    names = {-1 - pivot: row for pivot, row in solved.items() if pivot >= 0}
    bare = {pivot: _bare(row, -1 - pivot) for pivot, row in solved.items() if pivot >= 0}
    spare = Counter(key for pivot, row in solved.items() if pivot < 0 for key in row)
    base = _Base({pivot: row for pivot, row in bare.items() if pivot in common}, bare)
    seen = [_Seen(None, [], sorted(base.rows))]
    for owner, places in sorted(_places_by_owner(held).items()):
        if asked is None or owner in asked:
            seen.append(_seen_by(owner, places, held, light, base))
    found = [(each.owner, row) for each in seen for row in each.rows(base) if light(each.owner, _in(row))]
    if not found:
        near = _near(base, partial(light, ANY))
        found = [(each.owner, row) for each in seen for row in _pairs(each, base, near, partial(light, each.owner))]
    return [(owner, _spelled(row, names, spare)) for owner, row in found]


class _Seen(NamedTuple):
    """Who sees rows: `fresh` ones solved anew by what it knows, and those solved for the unknowns `kept`."""

    owner: int | None
    fresh: list[Row]
    kept: list[int]

    def rows(self, base: _Base) -> Iterator[Row]:
        """All of them."""
        yield from self.fresh
        yield from (base.rows[pivot] for pivot in self.kept)


def _seen_by(owner: int, places: list[int], held: list[Held], light: Light, base: _Base) -> _Seen:
    """The solved rows in which an employer has people, solved anew as if it knew those it has alone."""
    more = {unknown for unknown in places if unknown not in base.rows and light(owner, [unknown])}
    extra = [base.solved[unknown] for unknown in sorted(more) if unknown in base.solved]
    heavy = {key for row in extra for key in _in(row) if key not in more and not light(owner, [key])}
    known = _Known(owner, {unknown for unknown in places if len(held[unknown]) == 1}, light)
    again = without(extra, heavy) + [base.rows[unknown] for unknown in sorted(known.own) if unknown in base.rows]
    touched = {pivot for unknown in places for pivot in base.columns.get(unknown, ())} - known.own
    fresh = [row for row in _knowing(again, known, base) if any(key >= 0 for key in row)]
    return _Seen(owner, fresh, sorted(touched))


def _near(base: _Base, light: Little) -> dict[int, list[int]]:
    """For each row the later ones that with it could be light to anybody; what only one of them holds must be."""
    found: dict[int, list[int]] = defaultdict(list)
    for one, other in combinations(sorted(base.rows), 2):
        if _may_mix(base.rows[one], base.rows[other], light):
            found[one].append(other)
            found[other].append(one)
    return found


def _may_mix(one: Row, other: Row, light: Little) -> bool:
    return light(key for key in one if key >= 0 and key not in other) and light(
        key for key in other if key >= 0 and key not in one
    )


def _pairs(seen: _Seen, base: _Base, near: Mapping[int, list[int]], light: Little) -> Iterator[Row]:
    """Combinations of two rows that are light though neither is."""
    pairs = chain(
        ((base.rows[one], base.rows[other]) for one in seen.kept for other in near.get(one, ())),
        combinations(seen.fresh, 2),
        ((row, base.rows[pivot]) for row in seen.fresh for pivot in seen.kept),
    )
    for one, other in pairs:
        for key in _worth_taking_out(one, other, light) if _may_mix(one, other, light) else ():
            row = dict(one)
            _take_out(row, other, key)
            if any(each >= 0 for each in row) and light(_in(row)):
                yield row


def _worth_taking_out(one: Row, other: Row, light: Little) -> Iterator[int]:
    """An unknown for each proportion between two rows with which nearly all that both hold goes out together."""
    together: dict[int, list[int]] = defaultdict(list)
    for key in _in(one):
        if key in other:
            together[one[key] * pow(other[key], -1, PRIME) % PRIME].append(key)
    for gone in together.values():
        if light(key for group in together.values() if group is not gone for key in group):
            yield gone[0]


class _Base:
    """Rows by the unknown they are solved for: all (`solved`) and those that hold only what is too little to anybody.

    columns: in which of the latter each unknown stands.
    """

    def __init__(self, rows: dict[int, Row], solved: dict[int, Row]) -> None:
        self.rows, self.solved = rows, solved
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


def _spelled(row: Row, names: Mapping[int, Row], spare: Mapping[int, int]) -> Row:
    """The cells combined in a row made of named ones: those of them that are hardest to replace by other shown cells.

    spare: in how many equations among shown cells alone a cell stands; without any nothing replaces it.
    """
    found: Row = {}
    for name, factor in row.items():
        for key, value in names[name].items() if name < 0 else ():
            if key < 0:
                found[key] = (found.get(key, 0) + factor * value) % PRIME
    fewest = min(spare.get(key, 0) for key, value in found.items() if value)
    return {key: value for key, value in found.items() if value and spare.get(key, 0) == fewest}


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
                if key >= 0 and key in row:
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
    else is kept, by -1 and downwards.
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
            solved[-1 - len(solved)] = row
            continue
        pivot = min(free, key=lambda key: (key in last, len(used.get(key, where[key])), key))
        for other in sorted(where[pivot] - {place}):
            _take_out(left[other], row, pivot)
            for key in free:
                (where[key].add if key in left[other] else where[key].discard)(other)
        solved[pivot] = row
    return solved
