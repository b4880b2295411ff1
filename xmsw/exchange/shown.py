"""What a report shows of a batch in words: how it stands, and of whom or what its rows speak."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from xmsw.exchange.columns import Column, Sort
from xmsw.exchange.models import Batch

if TYPE_CHECKING:
    from xmsw.accounts.models import User

Finder = Callable[["User", Collection[str]], Mapping[str, str]]
TELLING = (Sort.TEXT, Sort.CODE, Sort.IDENTITY, Sort.MONTH)
COUNTED = (Batch.State.CHECKED, Batch.State.MERGING, Batch.State.MERGED)  # states in which the counts are true

_finders: dict[str, Finder] = {}


def name_codes(column: str, find: Finder) -> None:
    """Let reports write a name beside the codes of `column`; `find` gives code → name, of what the account sees."""
    _finders[column] = find


def standing(batch: Batch) -> str:
    """How it stands, in words; a file that cannot be written is not said to wait for a yes."""
    if batch.state == Batch.State.CHECKED and batch.errors:
        return f"有 {batch.errors} 行错误，改好后才能写入"
    if batch.state == Batch.State.CHECKED and not batch.mergeable:
        return "已核对，没有要写入的"
    return batch.get_state_display()


def about(batch: Batch, user: User, rows: Iterable[int]) -> dict[int, list[str]]:
    """Row number → the cells that say of whom or what it speaks: name, masked identity, codes, month.

    Reads staged values only, which hold masks; empty for rows that are no longer staged.
    """
    columns = [each for each in batch.import_kind.columns if _tells(each)]
    staged = dict(batch.rows.filter(row__in=set(rows)).values_list("row", "values"))
    names: dict[str, Mapping[str, str]] = {}
    for column in columns:
        find = _finders.get(column.name)
        codes = {values[column.name] for values in staged.values() if values.get(column.name)}
        names[column.name] = find(user, codes) if find and codes else {}
    return {row: [text for each in columns if (text := _cell(each, values, names))] for row, values in staged.items()}


def _tells(column: Column) -> bool:
    return column.sort in TELLING and (column.required or column.name == "name")


def _cell(column: Column, values: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]) -> str:
    """A month is staged as its first day; a code goes with its name where the account may see it."""
    if column.sensitive:
        return values.get(f"{column.name}_mask") or ""
    value = values.get(column.name) or ""
    if column.sort == Sort.MONTH:
        return value[:7]
    name = names[column.name].get(value)
    return f"{name}（{value}）" if name else value
