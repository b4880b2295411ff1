"""No withheld cell can be worked out: neither from one total and its parts nor from any combination of sums."""

import itertools
import random
from collections import Counter, defaultdict
from fractions import Fraction
from functools import cache
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payroll.combining import withheld_besides
from payroll.peers import PATTERNS, RUNG_LEVELS, Cell, dimensions_of
from payroll.suppression import Rule, Size, complement

CITY, MINIMUM, RULE = "3502", 5, Rule(people=5, employers=3)
SEEDS = range(60)
WORLDS = (10, 32, 33, 53, *range(4))  # the first four were open before combinations were looked at
KINDS = {"community": ("C02", "C03"), "social": ("E01", "E02"), "enterprise": ("E03",), "mass": ("D03", "E05")}
RUNGS = ["", "uncertified", "assistant_2", "assistant_1", "social_worker_3", "senior"]


class Person(NamedTuple):
    """Somebody with everything that is published about groups; `employer` tells who belongs together."""

    area: str
    sector: str
    kind: str
    level: int
    rung: str
    grade: int
    years: int
    sex: str
    employer: int


def person(area="350203", sector="social", rung="senior", employer=0, level=0, grade=1, years=3, sex="2") -> Person:
    kind = KINDS[sector][0]
    return Person(area, sector, kind, int(RUNG_LEVELS.get(rung, level)), rung, grade, years, sex, employer)


def table_of(people) -> dict[Cell, Size]:
    """Sizes of all published groups that hold anybody, with every total."""
    employed = defaultdict(Counter)
    for each in people:
        for pattern, area in itertools.product(PATTERNS, (each.area, CITY)):
            employed[Cell(area, **{name: getattr(each, name) for name in pattern})][each.employer] += 1
    return {
        cell: Size(held.total(), len(held), max(held.values()), min(held) if len(held) == 1 else None)
        for cell, held in employed.items()
    }


def apart(people) -> list[Person]:
    """Everybody with an employer of one's own."""
    return [each._replace(employer=number) for number, each in enumerate(people)]


@cache
def random_people(seed: int) -> tuple[Person, ...]:
    """People of employers of very different sizes, each in one district and kind; some have cells alone."""
    rng = random.Random(seed)
    districts = [f"35020{number}" for number in range(1, rng.randint(2, 6))]
    sectors = list(KINDS)[: rng.randint(1, 4)]
    rungs = RUNGS[: rng.randint(1, 6)]
    grades, years = [0, 1, 2][: rng.randint(1, 3)], [0, 3, 6, 10][: rng.randint(1, 4)]

    def leaning(names):
        return [rng.random() ** 2 + 0.01 for _ in names]

    weights = {id(names): leaning(names) for names in (districts, sectors, rungs, grades, years)}

    def one(names):
        return rng.choices(names, weights[id(names)])[0]

    people = []
    for employer in range(rng.choice([2, 5, 12, 30, 80])):
        district, sector = one(districts), one(sectors)
        kind = rng.choice(KINDS[sector])
        for _ in range(int(1 / (rng.random() + 0.03))):
            rung = one(rungs)
            level = int(RUNG_LEVELS.get(rung, rng.randint(0, 3)))
            sex = rng.choice("12")
            people.append(Person(district, sector, kind, level, rung, one(grades), one(years), sex, employer))
    return tuple(people)


@cache
def tables(seed: int) -> dict[Cell, Size]:
    return table_of(random_people(seed))


def withheld_of(cells) -> tuple[set[Cell], set[Cell]]:
    """The sensitive cells, by the plain words of the rule, and everything withheld."""
    sensitive = {
        cell for cell, size in cells.items() if size.people < 5 or size.employers < 3 or size.people - size.largest < 5
    }
    return sensitive, sensitive | complement(cells, CITY, RULE)


@cache
def withheld_at(seed: int) -> tuple[set[Cell], set[Cell]]:
    return withheld_of(tables(seed))


def families(cells) -> list[tuple[Cell, list[Cell]]]:
    """Every total with its parts: the cells that tell one dimension more, a kind with its sector given."""
    found = defaultdict(list)
    for part in cells:
        if part.area != CITY:
            found["area", part._replace(area=CITY)].append(part)
        told = dimensions_of(part)
        for name in told - {"sector" if "kind" in told else "", "level" if "rung" in told else ""}:
            found[name, part._replace(**{name: None})].append(part)
    assert all(total in cells for _, total in found), "whatever is summed has its sum published"
    return [(total, parts) for (_, total), parts in found.items()]


def equations(cells, withheld) -> list[dict[Cell, Fraction]]:
    """What the sums say of the withheld cells, reduced over the rationals."""
    rows = []
    for total, parts in families(cells):
        rows.append({cell: Fraction(1 if cell == total else -1) for cell in (total, *parts) if cell in withheld})
    return reduced(rows)


def reduced(rows) -> list[dict[Cell, Fraction]]:
    """Gauss-Jordan: every row has a cell that no other row holds."""
    solved: dict[Cell, dict[Cell, Fraction]] = {}
    for row in rows:
        for pivot in [cell for cell in row if cell in solved]:
            row = combined(row, solved[pivot], row[pivot])
        if not row:
            continue
        pivot, factor = next(iter(row.items()))
        row = {cell: value / factor for cell, value in row.items()}
        for each, other in solved.items():
            if pivot in other:
                solved[each] = combined(other, row, other[pivot])
        solved[pivot] = row
    return list(solved.values())


def combined(row, other, factor):
    """`row` − factor × `other`, without zeros."""
    result = dict(row)
    for cell, value in other.items():
        left = result.get(cell, 0) - factor * value
        if left:
            result[cell] = left
        else:
            result.pop(cell, None)
    return result


def alone(rows) -> set[Cell]:
    """Cells that a reduced system determines."""
    return {next(iter(row)) for row in rows if len(row) == 1}


def solvable(cells, withheld) -> set[Cell]:
    return alone(equations(cells, withheld))


def attack_by_employers(people, cells, sensitive, withheld) -> None:
    """Each employer subtracts its people everywhere; what then holds nobody is known to it."""
    rows = equations(cells, withheld)
    assert not alone(rows)
    for employer in {each.employer for each in people}:
        own = table_of([each for each in people if each.employer == employer])
        known = {cell for cell, size in own.items() if size.people == cells[cell].people}
        seen = reduced([{cell: value for cell, value in row.items() if cell not in known} for row in rows])
        assert not sensitive & alone(seen), employer
        for total, parts in families(cells):
            hidden = [part for part in parts if part in withheld]
            if total not in withheld and hidden:
                others = sum(cells[part].people - (own[part].people if part in own else 0) for part in hidden)
                assert others >= MINIMUM, (employer, total)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_withheld_follows_from_what_is_shown(seed):
    cells, withheld = tables(seed), withheld_at(seed)[1]
    for total, parts in families(cells):
        hidden = [part for part in parts if part in withheld]
        if total not in withheld and hidden:
            assert len(hidden) >= 2, (total, parts)
            together = sum(cells[part].people for part in hidden)
            assert together >= MINIMUM, "what is missing together is a group as well"
            assert together > len(hidden), "one person in each"
    assert solvable(cells, withheld) == set()


@pytest.mark.parametrize("seed", SEEDS)
def test_no_employer_works_out_a_sensitive_cell_by_taking_out_its_own_people(seed):
    attack_by_employers(random_people(seed), tables(seed), *withheld_at(seed))


def employers_of(count: int):
    """Lists of people by employer: where it is and what it is, and then each of its people."""
    sectors = st.sampled_from([(sector, kind) for sector, kinds in KINDS.items() for kind in kinds])
    someone = st.tuples(
        st.sampled_from(RUNGS), st.integers(0, 3), st.integers(0, 2), st.sampled_from([0, 10]), st.sampled_from("12")
    )
    employer = st.tuples(st.sampled_from(["350201", "350202", "350203"]), sectors, st.lists(someone, max_size=12))
    return st.lists(employer, min_size=3, max_size=count)


def small_world(seed: int) -> list[Person]:
    """40 to 90 people of few employers, all crossed with all: cells overlap without lying within each other."""
    rng = random.Random(seed)
    districts, sectors = ["350203", "350206"][: rng.randint(1, 2)], ["community", "social"][: rng.randint(1, 2)]
    employers = [(rng.choice(districts), rng.choice(sectors), rng.randrange(2)) for _ in range(rng.choice([5, 8, 14]))]
    people = []
    for _ in range(rng.choice([40, 60, 90])):
        number = rng.randrange(len(employers))
        area, sector, kind = employers[number]
        rung = rng.choice(RUNGS[1:5])
        told = int(RUNG_LEVELS[rung]), rung, rng.choice([1, 2]), rng.choice([0, 3, 6]), rng.choice("12")
        people.append(Person(area, sector, KINDS[sector][kind], *told, number))
    return people


def crossed(people) -> dict[Cell, Counter]:
    """People by employer of each cross-group of all dimensions."""
    found = defaultdict(Counter)
    for each in people:
        found[Cell(*each[:-1])][each.employer] += 1
    return found


def combined_figures(people, shown, employer=None) -> list[tuple[int, set[int]]]:
    """People, and their employers, behind each row of the shown cells' equations once the employer's own are out."""
    held, rows = defaultdict(Counter), defaultdict(dict)
    for each in people:
        inside = [
            Cell(area, **{name: getattr(each, name) for name in pattern})
            for pattern, area in itertools.product(PATTERNS, (each.area, CITY))
        ]
        if each.employer != employer and (places := frozenset(cell for cell in inside if cell in shown)):
            held[places][each.employer] += 1
    for places in held:
        for cell in places:
            rows[cell][places] = Fraction(1)
    for row in reduced(sorted(rows.values(), key=len)):
        together = sum((held[places] for places in row), Counter())
        yield together.total(), set(together)


def exposed_by_combining(people, withheld) -> list:
    """Who, the public (None) or an employer, learns of how many people and employers too few."""
    shown = table_of(people).keys() - withheld
    return [
        (who, count, employers)
        for who in [None, *sorted({each.employer for each in people})]
        for count, employers in combined_figures(people, shown, who)
        if count < MINIMUM or len(employers | ({who} - {None})) < RULE.employers
    ]


@pytest.mark.parametrize("seed", WORLDS)
def test_no_combination_of_shown_cells_tells_of_too_few_people(seed):
    people = small_world(seed)
    cells = table_of(people)
    sensitive = withheld_of(cells)[0]
    withheld = sensitive | withheld_besides(cells, crossed(people), CITY, RULE)
    assert exposed_by_combining(people, withheld) == []
    attack_by_employers(people, cells, sensitive, withheld)


def test_complements_alone_would_leave_combinations_open():
    """The small worlds are worth attacking, and yet show something."""
    broken = [
        seed for seed in WORLDS if exposed_by_combining(small_world(seed), withheld_of(table_of(small_world(seed)))[1])
    ]
    assert len(broken) >= 3, broken


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(employers_of(12))
def test_no_table_that_can_be_thought_of_gives_anything_away(made):
    people = [
        Person(area, sector, kind, int(RUNG_LEVELS.get(rung, level)), rung, grade, years, sex, number)
        for number, (area, (sector, kind), staff) in enumerate(made)
        for rung, level, grade, years, sex in staff
    ]
    cells = table_of(people)
    attack_by_employers(people, cells, *withheld_of(cells))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_shown_satisfies_the_rule_itself(seed):
    cells = tables(seed)
    for cell in cells.keys() - withheld_at(seed)[1]:
        assert cells[cell].people - cells[cell].largest >= MINIMUM
        assert cells[cell].employers >= RULE.employers


def test_the_random_tables_are_worth_attacking():
    """Some show cells of every table, some withhold further ones, and primary suppression alone would be broken."""
    shown, complementary, broken = Counter(), 0, 0
    for seed in SEEDS:
        cells = tables(seed)
        sensitive, withheld = withheld_at(seed)
        shown.update(dimensions_of(cell) for cell in cells.keys() - withheld)
        complementary += len(withheld - sensitive)
        broken += bool(sensitive & solvable(cells, sensitive))
    assert min(shown[frozenset(pattern)] for pattern in PATTERNS) > 10, shown
    assert complementary > 1000
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
    people = [person(employer=key) for key, size in enumerate(employers) for _ in range(size)]
    (size,) = {each for each in table_of(people).values()}
    assert RULE.sensitive(size) is sensitive


def test_without_sensitive_cells_nothing_is_withheld():
    assert complement(table_of(apart([person()] * 6)), CITY, RULE) == set()


def rung(code: str, area="350203") -> Cell:
    return Cell(area, "social", level=int(RUNG_LEVELS.get(code, 0)), rung=code)


def test_one_sensitive_part_takes_the_next_smallest_with_it():
    people = [person(rung=code) for code, size in (("senior", 2), ("", 7), ("assistant_1", 9)) for _ in range(size)]
    withheld = complement(table_of(apart(people)), CITY, RULE)
    assert rung("") in withheld
    assert rung("assistant_1") not in withheld
    assert Cell("350203") not in withheld


def test_an_owner_of_one_gap_does_not_fill_the_other():
    """思明 lacks a cell that employer 1 has alone, 湖里 one of another: city less shown less own would tell it."""
    people = [person("350203", employer=1)] * 9
    people += [person("350206", employer=2 + each % 2) for each in range(4)]
    people += [person("350211", employer=10 + each) for each in range(20)]
    people += [person("350212", employer=40 + each) for each in range(30)]
    withheld = withheld_of(table_of(people))[1]
    assert rung("senior", "350211") in withheld, "with the two small ones alone, 1 would know 湖里's four"
    assert rung("senior", "350212") not in withheld


def test_a_total_with_a_single_part_is_withheld_with_it():
    """A district with one sector and one rung repeats its only group under many names."""
    cells = table_of(apart([person("350203")] * 3 + [person("350205")] * 7))
    shown = cells.keys() - withheld_of(cells)[1]
    assert {cell.area for cell in shown} <= {CITY}


def test_a_kind_alone_in_its_sector_in_one_district_does_not_tell_the_other_kind():
    """City: seven of C02, all in 思明; 思明's community less those would be the two of C03 there."""
    people = [person("350203", "community")] * 7 + [person("350203", "community")._replace(kind="C03")] * 2
    people += [person("350206", "community")._replace(kind="C03")] * 9
    cells = table_of(apart(people))
    withheld = withheld_of(cells)[1]
    assert {Cell("350203", "community"), Cell("3502", "community", "C02")} & withheld
    assert solvable(cells, withheld) == set()


def test_a_bridge_between_families_is_closed():
    """Each row and column lacks two cells, yet sums over several of them give one away: it must not stay so."""
    sizes = {("1", 0): 2, ("1", 1): 3, ("2", 0): 3, ("2", 1): 2, ("2", 2): 4, ("3", 2): 9, ("1", 2): 30}
    sizes |= {("3", 3): 2, ("4", 3): 3, ("3", 4): 3, ("4", 4): 2}
    sizes |= {("4", 2): 30, ("1", 3): 30, ("3", 0): 30}
    people = [person(f"35020{area}", years=band) for (area, band), size in sizes.items() for _ in range(size)]
    cells = table_of(apart(people))
    assert solvable(cells, withheld_of(cells)[1]) == set()
