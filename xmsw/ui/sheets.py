"""Lists as .xlsx and .csv files. Text stays text: codes keep their zeros, nothing is ever written as a formula."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import xlsxwriter
from django.http import FileResponse

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXCEL_ROWS = 1_048_575  # what one sheet of Excel holds below its header
# A spreadsheet takes a CSV cell that begins so for a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def sheet_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> FileResponse:
    """A download «<name>.xlsx» with one sheet; rows are written as they come, memory stays flat."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        sheet = book.add_worksheet("数据")
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(header):
            sheet.set_column(column, column, max(12, 2 * len(title) + 4))
        sheet.write_row(0, 0, header, book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=TYPE)


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value)
    elif value is not None:
        sheet.write_number(row, column, value)


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> FileResponse:
    """A download «<name>.csv», UTF-8 with BOM so that Excel reads it; text that looks like a formula gets a «'»."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([guarded(each) for each in header])
    writer.writerows([guarded(each) for each in row] for row in rows)
    text.detach()
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.csv", content_type="text/csv; charset=utf-8")


def guarded(value: Any) -> Any:
    """The value of a CSV cell; numbers stay numbers, dates are ISO, only text can be dangerous."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value
