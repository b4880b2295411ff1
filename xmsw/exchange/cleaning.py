"""From cells to values, column by column; what cannot be read becomes a problem with a way to mend it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, NamedTuple

from xmsw.audit.sealed import lookup_hash, masked, seal
from xmsw.exchange.cells import compact, day_of, lost_digits, month_of, text_of
from xmsw.exchange.columns import Column, Sort
from xmsw.identifiers import birth_date_of, identity_problem, sex_of
from xmsw.pinyin import sort_key

MEMO_SIZE = 50_000  # distinct cells remembered a column
MEMO_LENGTH = 200  # characters of a cell that is worth remembering
_FLOAT_DUST = Decimal("0.0000001")
_SEPARATORS = re.compile(r"[，,;；|/\n]")
EXCEL_ZERO = "Excel 可能把开头的 0 去掉了（把 09 变成了 9）"


class Fault(NamedTuple):
    """What is wrong with a cell and how to mend it; `level` is error or warning."""

    message: str
    mend: str
    level: str = "error"


class Cleaned(NamedTuple):
    """`values` go to staging under their names; `fault` is None when the cell is right."""

    values: dict[str, Any]
    fault: Fault | None = None


Cleaner = Callable[[str, Any], Cleaned]


def _text(column: Column, text: str, cell: Any) -> Cleaned:
    if len(text) > column.max_length:
        return Cleaned(
            {}, Fault(f"「{column.header}」最多 {column.max_length} 个字，这里有 {len(text)} 个", "缩短后重填")
        )
    return Cleaned(
        {column.name: text, f"{column.name}_pinyin": sort_key(text)} if column.pinyin else {column.name: text}
    )


def _code(column: Column, text: str, cell: Any) -> Cleaned:
    code = compact(text).upper()
    if lost_digits(cell):
        return Cleaned({}, _long_number(column))
    if column.lengths and len(code) not in column.lengths:
        lengths = "、".join(map(str, column.lengths))
        mend = "把这一列设为文本格式，照原件重填"
        hint = f"；{EXCEL_ZERO}" if code.isdigit() else ""
        return Cleaned({}, Fault(f"「{column.header}」应为 {lengths} 位，这里是 {len(code)} 位{hint}", mend))
    if len(code) > column.max_length:
        return Cleaned({}, Fault(f"「{column.header}」最多 {column.max_length} 位", "核对后重填"))
    values = {column.name: code}
    if isinstance(cell, (int, float)) and not column.lengths and len(code) < 3:
        return Cleaned(
            values, Fault(f"这个编号被当成数字存放，{EXCEL_ZERO}", "如果原编号以 0 开头，改成文本后重填", "warning")
        )
    return Cleaned(values)


def _long_number(column: Column) -> Fault:
    return Fault(f"Excel 把「{column.header}」当成了数字，15 位以后的数字已经丢失", "把这一列设为文本格式，照原件重填")


def _day(column: Column, text: str, cell: Any) -> Cleaned:
    day = day_of(text)
    if day is None or not date(1900, 1, 1) <= day <= date(2199, 12, 31):
        return Cleaned({}, Fault("看不懂这个日期，或这一天不存在", "写成 2024-01-05 这样"))
    return Cleaned({column.name: day.isoformat()})


def _month(column: Column, text: str, cell: Any) -> Cleaned:
    month = month_of(text)
    if month is None:
        return Cleaned({}, Fault("看不懂这个月份", "写成 2024-01 这样"))
    return Cleaned({column.name: month.isoformat()})


def _number(column: Column, text: str, cell: Any, places: int = 6) -> Cleaned:
    plain = compact(text).replace(",", "").removeprefix("¥").removesuffix("元")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        return Cleaned({}, Fault("这里应填数字", "只填数字，不写单位"))
    rounded = round(number, places)
    if isinstance(cell, float) and abs(number - rounded) < _FLOAT_DUST:
        number = rounded  # binary cells hold 6000.1 as 6000.100000000000364
    if number != rounded:
        return Cleaned({}, Fault(f"最多 {places} 位小数", "核对后重填"))
    if (column.least is not None and number < column.least) or (column.most is not None and number > column.most):
        bounds = f"应在 {column.least} 到 {column.most} 之间" if column.most is not None else f"不能小于 {column.least}"
        return Cleaned({}, Fault(f"「{column.header}」{bounds}", "核对后重填"))
    return Cleaned({column.name: str(number)})


def _wanted(column: Column) -> dict[str, Any]:
    """Every accepted spelling of each choice."""
    wanted: dict[str, Any] = {}
    for value, label in column.choices.items():
        for spelling in (str(value), label, f"{value}{label}", f"{value}.{label}", f"{value}、{label}"):
            wanted[compact(spelling).upper()] = value
    return wanted


def _choice(column: Column, wanted: dict[str, Any], text: str, cell: Any) -> Cleaned:
    found = wanted.get(compact(text).upper())
    if found is None:
        return Cleaned({}, Fault(f"「{column.header}」没有这个选项", f"从中选一个：{'、'.join(column.labels[:12])}"))
    return Cleaned({column.name: found})


def _many(column: Column, wanted: dict[str, Any], text: str, cell: Any) -> Cleaned:
    found: list[Any] = []
    for part in filter(None, (compact(each).upper() for each in _SEPARATORS.split(text))):
        # Labels themselves may hold 、, so it separates only what is no label as a whole.
        found.extend([wanted[part]] if part in wanted else [wanted.get(each) for each in part.split("、") if each])
    if None in found:
        return Cleaned(
            {}, Fault(f"「{column.header}」里有不认识的选项", f"用逗号隔开，从中选：{'、'.join(column.labels)}")
        )
    return Cleaned({column.name: sorted(set(found))})


def _flag(column: Column, text: str, cell: Any) -> Cleaned:
    flags = {"是": True, "否": False, "1": True, "0": False, "Y": True, "N": False, "有": True, "无": False, "√": True}
    flag = flags.get(compact(text).upper())
    if flag is None:
        return Cleaned({}, Fault("这里填「是」或「否」", "从下拉里选"))
    return Cleaned({column.name: flag})


def _sealed(column: Column, value: str, mask: str) -> dict[str, str]:
    sealed = base64.b64encode(seal(value)).decode()
    return {f"{column.name}_hash": lookup_hash(value), f"{column.name}_mask": mask, f"{column.name}_sealed": sealed}


def _identity(column: Column, today: date, text: str, cell: Any) -> Cleaned:
    number = compact(text).upper()
    if lost_digits(cell):
        return Cleaned({}, _long_number(column))
    problem = identity_problem(number, today)
    if problem:
        return Cleaned({}, Fault(problem, "照身份证重填"))
    own = {f"{column.name}_sex": sex_of(number), f"{column.name}_birth": birth_date_of(number).isoformat()}
    return Cleaned(_sealed(column, number, masked(number)) | own)


def _phone(column: Column, text: str, cell: Any) -> Cleaned:
    number = compact(text).replace("-", "")
    if not (number.isascii() and number.removeprefix("+").isdigit() and 7 <= len(number) <= 15):
        return Cleaned({}, Fault("电话号码应为 7–15 位数字", "核对后重填"))
    return Cleaned(_sealed(column, number, masked(number, 3, 4)))


def cleaner_of(column: Column, today: date) -> Cleaner:
    """The function that reads a non-empty cell of the column."""
    if column.sort in (Sort.CHOICE, Sort.MANY):
        return partial(_choice if column.sort == Sort.CHOICE else _many, column, _wanted(column))
    if column.sort == Sort.IDENTITY:
        return partial(_identity, column, today)
    if column.sort == Sort.MONEY:
        return partial(_number, column, places=2)
    plain = {Sort.TEXT: _text, Sort.CODE: _code, Sort.DATE: _day, Sort.MONTH: _month, Sort.NUMBER: _number}
    return partial({**plain, Sort.FLAG: _flag, Sort.PHONE: _phone}[column.sort], column)


@dataclass
class RowCleaner:
    """Reads whole rows. `positions` says at which index of a row each column stands (None where the file lacks it)."""

    columns: Sequence[Column]
    today: date
    memo: dict[str, dict[Any, Cleaned]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._cleaners = [(column, cleaner_of(column, self.today)) for column in self.columns]
        self.memo = {column.name: {} for column in self.columns if not column.sensitive}

    def read(self, cells: Sequence[Any]) -> tuple[list[str], dict[str, Any], list[tuple[Column, str, Fault]]]:
        """Cells in column order → (texts as read, values for staging, problems as (column, shown value, fault))."""
        texts: list[str] = []
        values: dict[str, Any] = {}
        faults: list[tuple[Column, str, Fault]] = []
        for (column, cleaner), cell in zip(self._cleaners, cells, strict=True):
            text = text_of(cell)
            texts.append(text)
            if not text:
                if column.required:
                    faults.append((column, "", Fault(f"「{column.header}」不能空着", "补填这一格")))
                continue
            made = self._cleaned(column, cleaner, text, cell)
            values.update(made.values)
            if made.fault:
                faults.append((column, masked(text, 3, 2) if column.sensitive else text, made.fault))
        return texts, values, faults

    def _cleaned(self, column: Column, cleaner: Cleaner, text: str, cell: Any) -> Cleaned:
        memo = self.memo.get(column.name)
        if memo is None:
            return cleaner(text, cell)
        key = (text, isinstance(cell, (int, float)))
        made = memo.get(key)
        if made is None:
            made = cleaner(text, cell)
            if len(memo) < MEMO_SIZE and len(text) <= MEMO_LENGTH:
                memo[key] = made
        return made
