"""No withheld cell can be worked out: neither from one total and its parts nor from any combination of sums."""

import itertools
import random
from collections import Counter
from fractions import Fraction

import pytest

from payroll.suppression import Cell, complement

CITY, MINIMUM = "3502", 5


def table_of(people) -> dict[Cell, int]:
    """Sizes of all non-empty groups of (district, sector, rung) people, with every total."""
    counted = Counter()
    for district, sector, rung in people:
        counted.update(Cell(*group) for group in itertools.product((district, CITY), (sector, None), (rung, None)))
    return dict(counted)


def random_table(seed: int) -> dict[Cell, int]:
    rng = random.Random(seed)

    def drawn(names, people):
        return rng.choices(names, [rng.random() ** 2 + 0.01 for _ in names], k=people)

    people = rng.choice([3, 8, 30, 80, 200, 600])
    districts = [f"35020{number}" for number in range(1, rng.randint(2, 8))]
    sectors = ["community", "social", "enterprise", "mass"][: rng.randint(1, 4)]
    rungs = ["", "uncertified", "assistant_2", "assistant_1", "social_worker_3", "senior"][: rng.randint(1, 6)]
    return table_of(zip(drawn(districts, people), drawn(sectors, people), drawn(rungs, people), strict=True))


def families(cells) -> list[tuple[Cell, list[Cell]]]:
    """Every total with its parts, found the slow way."""
    found = []
    for total in cells:
        if total.area == CITY:
            found.append((total, [c for c in cells if c.area != CITY and c[1:] == total[1:]]))
        if total.sector is None:
            found.append((total, [c for c in cells if c.sector and (c.area, c.rung) == (total.area, total.rung)]))
        if total.rung is None:
            found.append((total, [c for c in cells if c.rung is not None and c[:2] == total[:2]]))
    return found


def solvable(cells, withheld) -> list[Cell]:
    """Withheld cells that the sums determine, by exact elimination over the rationals."""
    solved: dict[Cell, dict[Cell, Fraction]] = {}
    for total, parts in families(cells):
        row = {cell: Fraction(1 if cell == total else -1) for cell in (total, *parts) if cell in withheld}
        for pivot, other in solved.items():
            row = combined(row, other, row.get(pivot, 0))
        if not row:
            continue
        pivot, factor = next(iter(row.items()))
        row = {cell: value / factor for cell, value in row.items()}
        solved = {each: combined(other, row, other.get(pivot, 0)) for each, other in solved.items()}
        solved[pivot] = row
    return [pivot for pivot, row in solved.items() if len(row) == 1]


def combined(row, other, factor):
    """`row` − factor × `other`, without zeros."""
    if not factor:
        return row
    cells = row.keys() | other.keys()
    return {cell: value for cell in cells if (value := row.get(cell, 0) - factor * other.get(cell, 0))}


@pytest.mark.parametrize("seed", range(60))
def test_nothing_withheld_follows_from_what_is_shown(seed):
    cells = random_table(seed)
    withheld = {cell for cell, size in cells.items() if size < MINIMUM} | complement(cells, CITY, MINIMUM)
    for total, parts in families(cells):
        hidden = [cells[part] for part in parts if part in withheld]
        if total not in withheld and hidden:
            assert len(hidden) >= 2, (total, parts)
            assert sum(hidden) >= MINIMUM, "what is missing together is a group as well"
            assert sum(hidden) > len(hidden), "one person in each"
    assert solvable(cells, withheld) == []


def test_without_small_cells_nothing_is_withheld():
    assert complement(table_of([("350203", "social", "senior")] * 5), CITY, MINIMUM) == set()


def test_one_small_part_takes_the_next_smallest_with_it():
    people = [
        ("350203", "social", rung) for rung, size in (("senior", 2), ("", 6), ("assistant_1", 9)) for _ in range(size)
    ]
    withheld = complement(table_of(people), CITY, MINIMUM)
    assert Cell("350203", "social", "") in withheld
    assert Cell("350203", "social", "assistant_1") not in withheld
    assert Cell("350203", None, None) not in withheld


def test_a_total_with_a_single_part_is_withheld_with_it():
    """A district with one sector and one rung repeats its only group under four names."""
    people = [("350203", "social", "senior")] * 3 + [("350205", "social", "senior")] * 7
    cells = table_of(people)
    shown = cells.keys() - complement(cells, CITY, MINIMUM) - {cell for cell, size in cells.items() if size < MINIMUM}
    assert {cell.area for cell in shown} <= {CITY}


def test_a_bridge_between_families_is_closed():
    """Each row and column lacks two cells, yet sums over several of them give one away: it must not stay so."""
    sizes = {("1", "a"): 2, ("1", "b"): 3, ("2", "a"): 3, ("2", "b"): 2, ("2", "c"): 4, ("3", "c"): 9, ("1", "c"): 30}
    sizes |= {
        ("3", "d"): 2,
        ("4", "d"): 3,
        ("3", "e"): 3,
        ("4", "e"): 2,
        ("4", "c"): 30,
        ("1", "d"): 30,
        ("3", "a"): 30,
    }
    people = [(f"35020{area}", "social", rung) for (area, rung), size in sizes.items() for _ in range(size)]
    cells = table_of(people)
    withheld = {cell for cell, size in cells.items() if size < MINIMUM} | complement(cells, CITY, MINIMUM)
    assert solvable(cells, withheld) == []
