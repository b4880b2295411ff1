"""Check digits against an independent implementation, and the traps of both."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from xmsw.identifiers import (
    credit_code_check_digit,
    credit_code_problem,
    identity_check_digit,
    identity_problem,
    sex_of,
)

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
TODAY = date(2026, 1, 1)


@given(st.text(alphabet="0123456789", min_size=17, max_size=17))
def test_identity_check_digits_agree_with_the_standard(first17):
    assert identity_check_digit(first17) == ric.calc_check_digit(first17 + "0")


@given(st.text(alphabet=ALPHABET, min_size=17, max_size=17))
def test_credit_code_check_digits_agree_with_the_standard(first17):
    assert credit_code_check_digit(first17) == uscc.calc_check_digit(first17 + "0")


def test_a_credit_code_whose_sum_is_a_multiple_of_31_ends_in_zero():
    codes = (f"91350200MA{number:07d}" for number in range(200))
    assert any(credit_code_check_digit(code) == "0" for code in codes)
    assert credit_code_problem("91110108551385082Q") is None


@pytest.mark.parametrize(
    ("code", "says"),
    [("9111010855138508", "18 位"), ("91110108551385082I", "「I」"), ("91110108551385083Q", "校验位")],
)
def test_wrong_credit_codes_say_why(code, says):
    assert says in credit_code_problem(code)


@pytest.mark.parametrize(
    ("first17", "says"),
    [
        ("35020319900230001", "不存在"),
        ("35020320990101001", "不合理"),
        ("35020319800101001", None),
        ("83000019800101001", None),
    ],
    ids=["30 February", "in the future", "思明 before its code existed elsewhere", "residence permit of Taiwan"],
)
def test_birth_dates_inside_identity_numbers(first17, says):
    problem = identity_problem(first17 + identity_check_digit(first17), TODAY)
    assert problem is None if says is None else says in problem


def test_a_mistyped_digit_is_noticed():
    good = "35020319900101001" + identity_check_digit("35020319900101001")
    wrong = good[:5] + str((int(good[5]) + 1) % 10) + good[6:]
    assert identity_problem(good, TODAY) is None
    assert "校验位" in identity_problem(wrong, TODAY)
    assert sex_of(good) == "1"
