"""Opens an uploaded file and gives its header and rows; refuses with one sentence what cannot be an import."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from xmsw.exchange.cells import text_of
from xmsw.exchange.guard import rows_of
from xmsw.exchange.kinds import ImportKind, kinds
from xmsw.exchange.refusals import Refused

_MARKS = re.compile(r"[\s*＊:：]|（必填）|\(必填\)")
SHOWN_HEADER = 20  # characters
EXAMPLE_ONLY = "文件里没有数据，只有列名和第 2 行的示例；示例不会导入。请把示例改成真实内容，或从第 3 行起填写。"
OTHER_FORMATS = {
    ".xlsm": "这是带宏的工作簿（.xlsm），系统不接受。请另存为不含宏的 .xlsx 再上传。",
    ".xls": "这是旧格式的工作簿（.xls）。请在 Excel 里另存为 .xlsx 再上传。",
    ".et": "这是 WPS 表格格式（.et）。请另存为 .xlsx 再上传。",
}


@dataclass
class Sheet:
    """An open file: `positions` is the index in a row of each column of the kind, None where the file lacks it;
    `unknown` are the other headers. Its rows come once.
    """

    positions: list[int | None]
    unknown: list[str]
    kind: ImportKind
    lines: Iterator[list[Any]]
    had_example: bool = False

    def rows(self) -> Iterator[tuple[int, list[Any]]]:
        """(row number as the spreadsheet shows it, cells in the order of the kind's columns), without empty rows."""
        example = [column.example for column in self.kind.columns]
        for number, row in enumerate(self.lines, start=2):
            picked = [row[at] if at is not None and at < len(row) else None for at in self.positions]
            if not any(cell not in (None, "") for cell in picked):
                continue
            if number == 2 and [text_of(cell) for cell in picked] == example:
                self.had_example = True
                continue
            yield number, picked


@contextmanager
def read_sheet(path: Path, name: str, kind: ImportKind) -> Iterator[Sheet]:
    """The first sheet of a workbook, or a CSV file, as rows of `kind`; opening and reading it raise `Refused`."""
    suffix = Path(name).suffix.lower()
    if suffix in OTHER_FORMATS:
        raise Refused(OTHER_FORMATS[suffix])
    size = path.stat().st_size
    if size == 0:
        raise Refused("文件是空的。请先下载模板，填好后再上传。")
    if size > settings.IMPORT_MAX_BYTES:
        raise Refused(f"文件超过 {settings.IMPORT_MAX_BYTES // 1_048_576} MB，请拆成几个文件分别上传。")
    if suffix not in (".xlsx", ".csv"):
        raise Refused("只能上传 .xlsx 或 .csv 文件。请用下载的模板填写。")
    with rows_of(path, suffix.removeprefix(".")) as lines:
        yield _shaped(lines, kind)


def count_rows(path: Path, name: str, kind: ImportKind) -> tuple[int, list[str]]:
    """(rows, headers that the kind does not know) of a file; raises `Refused` for what cannot be an import."""
    with read_sheet(path, name, kind) as sheet:
        total = sum(1 for _ in sheet.rows())
        if not total:
            raise Refused(EXAMPLE_ONLY if sheet.had_example else "文件里只有列名，没有数据。请从第 2 行起填写。")
        return total, sheet.unknown


def header_name(cell: Any) -> str:
    """A header without blanks, stars and «必填»."""
    return _MARKS.sub("", text_of(cell))


def shortened(header: str) -> str:
    """A header as a sentence can hold it."""
    return header if len(header) <= SHOWN_HEADER else header[: SHOWN_HEADER - 1] + "…"


def _shaped(lines: Iterator[list[Any]], kind: ImportKind) -> Sheet:
    """Match the header with the kind's columns, or refuse."""
    headers = [header_name(cell) for cell in next(lines, [])]
    if not any(headers):
        raise Refused("第一行没有列名。请用下载的模板，第一行保留列名。")
    places: dict[str, int] = {}
    for at, header in enumerate(headers):
        if header and header in places:
            raise Refused(f"列名「{shortened(header)}」出现了两次，请删去一列再上传。")
        places[header] = at
    wanted = [header_name(column.header) for column in kind.columns]
    _refuse_missing(kind, places)
    unknown = [header for header in headers if header and header not in wanted]
    return Sheet([places.get(header) for header in wanted], unknown, kind, lines)


def _missing(kind: ImportKind, present: Iterable[str]) -> list[str]:
    return [c.header for c in kind.columns if c.required and header_name(c.header) not in present]


def _refuse_missing(kind: ImportKind, places: dict[str, int]) -> None:
    missing = _missing(kind, places)
    if not missing:
        return
    for other in kinds():
        if other is not kind and not _missing(other, places):
            raise Refused(f"这像是「{other.label}」的文件，你选的是「{kind.label}」。请换一个类别，或换一个文件。")
    have = "、".join([shortened(header) for header in places if header][:12])
    raise Refused(f"缺少必填的列：{'、'.join(missing)}。文件第一行现有：{have}。")
