"""Which cells of a city's pay table must be withheld so that no small one can be worked out from the others.

Cells are counted by area × sector × rung, each with its totals. Every total and its parts form a family, one linear
equation: a city and its districts, all sectors and each, all rungs and each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Cell(NamedTuple):
    """A peer group. `sector` or `rung` None means all of them; `rung` "" is pay without a rung."""

    area: str
    sector: str | None
    rung: str | None


Family = list[Cell]  # the total first, then its parts


def complement(cells: Mapping[Cell, int], city: str, minimum: int) -> set[Cell]:
    """Cells to withhold besides those of fewer than `minimum` people.

    `cells` holds the size of every non-empty group of one city; `city` is the area code of its totals. Afterwards
    every equation lacks no cell or at least two that together hold `minimum` people, and no combination of equations
    yields a withheld cell.
    """
    small = {cell for cell, size in cells.items() if size < minimum}
    table = _Table(cells, city, minimum, set(small))
    table.settle(table.families_of(small))
    equations, known = _Equations(table.families.values(), cells), set[Cell]()
    while True:
        for cell in sorted(table.withheld - known, key=table.order):
            equations.withhold(cell)
        known = set(table.withheld)
        touched = table.cover(equations.derivable())
        if not touched:
            return table.withheld - small
        table.settle(touched)


class _Table:
    """A city's cells with their families and what is withheld so far."""

    def __init__(self, cells: Mapping[Cell, int], city: str, minimum: int, withheld: set[Cell]) -> None:
        self.cells, self.city, self.minimum, self.withheld = cells, city, minimum, withheld
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
            while self._gives_away(family) and (chosen := self._next(family)) is not None:
                self.withheld.add(chosen)
                waiting.extend(self.families_of([chosen]))

    def _gives_away(self, family: Family) -> bool:
        """One missing number, or missing parts which are too few people or, at one person each, certain."""
        total, *parts = family
        hidden = [self.cells[part] for part in parts if part in self.withheld]
        if total in self.withheld:
            return not hidden
        return bool(hidden) and (len(hidden) == 1 or sum(hidden) < self.minimum or sum(hidden) == len(hidden))

    def _next(self, family: Family) -> Cell | None:
        """The smallest part still shown, else the total."""
        total, *parts = family
        shown = [part for part in parts if part not in self.withheld]
        if shown:
            return min(shown, key=self.order)
        return None if total in self.withheld else total

    def order(self, cell: Cell) -> tuple[int, str, str, str]:
        """Smallest first, ties by name."""
        return self.cells[cell], cell.area, cell.sector or "", cell.rung or ""

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


class _Equations:
    """The families as equations modulo 2, kept reduced (Gauss-Jordan) on the withheld cells; a row is a bit mask.

    Bit masks keep a city of a thousand cells within milliseconds. Modulo 2 a combination with an even factor on the
    cell in question would be overlooked; the tests compare with exact fractions.
    """

    def __init__(self, families: Iterable[Family], cells: Iterable[Cell]) -> None:
        self.bits = {cell: 1 << place for place, cell in enumerate(cells)}
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
