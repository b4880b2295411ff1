"""The report as a workbook: a sheet a table with real numbers, the words on the first, charts that Excel draws."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from supervision.report.document import Chart, Number, Report, Table, Words
from xmsw.ui.sheets import OPTIONS

NAME_LENGTH = 31
FORBIDDEN = str.maketrans({each: "" for each in "[]:*?/\\'"})
WIDTH = 14


def as_workbook(report: Report) -> bytes:
    """An .xlsx; what is not told is an empty cell."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {**OPTIONS, "constant_memory": False, "in_memory": True}) as book:
        formats = {
            "head": book.add_format({"bold": True, "bg_color": "#EBEBEB", "border": 1, "text_wrap": True}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "title": book.add_format({"bold": True, "font_size": 14}),
            "part": book.add_format({"bold": True}),
            "whole": book.add_format({"num_format": "#,##0"}),
            "number": book.add_format({"num_format": "#,##0.##"}),
        }
        _words(book.add_worksheet("文字"), report, formats)
        for block in (each for section in report.sections for each in section.blocks):
            if isinstance(block, Table):
                _table(book.add_worksheet(_name(block.title, book)), block, formats)
            elif isinstance(block, Chart):
                _chart(book, book.add_worksheet(_name(block.title, book)), block, formats)
    return file.getvalue()


def _name(title: str, book: Any) -> str:
    """A sheet's name that Excel takes and that no other sheet has."""
    known = {each.get_name() for each in book.worksheets()}
    plain = title.translate(FORBIDDEN)[:NAME_LENGTH]
    return next(name for name in _candidates(plain) if name not in known)


def _candidates(plain: str) -> Any:
    yield plain
    for number in range(2, 100):
        yield f"{plain[: NAME_LENGTH - 3]} {number}"


def _words(sheet: Any, report: Report, formats: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 110)
    lines: list[tuple[str, str]] = [(report.title, "title"), (report.basis, "text")]
    for section in report.sections:
        lines.append((section.heading, "part"))
        lines += [(each.text, "text") for each in section.blocks if isinstance(each, Words)]
    for row, (text, kind) in enumerate(lines):
        sheet.write_string(row, 0, text, formats[kind])


def _table(sheet: Any, table: Table, formats: dict[str, Any]) -> None:
    sheet.freeze_panes(1, 0)
    for column, (label, _) in enumerate(table.columns):
        sheet.set_column(column, column, max(WIDTH, table.widths[column]))
        sheet.write_string(0, column, label, formats["head"])
    for number, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell, formats["text"])
            elif isinstance(cell, Number) and cell.value is not None:
                # «#,##0.##» would show a whole number with a point and nothing behind it.
                kind = "whole" if round(cell.value, 2) % 1 == 0 else "number"
                sheet.write_number(number, column, float(round(cell.value, 4)), formats[kind])


def _chart(book: Any, sheet: Any, chart: Chart, formats: dict[str, Any]) -> None:
    data, name = chart.data, sheet.get_name()
    sheet.set_column(0, len(data["series"]), WIDTH)
    drawn = book.add_chart({"type": "line" if data["kind"] == "line" else "column"})
    sheet.write_row(0, 0, [data["axis"], *(each["name"] for each in data["series"])], formats["head"])
    for at, label in enumerate(data["labels"], start=1):
        sheet.write_string(at, 0, label)
    last = len(data["labels"])
    for column, each in enumerate(data["series"], start=1):
        for at, value in enumerate(each["values"], start=1):
            if value is not None:
                sheet.write_number(at, column, value)
        drawn.add_series(
            {"name": [name, 0, column], "categories": [name, 1, 0, last, 0], "values": [name, 1, column, last, column]}
        )
    drawn.set_title({"name": chart.title})
    drawn.set_y_axis({"name": data["unit"], "min": 0})
    sheet.insert_chart(last + 2, 0, drawn)
