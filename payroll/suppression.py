"""Which cells of a city's pay tables must be withheld so that no sensitive one can be worked out from the others.

A cell is a peer group (`payroll.peers.Cell`) of one of the published tables, which share their margins. A total and
its parts along one dimension form a family, one linear equation: a city and its districts, a sector and its kinds, a
level and its rungs, all years and each. Numbers of people and sums of pay (mean × people) obey the same equations, so
the same cells protect both. Whoever works it out may be an employer, who knows its own people and therefore every cell
that holds nobody else's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from payroll.peers import PARTS, Cell, dimensions_of

SHARED = ("area", "sector", "kind")  # an employer has one of each, but people of many levels, grades, …


class Size(NamedTuple):
    """How many people and employers a group has, how many people its largest employer, and its only employer's id."""

    people: int
    employers: int
    largest: int
    owner: int | None = None


class Rule(NamedTuple):
    """The primary rule: fewest people (threshold rule) and fewest employers (contributors) of a group."""

    people: int
    employers: int

    def sensitive(self, size: Size) -> bool:
        """Too few people or employers, or too few people once the largest employer takes its own out (dominance)."""
        return size.people < self.people or size.employers < self.employers or size.people - size.largest < self.people


Key = tuple[str, Cell]  # a family's name: the dimension that its parts differ in, and its total
Family = list[Cell]  # the total first, then its parts


def totals_above(cell: Cell, city: str) -> list[Key]:
    """Every total that the cell is a part of, with the dimension left out."""
    above = [("area", cell._replace(area=city))] if cell.area != city else []
    return above + [(name, cell._replace(**{name: None})) for name in PARTS[dimensions_of(cell)]]


def complement(cells: Mapping[Cell, Size], city: str, rule: Rule, more: Iterable[Cell] = ()) -> set[Cell]:
    """Cells to withhold besides those that `rule` finds sensitive, `more` (for other reasons) among them.

    `cells` holds the size of every non-empty group of one city; `city` is the area code of its totals. Afterwards
    what an equation lacks is nothing, or at least two cells that together satisfy the rule; no combination of equations
    yields a withheld cell; and to no employer, who knows the cells it has alone, one yields a sensitive cell.
    """
    sensitive = {cell for cell, size in cells.items() if rule.sensitive(size)}
    table = _Table(cells, city, rule, sensitive.union(more))
    table.settle(table.families_of(table.withheld))
    equations = _Equations(table.families.values(), table.order, table.withheld)
    known = set(table.withheld)
    owners = [equations.mask(owned) for owned in _owned(cells, sensitive)]
    asked = equations.mask(sensitive)
    while True:
        for cell in sorted(table.withheld - known, key=table.order.__getitem__):
            equations.withhold(cell)
        known = set(table.withheld)
        exposed = equations.derivable()
        if not exposed:
            exposed = [each for owned in owners for each in equations.derivable_knowing(owned, asked)]
        touched = table.cover(exposed)
        if not touched:
            return table.withheld - sensitive
        table.settle(touched)


def _owned(cells: Mapping[Cell, Size], sensitive: set[Cell]) -> list[list[Cell]]:
    """The cells that each employer has alone; one employer is too few, so all of them are sensitive."""
    found: dict[int, list[Cell]] = {}
    for cell in sensitive:
        if (owner := cells[cell].owner) is not None:
            found.setdefault(owner, []).append(cell)
    return [found[owner] for owner in sorted(found)]


class _Table:
    """A city's cells with their families, their order (smallest first, ties by name) and what is withheld so far."""

    def __init__(self, cells: Mapping[Cell, Size], city: str, rule: Rule, withheld: set[Cell]) -> None:
        self.cells, self.rule, self.withheld = cells, rule, withheld
        by_size = sorted(cells, key=lambda cell: (cells[cell].people, *map(str, cell)))
        self.order = {cell: place for place, cell in enumerate(by_size)}
        self.families: dict[Key, Family] = {}
        self.around: dict[Cell, list[Key]] = {cell: [] for cell in cells}  # families that the cell belongs to
        for cell in by_size:
            for key in totals_above(cell, city):
                if key not in self.families:
                    self.families[key] = [key[1]]
                    self.around[key[1]].append(key)
                self.families[key].append(cell)
                self.around[cell].append(key)

    def families_of(self, cells: Iterable[Cell]) -> list[Key]:
        """Families in which the cells are the total or a part."""
        ordered = sorted(cells, key=self.order.__getitem__)
        return list(dict.fromkeys(key for cell in ordered for key in self.around[cell]))

    def settle(self, waiting: list[Key]) -> None:
        """Withhold further cells until no single family gives one away."""
        while waiting:
            key = waiting.pop()
            family = self.families[key]
            while self._gives_away(key[0], family) and (chosen := self._next(family)) is not None:
                self.withheld.add(chosen)
                waiting.extend(self.around[chosen])

    def _gives_away(self, dimension: str, family: Family) -> bool:
        """One missing number, or missing parts which together are sensitive or, at one person each, certain."""
        total, *parts = family
        hidden = [self.cells[part] for part in parts if part in self.withheld]
        if total in self.withheld:
            return not hidden
        if not hidden:
            return False
        together = _union(hidden, disjoint=dimension in SHARED)
        return len(hidden) == 1 or together.people == len(hidden) or self.rule.sensitive(together)

    def _next(self, family: Family) -> Cell | None:
        """The smallest part still shown, else the total."""
        total, *parts = family
        shown = [part for part in parts if part not in self.withheld]
        if shown:
            return min(shown, key=self.order.__getitem__)
        return None if total in self.withheld else total

    def cover(self, exposed: list[set[Cell]]) -> list[Key]:
        """Withhold the smallest of each set of shown cells that together give one away, or of all where one is empty.

        Returns the families that this touches; none when nothing is exposed or nothing shown any more.
        """
        chosen: set[Cell] = set()
        for together in exposed:
            if not chosen & together:
                shown = (together or self.cells.keys()) - self.withheld
                chosen.update(sorted(shown, key=self.order.__getitem__)[:1])
        self.withheld |= chosen
        return self.families_of(chosen)


def _union(sizes: list[Size], disjoint: bool) -> Size:
    """Groups as one. An employer lies in one area, sector and kind but has many rungs: there the worst is taken."""
    people = sum(each.people for each in sizes)
    if disjoint:
        return Size(people, sum(each.employers for each in sizes), max(each.largest for each in sizes))
    return Size(people, max(each.employers for each in sizes), sum(each.largest for each in sizes))


class _Equations:
    """The families as equations modulo 2, kept reduced (Gauss-Jordan) on the withheld cells; a row is a bit mask.

    Bit masks keep a city of thousands of cells within seconds. Modulo 2 a combination with an even factor on the cell
    in question would be overlooked; the tests compare with exact fractions.
    """

    def __init__(self, families: Iterable[Family], order: Mapping[Cell, int], withheld: set[Cell]) -> None:
        # Narrow cells lie in the fewest families: solved first, they keep the rows short.
        by_width = sorted(order, key=lambda cell: (cell not in withheld, -len(dimensions_of(cell)), order[cell]))
        self.bits = {cell: 1 << place for place, cell in enumerate(by_width)}
        self.cells = by_width
        self.hidden = self.mask(withheld)
        self.solved: dict[int, int] = {}  # by the bit of the one withheld cell that no other row holds
        self.free: list[int] = []  # without any withheld cell
        for family in families:
            self._add(self.mask(family))
        self._reduce()

    def mask(self, cells: Iterable[Cell]) -> int:
        """The cells as one bit mask."""
        found = 0
        for cell in cells:
            found |= self.bits[cell]
        return found

    def _add(self, row: int) -> None:
        """Take a row in, solved for its first withheld cell."""
        while left := row & self.hidden:
            bit = left & -left
            if bit not in self.solved:
                self.solved[bit] = row
                return
            row ^= self.solved[bit]
        if row:
            self.free.append(row)

    def _reduce(self) -> None:
        """Take each solved cell out of all other rows: the last cell first, its row is short already."""
        pivots = 0
        for bit in self.solved:
            pivots |= bit
        for bit in sorted(self.solved, reverse=True):
            row = self.solved[bit]
            for other in ones(row & pivots & ~bit):
                row ^= self.solved[other]
            self.solved[bit] = row

    def withhold(self, cell: Cell) -> None:
        """One more unknown."""
        bit = self.bits[cell]
        self.hidden |= bit
        pivot = next((row for row in self.free if row & bit), None)
        if pivot is None:
            return
        self.free.remove(pivot)
        self.free = [row ^ pivot if row & bit else row for row in self.free]
        self.solved = {each: row ^ pivot if row & bit else row for each, row in self.solved.items()}
        self.solved[bit] = pivot

    def derivable(self) -> list[set[Cell]]:
        """For each withheld cell that stands alone in some combination of equations: the shown ones beside it."""
        return [self._shown(row) for bit, row in self.solved.items() if row & self.hidden == bit]

    def derivable_knowing(self, owned: int, asked: int) -> list[set[Cell]]:
        """The same for the `asked` cells and somebody who knows the `owned` ones of the withheld cells.

        A combination holds the solved cells of just those rows that it is made of. So besides the row of the derived
        cell only rows solved for known cells can be in it: `known`, what those say of the others.
        """
        unknown = self.hidden & ~owned
        rows = (row for bit in ones(owned) if (row := self.solved.get(bit)) and row & unknown)
        known = echelon(rows, unknown)
        within = 0
        for row in known.values():
            within |= row
        found = [row for bit, row in known.items() if bit & asked and row & unknown == bit]
        outside = unknown & ~within
        for bit, row in self.solved.items():
            if row & outside == bit and bit & asked and not bit & owned:
                while (left := row & unknown ^ bit) and (low := left & -left) in known:
                    row ^= known[low]
                if not left:
                    found.append(row)
        return [self._shown(row) for row in found]

    def _shown(self, row: int) -> set[Cell]:
        return {self.cells[bit.bit_length() - 1] for bit in ones(row & ~self.hidden)}


def ones(mask: int) -> Iterator[int]:
    """The single bits of a mask, the lowest first."""
    while mask:
        bit = mask & -mask
        yield bit
        mask ^= bit


def echelon(rows: Iterable[int], unknown: int) -> dict[int, int]:
    """The rows reduced (Gauss-Jordan) on the bits of `unknown`, by the lowest of those, which no other row holds."""
    found: dict[int, int] = {}
    for row in rows:
        for bit, other in found.items():
            if row & bit:
                row ^= other
        if left := row & unknown:
            low = left & -left
            found = {bit: other ^ row if other & low else other for bit, other in found.items()}
            found[low] = row
    return found
