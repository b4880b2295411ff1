"""No withheld cell can be worked out: neither from one total and its parts nor from any combination of sums."""

import itertools
import random
from collections import Counter, defaultdict
from fractions import Fraction

import pytest

from payroll.suppression import Cell, Rule, Size, complement

CITY, MINIMUM, RULE = "3502", 5, Rule(people=5, employers=3)


def table_of(people) -> dict[Cell, Size]:
    """Sizes of all non-empty groups of (district, sector, rung, employer) people, with every total."""
    employed = defaultdict(Counter)
    for district, sector, rung, employer in people:
        for group in itertools.product((district, CITY), (sector, None), (rung, None)):
            employed[Cell(*group)][employer] += 1
    return {
        cell: Size(held.total(), len(held), max(held.values()), min(held) if len(held) == 1 else None)
        for cell, held in employed.items()
    }


def apart(people) -> list[tuple]:
    """Everybody with an employer of one's own."""
    return [(*each, number) for number, each in enumerate(people)]


def random_people(seed: int) -> list[tuple]:
    """People of employers of very different sizes, each in one district and sector; some have cells alone."""
    rng = random.Random(seed)
    districts = [f"35020{number}" for number in range(1, rng.randint(2, 8))]
    sectors = ["community", "social", "enterprise", "mass"][: rng.randint(1, 4)]
    rungs = ["", "uncertified", "assistant_2", "assistant_1", "social_worker_3", "senior"][: rng.randint(1, 6)]

    def leaning(names):
        return [rng.random() ** 2 + 0.01 for _ in names]

    by_district, by_sector, by_rung = leaning(districts), leaning(sectors), leaning(rungs)
    people = []
    for employer in range(rng.choice([2, 5, 12, 30, 80])):
        (district,), (sector,) = rng.choices(districts, by_district), rng.choices(sectors, by_sector)
        people += [
            (district, sector, rung, employer) for rung in rng.choices(rungs, by_rung, k=int(1 / (rng.random() + 0.03)))
        ]
    return people


def withheld_of(cells) -> tuple[set[Cell], set[Cell]]:
    """The sensitive cells, by the plain words of the rule, and everything withheld."""
    sensitive = {
        cell for cell, size in cells.items() if size.people < 5 or size.employers < 3 or size.people - size.largest < 5
    }
    return sensitive, sensitive | complement(cells, CITY, RULE)


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


@pytest.mark.parametrize("seed", range(80))
def test_nothing_withheld_follows_from_what_is_shown(seed):
    people = random_people(seed)
    cells = table_of(people)
    withheld = withheld_of(cells)[1]
    for total, parts in families(cells):
        hidden = [part for part in parts if part in withheld]
        if total not in withheld and hidden:
            assert len(hidden) >= 2, (total, parts)
            together = sum(cells[part].people for part in hidden)
            assert together >= MINIMUM, "what is missing together is a group as well"
            assert together > len(hidden), "one person in each"
    assert solvable(cells, withheld) == []


@pytest.mark.parametrize("seed", range(80))
def test_no_employer_works_out_a_sensitive_cell_by_taking_out_its_own_people(seed):
    """Each employer subtracts its people everywhere; what then holds nobody is known to it."""
    people = random_people(seed)
    cells = table_of(people)
    sensitive, withheld = withheld_of(cells)
    for employer in {each[3] for each in people}:
        own = table_of([each for each in people if each[3] == employer])
        unknown = {cell for cell in withheld if cell not in own or own[cell].people < cells[cell].people}
        assert not sensitive & set(solvable(cells, unknown)), employer
        for total, parts in families(cells):
            hidden = [part for part in parts if part in withheld]
            if total not in withheld and hidden:
                others = sum(
                    cells[part].people - own[part].people if part in own else cells[part].people for part in hidden
                )
                assert others >= MINIMUM, (employer, total)


@pytest.mark.parametrize("seed", range(80))
def test_what_is_shown_satisfies_the_rule_itself(seed):
    cells = table_of(random_people(seed))
    for cell in cells.keys() - withheld_of(cells)[1]:
        assert cells[cell].people - cells[cell].largest >= MINIMUM
        assert cells[cell].employers >= RULE.employers


def test_the_random_tables_are_worth_attacking():
    """Some show cells, some withhold further ones, and primary suppression alone would be broken."""
    shown = complementary = broken = 0
    for seed in range(80):
        cells = table_of(random_people(seed))
        sensitive, withheld = withheld_of(cells)
        shown += len(cells) - len(withheld)
        complementary += len(withheld - sensitive)
        broken += bool(sensitive & set(solvable(cells, sensitive)))
    assert shown > 300
    assert complementary > 100
    assert broken > 20


@pytest.mark.parametrize(
    ("employers", "sensitive"),
    [
        ([2, 2, 1], True),  # five people, but three once the largest is out
        ([40, 2, 2], True),  # dominated: the forty could take themselves out
        ([40, 3, 2], False),
        ([6, 6], True),  # two employers: each sees the other
        ([1, 1, 1, 1], True),
        ([1, 1, 1, 1, 1, 1], False),
    ],
    ids=str,
)
def test_dominance_and_contributors(employers, sensitive):
    people = [("350203", "social", "senior", key) for key, size in enumerate(employers) for _ in range(size)]
    (size,) = {each for each in table_of(people).values()}
    assert RULE.sensitive(size) is sensitive


def test_without_sensitive_cells_nothing_is_withheld():
    assert complement(table_of(apart([("350203", "social", "senior")] * 6)), CITY, RULE) == set()


def test_one_sensitive_part_takes_the_next_smallest_with_it():
    people = [
        ("350203", "social", rung) for rung, size in (("senior", 2), ("", 7), ("assistant_1", 9)) for _ in range(size)
    ]
    withheld = complement(table_of(apart(people)), CITY, RULE)
    assert Cell("350203", "social", "") in withheld
    assert Cell("350203", "social", "assistant_1") not in withheld
    assert Cell("350203", None, None) not in withheld


def test_an_owner_of_one_gap_does_not_fill_the_other():
    """思明 lacks a cell that employer 1 has alone, 湖里 one of another: city less shown less own would tell it."""
    people = [("350203", "social", "senior", 1)] * 9
    people += [("350206", "social", "senior", 2 + each % 2) for each in range(4)]
    people += [("350211", "social", "senior", 10 + each) for each in range(20)]
    people += [("350212", "social", "senior", 40 + each) for each in range(30)]
    withheld = withheld_of(table_of(people))[1]
    assert Cell("350211", "social", "senior") in withheld, "with the two small ones alone, 1 would know 湖里's four"
    assert Cell("350212", "social", "senior") not in withheld


def test_a_total_with_a_single_part_is_withheld_with_it():
    """A district with one sector and one rung repeats its only group under four names."""
    cells = table_of(apart([("350203", "social", "senior")] * 3 + [("350205", "social", "senior")] * 7))
    shown = cells.keys() - withheld_of(cells)[1]
    assert {cell.area for cell in shown} <= {CITY}


def test_a_bridge_between_families_is_closed():
    """Each row and column lacks two cells, yet sums over several of them give one away: it must not stay so."""
    sizes = {("1", "a"): 2, ("1", "b"): 3, ("2", "a"): 3, ("2", "b"): 2, ("2", "c"): 4, ("3", "c"): 9, ("1", "c"): 30}
    sizes |= {("3", "d"): 2, ("4", "d"): 3, ("3", "e"): 3, ("4", "e"): 2}
    sizes |= {("4", "c"): 30, ("1", "d"): 30, ("3", "a"): 30}
    people = [(f"35020{area}", "social", rung) for (area, rung), size in sizes.items() for _ in range(size)]
    cells = table_of(apart(people))
    assert solvable(cells, withheld_of(cells)[1]) == []
