"""Fields of a resource: what a client reads under which name, and how a value in an address becomes one to filter by.

Types are those of JSON Schema; money and other exact decimals travel as strings («5250.00»), days as `2026-11-29`,
moments with their offset.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.db.models import CharField, Choices, Value
from django.db.models.functions import Concat, Left, Now, TruncDate
from django.utils import timezone

TODAY = TruncDate(Now())  # of each statement, in the portal's time zone: an expression outlives the day it is made on
WHOLE = 9_223_372_036_854_775_807  # bigint
LONGEST = 200  # characters of a value in an address
SEVERAL = 100  # values of one filter
# Parameters that every address, and every list, takes besides its filters.
COMMON = ("fields", "purpose")
OF_LISTS = ("limit", "cursor", "order", "changed_since")


class Type(StrEnum):
    """JSON types; the first word of a schema's type, the rest its format."""

    TEXT = "string"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DECIMAL = "string:decimal"
    DAY = "string:date"
    MOMENT = "string:date-time"
    TEXTS = "array:string"
    INTEGERS = "array:integer"
    OBJECTS = "array:object"
    ANY = "any"


# What may follow a field's name in an address, and the Django lookup behind it.
LOOKUPS = {"": "exact", "_gte": "gte", "_lte": "lte", "_in": "in", "_prefix": "startswith"}
SAID = {"": "等于", "_gte": "不小于", "_lte": "不大于", "_in": "在其中（逗号分隔）", "_prefix": "开头为"}


@dataclass(frozen=True)
class Field:
    """One field.

    path: an ORM path or expression over the model; text: what it means, in Chinese; choices: the codes it may hold;
    null: whether it may be empty; filters: the endings of LOOKUPS it may be filtered with; order: whether a list may
    be ordered by it (never null, with an index); needs: a further OAuth scope without which `instead` is shown in its
    place; capability: likewise what the role needs, any one of several;
    asked: it is only shown when named in `fields`, together with `purpose`, and every look is written down;
    shown: what the stored value is called outside, read: the way back, for filters (ValueError in Chinese): the value,
    or a list of all those called so.
    """

    name: str
    path: Any
    type: Type
    text: str
    choices: type[Choices] | Sequence[str] | None = None
    null: bool = False
    filters: tuple[str, ...] = ()
    order: bool = False
    needs: str = ""
    capability: tuple[str, ...] = ()
    instead: Any = None
    asked: bool = False
    example: Any = None
    shown: Callable[[Any], Any] | None = None
    read: Callable[[Any], Any] | None = None

    @property
    def codes(self) -> list[Any]:
        """The values it may hold, [] where it is free."""
        if self.choices is None:
            return []
        return list(self.choices.values) if isinstance(self.choices, type) else list(self.choices)

    @property
    def said(self) -> str:
        """Its meaning with what each code stands for."""
        if not isinstance(self.choices, type):
            return self.text
        return f"{self.text}：" + "、".join(f"`{value}` {label}" for value, label in self.choices.choices)

    def value(self, text: str, lookup: str) -> Any:
        """What a value written in an address means. Raises ValueError with a Chinese sentence."""
        if lookup == "_in":
            if text.count(",") >= SEVERAL:
                raise ValueError(f"最多 {SEVERAL} 个值")
            return [self.value(each, "") for each in text.split(",")]
        if len(text) > LONGEST:
            raise ValueError(f"太长，最多 {LONGEST} 个字符")
        if lookup == "_prefix" and not text:
            raise ValueError("不能为空")
        return text if lookup == "_prefix" else self._one(text)

    def _one(self, text: str) -> Any:
        value = _READ.get(self.type, _text)(text.strip())
        if self.codes and value not in self.codes:
            raise ValueError("应是 " + "、".join(map(str, self.codes)) + " 之一")
        return self.read(value) if self.read is not None else value


def masked(name: Any) -> Concat:
    """A name of which only the surname is left, «王＊＊»; `name` is a path or an expression."""
    return Concat(Left(name, 1), Value("＊＊"), output_field=CharField())


def _text(text: str) -> str:
    return text


def _integer(text: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 21 and -WHOLE - 1 <= int(text) <= WHOLE):
        raise ValueError("应是整数")
    return int(text)


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("应是 true 或 false")
    return text == "true"


def _day(text: str) -> date:
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("日期应写成 2026-11-29") from None


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        return found if timezone.is_aware(found) else timezone.make_aware(found)
    except (ValueError, OverflowError):
        raise ValueError("时间应写成 2026-11-29T08:00:00+08:00") from None


def _decimal(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise ValueError("应是数字") from None
    if not found.is_finite() or abs(found) >= Decimal(10) ** 15:
        raise ValueError("应是数字")
    return found


_READ: dict[Type, Callable[[str], Any]] = {
    Type.INTEGER: _integer,
    Type.BOOLEAN: _boolean,
    Type.DAY: _day,
    Type.MOMENT: _moment,
    Type.DECIMAL: _decimal,
}
