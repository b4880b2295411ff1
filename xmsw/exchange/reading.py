"""Opens an uploaded file and gives its header and rows; refuses with one sentence what cannot be an import."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from python_calamine import CalamineError, CalamineWorkbook

from xmsw.exchange.cells import text_of
from xmsw.exchange.guard import NOT_A_WORKBOOK, inspect_workbook, too_many_rows, too_wide
from xmsw.exchange.kinds import ImportKind, kinds
from xmsw.exchange.refusals import Refused

_MARKS = re.compile(r"[\s*＊:：]|（必填）|\(必填\)")
OTHER_FORMATS = {
    ".xlsm": "这是带宏的工作簿（.xlsm），系统不接受。请另存为不含宏的 .xlsx 再上传。",
    ".xls": "这是旧格式的工作簿（.xls）。请在 Excel 里另存为 .xlsx 再上传。",
    ".et": "这是 WPS 表格格式（.et）。请另存为 .xlsx 再上传。",
}


@dataclass(frozen=True)
class Sheet:
    """`positions`: index in a row of each column of the kind, None where the file lacks it; `unknown`: others."""

    positions: list[int | None]
    unknown: list[str]
    cells: list[list[Any]]
    kind: ImportKind

    def rows(self) -> Iterator[tuple[int, list[Any]]]:
        """(row number as the spreadsheet shows it, cells in the order of the kind's columns), without empty rows."""
        example = [column.example for column in self.kind.columns]
        for number, row in enumerate(self.cells[1:], start=2):
            picked = [row[at] if at is not None and at < len(row) else None for at in self.positions]
            if any(cell not in (None, "") for cell in picked) and not (
                number == 2 and [text_of(cell) for cell in picked] == example
            ):
                yield number, picked


def read_sheet(path: Path, name: str, kind: ImportKind) -> Sheet:
    """The first sheet of a workbook, or a CSV file, as rows of `kind`; raises `Refused`."""
    suffix = Path(name).suffix.lower()
    if suffix in OTHER_FORMATS:
        raise Refused(OTHER_FORMATS[suffix])
    if path.stat().st_size == 0:
        raise Refused("文件是空的。请先下载模板，填好后再上传。")
    if path.stat().st_size > settings.IMPORT_MAX_BYTES:
        raise Refused(f"文件超过 {settings.IMPORT_MAX_BYTES // 1_048_576} MB，请拆成几个文件分别上传。")
    if suffix == ".csv":
        return _shaped(_csv_cells(path), kind)
    if suffix == ".xlsx":
        return _shaped(_workbook_cells(path), kind)
    raise Refused("只能上传 .xlsx 或 .csv 文件。请用下载的模板填写。")


def _workbook_cells(path: Path) -> list[list[Any]]:
    inspect_workbook(path)
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            sheet = workbook.get_sheet_by_index(0)
            if sheet.total_width > settings.IMPORT_MAX_COLUMNS:
                raise too_wide(sheet.total_width)
            return sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError) as error:
        raise Refused(NOT_A_WORKBOOK) from error


def _csv_cells(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Refused("这个文件叫 .csv，内容却是 Excel 工作簿。请把扩展名改回 .xlsx，或另存为 CSV。")
    if data.count(b"\n") > settings.IMPORT_MAX_ROWS + 1:
        raise too_many_rows()
    text = _decoded(data)
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Refused("这个 CSV 文件读不出来。请在 Excel 里打开后另存为 .xlsx 再上传。") from error


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused("看不懂这个文件的文字编码。请在 Excel 里另存为「CSV UTF-8」或 .xlsx 再上传。")


def header_name(cell: Any) -> str:
    """A header without blanks, stars and «必填»."""
    return _MARKS.sub("", text_of(cell))


def _shaped(cells: list[list[Any]], kind: ImportKind) -> Sheet:
    """Match the header with the kind's columns, or refuse."""
    width = max((len(row) for row in cells[:2]), default=0)
    if width > settings.IMPORT_MAX_COLUMNS:
        raise too_wide(width)
    headers = [header_name(cell) for cell in (cells[0] if cells else [])]
    if not any(headers):
        raise Refused("第一行没有列名。请用下载的模板，第一行保留列名。")
    places: dict[str, int] = {}
    for at, header in enumerate(headers):
        if header and header in places:
            raise Refused(f"列名「{header}」出现了两次，请删去一列再上传。")
        places[header] = at
    wanted = [header_name(column.header) for column in kind.columns]
    _refuse_missing(kind, places)
    positions = [places.get(header) for header in wanted]
    sheet = Sheet(positions, [header for header in headers if header and header not in wanted], cells, kind)
    if next(sheet.rows(), None) is None:
        raise Refused(_nothing_filled(cells))
    return sheet


def _nothing_filled(cells: list[list[Any]]) -> str:
    """A row that is left out was the example of the template."""
    if any(text_of(cell) for row in cells[1:2] for cell in row):
        return "文件里没有数据，只有列名和第 2 行的示例；示例不会导入。请把示例改成真实内容，或从第 3 行起填写。"
    return "文件里只有列名，没有数据。请从第 2 行起填写。"


def _missing(kind: ImportKind, present: Iterable[str]) -> list[str]:
    return [c.header for c in kind.columns if c.required and header_name(c.header) not in present]


def _refuse_missing(kind: ImportKind, places: dict[str, int]) -> None:
    missing = _missing(kind, places)
    if not missing:
        return
    for other in kinds():
        if other is not kind and not _missing(other, places):
            raise Refused(f"这像是「{other.label}」的文件，你选的是「{kind.label}」。请换一个类别，或换一个文件。")
    have = "、".join([header for header in places if header][:12])
    raise Refused(f"缺少必填的列：{'、'.join(missing)}。文件第一行现有：{have}。")
