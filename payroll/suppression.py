"""Which cells of a city's pay table must be withheld so that no sensitive one can be worked out from the others.

Cells are counted by area × sector × rung, each with its totals. Every total and its parts form a family, one linear
equation: a city and its districts, all sectors and each, all rungs and each. Whoever works it out may be an employer,
who knows its own people and therefore every cell that holds nobody else's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Cell(NamedTuple):
    """A peer group. `sector` or `rung` None means all of them; `rung` "" is pay without a rung."""

    area: str
    sector: str | None
    rung: str | None


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


Family = list[Cell]  # the total first, then its parts


def complement(cells: Mapping[Cell, Size], city: str, rule: Rule) -> set[Cell]:
    """Cells to withhold besides those that `rule` finds sensitive.

    `cells` holds the size of every non-empty group of one city; `city` is the area code of its totals. Afterwards
    what an equation lacks is nothing, or at least two cells that together satisfy the rule; no combination of equations
    yields a withheld cell; and to no employer, who knows the cells it has alone, one yields a sensitive cell.
    """
    sensitive = {cell for cell, size in cells.items() if rule.sensitive(size)}
    table = _Table(cells, city, rule, set(sensitive))
    table.settle(table.families_of(sensitive))
    equations, known = _Equations(table.families.values(), cells), set[Cell]()
    owners = _owned(cells, sensitive)
    while True:
        for cell in sorted(table.withheld - known, key=table.order):
            equations.withhold(cell)
        known = set(table.withheld)
        exposed = equations.derivable()
        for owned in owners:
            exposed += [cell for cell in equations.derivable_knowing(owned) if cell in sensitive]
        touched = table.cover(list(dict.fromkeys(exposed)))
        if not touched:
            return table.withheld - sensitive
        table.settle(touched)


def _owned(cells: Mapping[Cell, Size], sensitive: set[Cell]) -> list[list[Cell]]:
    """The cells that each employer has alone; one employer is too few, so all of them are sensitive."""
    found: dict[int, list[Cell]] = {}
    for cell in sorted(sensitive, key=lambda each: tuple(part or "" for part in each)):
        if (owner := cells[cell].owner) is not None:
            found.setdefault(owner, []).append(cell)
    return list(found.values())


class _Table:
    """A city's cells with their families and what is withheld so far."""

    def __init__(self, cells: Mapping[Cell, Size], city: str, rule: Rule, withheld: set[Cell]) -> None:
        self.cells, self.city, self.rule, self.withheld = cells, city, rule, withheld
        self.families: dict[tuple[str, Cell], Family] = {}
        self.above = {cell: self._totals_above(cell) for cell in cells}
        for cell, totals in self.above.items():
            for key in totals:
                self.families.setdefault(key, [key[1]]).append(cell)

    def _totals_above(self, cell: Cell) -> list[tuple[str, Cell]]:
        area, sector, rung = cell
        above = []
        if area != self.city:
            above.append(("area", Cell(self.city, sector, rung)))
        if sector is not None:
            above.append(("sector", Cell(area, None, rung)))
        if rung is not None:
            above.append(("rung", Cell(area, sector, None)))
        return above

    def families_of(self, cells: Iterable[Cell]) -> list[tuple[str, Cell]]:
        """Families in which the cells are the total or a part."""
        found = {}
        for cell in cells:
            own = [(dimension, cell) for dimension in ("area", "sector", "rung")]
            found.update(dict.fromkeys(key for key in (*own, *self.above[cell]) if key in self.families))
        return list(found)

    def settle(self, waiting: list[tuple[str, Cell]]) -> None:
        """Withhold further cells until no single family gives one away."""
        while waiting:
            key = waiting.pop()
            family = self.families[key]
            while self._gives_away(key[0], family) and (chosen := self._next(family)) is not None:
                self.withheld.add(chosen)
                waiting.extend(self.families_of([chosen]))

    def _gives_away(self, dimension: str, family: Family) -> bool:
        """One missing number, or missing parts which together are sensitive or, at one person each, certain."""
        total, *parts = family
        hidden = [self.cells[part] for part in parts if part in self.withheld]
        if total in self.withheld:
            return not hidden
        if not hidden:
            return False
        together = _union(hidden, disjoint=dimension != "rung")
        return len(hidden) == 1 or together.people == len(hidden) or self.rule.sensitive(together)

    def _next(self, family: Family) -> Cell | None:
        """The smallest part still shown, else the total."""
        total, *parts = family
        shown = [part for part in parts if part not in self.withheld]
        if shown:
            return min(shown, key=self.order)
        return None if total in self.withheld else total

    def order(self, cell: Cell) -> tuple[int, str, str, str]:
        """Smallest first, ties by name."""
        return self.cells[cell].people, cell.area, cell.sector or "", cell.rung or ""

    def cover(self, exposed: list[Cell]) -> list[tuple[str, Cell]]:
        """Withhold the smallest shown relative of each exposed cell, or the smallest cell of all when none has any.

        Returns the families that this touches; none when nothing is exposed or nothing shown any more.
        """
        chosen = set()
        for cell in exposed:
            nexts = [self._next(self.families[key]) for key in self.families_of([cell])]
            chosen.update(sorted((each for each in nexts if each is not None), key=self.order)[:1])
        if exposed and not chosen:
            chosen.update(sorted(self.cells.keys() - self.withheld, key=self.order)[:1])
        self.withheld |= chosen
        return self.families_of(chosen)


def _union(sizes: list[Size], disjoint: bool) -> Size:
    """Groups as one. An employer lies in one area and sector but has many rungs: there the worst case is taken."""
    people = sum(each.people for each in sizes)
    if disjoint:
        return Size(people, sum(each.employers for each in sizes), max(each.largest for each in sizes))
    return Size(people, max(each.employers for each in sizes), sum(each.largest for each in sizes))


class _Equations:
    """The families as equations modulo 2, kept reduced (Gauss-Jordan) on the withheld cells; a row is a bit mask.

    Bit masks keep a city of a thousand cells within milliseconds. Modulo 2 a combination with an even factor on the
    cell in question would be overlooked; the tests compare with exact fractions.
    """

    def __init__(self, families: Iterable[Family], cells: Iterable[Cell]) -> None:
        self.bits = {cell: 1 << place for place, cell in enumerate(cells)}
        self.cells = {bit: cell for cell, bit in self.bits.items()}
        self.free = [sum(self.bits[cell] for cell in family) for family in families]  # without any withheld cell
        self.solved: dict[Cell, int] = {}  # by the one withheld cell that no other row holds
        self.hidden = 0

    def withhold(self, cell: Cell) -> None:
        """One more unknown."""
        bit = self.bits[cell]
        self.hidden |= bit
        pivot = next((row for row in self.free if row & bit), None)
        if pivot is None:
            return
        self.free.remove(pivot)
        self.free = [row ^ pivot if row & bit else row for row in self.free]
        for each, row in self.solved.items():
            if row & bit:
                self.solved[each] = row ^ pivot
        self.solved[cell] = pivot

    def derivable(self) -> list[Cell]:
        """Withheld cells that stand alone in some combination of equations."""
        return [cell for cell, row in self.solved.items() if row & self.hidden == self.bits[cell]]

    def derivable_knowing(self, owned: list[Cell]) -> list[Cell]:
        """The same for somebody who knows the `owned` ones of the withheld cells."""
        known = sum(self.bits[cell] for cell in owned)
        if not any(row & known for row in self.solved.values()):
            return []
        rows = {cell: row & self.hidden & ~known for cell, row in self.solved.items()}
        for cell in owned:
            if not (row := rows.pop(cell, 0)):
                continue
            bit = row & -row  # this row was solved for a known cell: it now solves another
            rows = {each: other ^ row if other & bit else other for each, other in rows.items()}
            rows[self.cells[bit]] = row
        return [self.cells[row] for row in rows.values() if row and not row & (row - 1)]
