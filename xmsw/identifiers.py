"""National identifiers and code lists: GB 11643 identity numbers, GB 32100 credit codes, GB/T 2261, 4658, 6864."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUES = {character: value for value, character in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))


class Sex(models.TextChoices):
    """GB/T 2261.1."""

    UNKNOWN = "0", "未知"
    MALE = "1", "男"
    FEMALE = "2", "女"
    UNSTATED = "9", "未说明"


class Education(models.IntegerChoices):
    """GB/T 4658, first level; a smaller code is a higher education."""

    POSTGRADUATE = 10, "研究生"
    BACHELOR = 20, "大学本科"
    COLLEGE = 30, "大学专科"
    VOCATIONAL = 40, "中等职业教育"
    HIGH_SCHOOL = 60, "普通高级中学"
    MIDDLE_SCHOOL = 70, "初级中学"
    PRIMARY = 80, "小学"
    OTHER = 90, "其他"


class Degree(models.IntegerChoices):
    """GB/T 6864, first level."""

    NONE = 0, "无"
    DOCTOR = 2, "博士"
    MASTER = 3, "硕士"
    BACHELOR = 4, "学士"


def identity_problem(number: str, today: date) -> str | None:
    """Why an 18-character identity number (upper case X) cannot be right, in Chinese; None when it can."""
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return "身份证号应为 18 位，前 17 位是数字"
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, number[:17], strict=True))
    if _ID_CHECKS[total % 11] != number[17]:
        return "身份证号校验位不符，请核对每一位"
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "身份证号中的出生日期不存在"
    if born > today or born.year < 1900:
        return "身份证号中的出生日期不合理"
    return None


def like_an_identity(text: str) -> bool:
    """Whether somebody may have meant an identity number, mistyped or not: 18 places with a date of birth inside."""
    number = "".join(text.split())
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit() and number[17] in "0123456789xX"):
        return False
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14])).year >= 1900
    except ValueError:
        return False


def identity_check_digit(first17: str) -> str:
    """The 18th character of an identity number (ISO 7064 MOD 11-2)."""
    return _ID_CHECKS[sum(w * int(d) for w, d in zip(_ID_WEIGHTS, first17, strict=True)) % 11]


def birth_date_of(number: str) -> date:
    """Birth date inside a valid identity number."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def sex_of(number: str) -> str:
    """GB/T 2261.1 code: odd sequence numbers are men."""
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


def credit_code_check_digit(first17: str) -> str:
    """The 18th character: (31 − Σ) mod 31, so that Σ ≡ 0 gives 0 and not 31."""
    total = sum(w * _USCC_VALUES[c] for w, c in zip(_USCC_WEIGHTS, first17, strict=True))
    return _USCC_ALPHABET[(31 - total) % 31]


def credit_code_problem(code: str) -> str | None:
    """Why an 18-character unified social credit code cannot be right, in Chinese; None when it can."""
    if len(code) != 18:
        return "统一社会信用代码应为 18 位"
    wrong = [character for character in code if character not in _USCC_VALUES]
    if wrong:
        return f"统一社会信用代码含有不允许的字符「{wrong[0]}」（不用 I、O、S、V、Z）"
    if credit_code_check_digit(code[:17]) != code[17]:
        return "统一社会信用代码校验位不符，请核对每一位"
    return None


def validate_credit_code(code: str) -> None:
    """Django validator around `credit_code_problem`."""
    problem = credit_code_problem(code)
    if problem:
        raise ValidationError(problem + "。")
