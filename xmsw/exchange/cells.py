"""What a cell says: Excel's numbers, serial dates, full-width characters and stray blanks."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Any

_ODD = re.compile("[\x00-\x1f\x7f\u00a0\u200b-\u200f\u3000\ufeff\uff01-\uff5e]")
_BLANKS = re.compile(r"\s+")
_TABLE = {
    **{code: None for code in (*range(9), 11, 12, *range(14, 32), 127, *range(0x200B, 0x2010), 0xFEFF)},
    **{code: " " for code in (9, 10, 13, 0xA0, 0x3000)},
    # Full-width digits and letters; full-width punctuation is proper Chinese and stays.
    **{code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))},
}
_EPOCH = date(1899, 12, 30)
_SERIALS = range(18_264, 109_575)  # 1950-01-01 to 2199-12-31
_DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0{1,2}:00(?::00)?(?:\.0+)?)?$")
_MONTH = re.compile(r"^(\d{4})[-/.年](\d{1,2})月?$")


def text_of(cell: Any) -> str:
    """A cell as text: whole numbers without «.0», dates as 2024-01-05, no stray blanks or control characters."""
    if isinstance(cell, str):
        return cell.translate(_TABLE).strip() if _ODD.search(cell) else cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def compact(text: str) -> str:
    """For codes, numbers and dates: half-width throughout, no blanks inside."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _BLANKS.sub("", text) if " " in text else text


def lost_digits(cell: Any) -> bool:
    """A number too long for Excel, which keeps 15 digits and turns the rest into 0."""
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= 1e15


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def day_of(text: str) -> date | None:
    """2024-01-05, 2024/1/5, 2024.1.5, 2024年1月5日, 20240105 or the serial 45296; None when it is no date."""
    normal = unicodedata.normalize("NFKC", text).strip()
    match = _DAY.match(normal.replace(" ", "") if "年" in normal else normal)
    if match:
        return _date(*match.groups())
    digits = normal.removesuffix(".0")
    if not (digits.isascii() and digits.isdigit()):
        return None
    if len(digits) == 8:
        return _date(digits[:4], digits[4:6], digits[6:])
    return _EPOCH + timedelta(days=int(digits)) if len(digits) < 7 and int(digits) in _SERIALS else None


def month_of(text: str) -> date | None:
    """2024-01, 2024年1月, 202401 or any date, as the first of its month; None when it is none."""
    normal = compact(text)
    match = _MONTH.match(normal)
    if match:
        return _date(match[1], match[2], "1")
    if len(normal) == 6 and normal.isascii() and normal.isdigit() and "195001" <= normal <= "219912":
        return _date(normal[:4], normal[4:], "1")
    day = day_of(text)
    return day and day.replace(day=1)
