"""Columns of import files. A django-import-export resource made of them is the one definition of a file's shape:
the template, the checks, the mended report and exports all read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from import_export.fields import Field
from import_export.resources import Resource


class Sort(StrEnum):
    """What a column's cells are. Codes stay text whatever Excel made of them."""

    TEXT = "text"
    CODE = "code"
    DATE = "date"
    MONTH = "month"
    MONEY = "money"
    NUMBER = "number"
    CHOICE = "choice"
    MANY = "many"
    FLAG = "flag"
    IDENTITY = "identity"
    PHONE = "phone"


SQL_TYPES = {
    Sort.TEXT: "text",
    Sort.CODE: "text",
    Sort.DATE: "date",
    Sort.MONTH: "date",
    Sort.MONEY: "numeric",
    Sort.NUMBER: "numeric",
    Sort.MANY: "smallint[]",
    Sort.FLAG: "boolean",
}
# Personal data never stands in the staging table in the clear: a hash to find, a mask to show, sealed bytes to store.
DERIVED = {
    Sort.IDENTITY: {"hash": "text", "mask": "text", "sealed": "text", "sex": "text", "birth": "date"},
    Sort.PHONE: {"hash": "text", "mask": "text", "sealed": "text"},
}


class Column(Field):
    """One column. `lengths`: allowed lengths of a code; `least`/`most`: bounds of a number, both allowed.

    `choices` maps stored values to labels; cells may hold the label, the value, or «value label».
    `coded`: the drop-down shows «value label»; `pinyin`: staging also holds the sort key as `<name>_pinyin`.
    `attribute` is where an export finds the value, as django-import-export spells it.
    """

    def __init__(
        self,
        header: str,
        sort: Sort = Sort.TEXT,
        *,
        attribute: str | None = None,
        required: bool = False,
        choices: Mapping[Any, str] | None = None,
        help: str = "",
        example: str = "",
        max_length: int = 200,
        lengths: tuple[int, ...] = (),
        least: Decimal | int | None = None,
        most: Decimal | int | None = None,
        coded: bool = False,
        pinyin: bool = False,
    ) -> None:
        super().__init__(attribute=attribute, column_name=header)
        self.header, self.sort, self.required, self.help, self.example = header, sort, required, help, example
        self.choices = dict(choices or {})
        self.max_length, self.lengths, self.least, self.most, self.coded = max_length, lengths, least, most, coded
        self.pinyin = pinyin
        self.name = ""

    @property
    def sensitive(self) -> bool:
        """Personal data: sealed in staging, masked on screen."""
        return self.sort in DERIVED

    @property
    def labels(self) -> list[str]:
        """What the drop-down offers."""
        if self.sort == Sort.FLAG:
            return ["是", "否"]
        return [f"{value} {label}" if self.coded else label for value, label in self.choices.items()]

    def sql_columns(self) -> dict[str, str]:
        """Columns of the typed staging relation: name → SQL type."""
        if self.sensitive:
            return {f"{self.name}_{part}": kind for part, kind in DERIVED[self.sort].items()}
        if self.sort == Sort.CHOICE:
            numeric = all(isinstance(value, int) for value in self.choices)
            return {self.name: "smallint" if numeric else "text"}
        sorting = {f"{self.name}_pinyin": "text"} if self.pinyin else {}
        return {self.name: SQL_TYPES[self.sort], **sorting}

    @property
    def shown_sql(self) -> str:
        """SQL over `i` for the value as a report may show it."""
        return f"i.{self.name}_mask" if self.sensitive else f"i.{self.name}::text"

    def export(self, instance: Any, **kwargs: Any) -> str:
        """The cell of an exported row, as text that an import reads back."""
        value = self.get_value(instance)
        return "" if value is None else self.written(value)

    def written(self, value: Any) -> str:
        if self.sort == Sort.FLAG:
            return "是" if value else "否"
        if self.sort == Sort.MANY:
            return "，".join(self.choices[each] for each in value)
        if self.sort == Sort.CHOICE:
            return self.choices.get(value, str(value))
        if isinstance(value, date):
            return f"{value:%Y-%m}" if self.sort == Sort.MONTH else f"{value:%Y-%m-%d}"
        return str(value)


class ImportResource(Resource):
    """Base of the resources that define a file's columns; declare `Column`s as class attributes."""

    @classmethod
    def columns(cls) -> list[Column]:
        """Its columns in the order of the template."""
        for name, column in cls.fields.items():
            column.name = name
        return list(cls.fields.values())
