"""The ranking by hand: weights, trimming, ties by each rule, the lot."""

from __future__ import annotations

import hashlib
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awards.ranking import Entry, ranking, sheet_total


def entry(number: int, *totals: str, first: str = "80", certificate: int = 1, seniority: str = "5") -> Entry:
    return Entry(number, tuple((D(total), D(first)) for total in totals), certificate, D(seniority))


def placed(*entries: Entry, trim: bool = True, tie: str = "criterion", seed: str = "x"):
    return [(each.nomination, each.rank, each.score) for each in ranking(entries, trim=trim, tie=tie, seed=seed)]


def test_a_sheet_is_the_weighted_mean_of_its_points():
    # 90 × 50 % + 81.5 × 30 % + 70.25 × 20 % = 45 + 24.45 + 14.05 = 83.50
    points = {1: D(90), 2: D("81.5"), 3: D("70.25")}
    assert sheet_total(points, {1: 50, 2: 30, 3: 20}) == D("83.50")
    # 33.335 is rounded half up: 66.67 × 50 % = 33.335 → 33.34
    assert sheet_total({1: D("66.67"), 2: D(0)}, {1: 50, 2: 50}) == D("33.34")


def test_one_highest_and_one_lowest_are_left_out():
    # 60 and 100 go: (90 + 80 + 85) / 3 = 85.0000; without trimming (60 + 100 + 255) / 5 = 83.0000.
    sheets = ("90", "60", "100", "80", "85")
    assert placed(entry(1, *sheets)) == [(1, 1, D("85.0000"))]
    assert placed(entry(1, *sheets), trim=False) == [(1, 1, D("83.0000"))]
    # Two sheets are too few to trim; (80 + 81) / 2 = 80.5
    assert placed(entry(1, "80", "81")) == [(1, 1, D("80.5000"))]
    # 80 + 80 + 81 = 241 / 3 = 80.33333…
    assert placed(entry(1, "80", "80", "81", "10", "99")) == [(1, 1, D("80.3333"))]


@pytest.mark.parametrize(
    ("tie", "first"),
    [("criterion", 2), ("certificate", 1), ("seniority", 3)],
)
def test_equal_scores_are_told_apart_by_the_declared_rule(tie, first):
    three = (
        entry(1, "80", first="70", certificate=3, seniority="5"),
        entry(2, "80", first="90", certificate=1, seniority="6"),
        entry(3, "80", first="80", certificate=2, seniority="9"),
    )
    found = ranking(three, trim=True, tie=tie, seed="x")
    assert found[0].nomination == first
    assert {each.rank for each in found} == {1, 2, 3}
    assert all(each.told_by and not each.lot for each in found)


def test_what_the_rule_leaves_equal_the_published_seed_decides():
    drawn = sorted((1, 2), key=lambda number: hashlib.sha256(f"seed:{number}".encode()).hexdigest())
    found = ranking((entry(1, "80"), entry(2, "80")), trim=True, tie="criterion", seed="seed")
    assert [each.nomination for each in found] == drawn
    assert all(each.told_by == "按公布的种子抽签" and len(each.lot) == 64 for each in found)


@given(st.permutations(range(8)), st.booleans(), st.sampled_from(["criterion", "certificate", "seniority", "lot"]))
def test_the_order_of_the_input_changes_nothing(order, trim, tie):
    entries = [
        entry(n, *(str(60 + (n * 7 + k * 5) % 30) for k in range(5)), first=str(70 + n % 3), certificate=n % 3)
        for n in range(8)
    ]
    asked = ranking(entries, trim=trim, tie=tie, seed="s")
    again = ranking([entries[place] for place in order], trim=trim, tie=tie, seed="s")
    assert asked == again
    assert [each.rank for each in asked] == list(range(1, 9))
    assert [each.score for each in asked] == sorted((each.score for each in asked), reverse=True)
