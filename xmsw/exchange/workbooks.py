"""Workbooks for people: the empty template of a kind, and a batch's own file with its wrong cells marked.

Every cell is written as a string, so nothing ever becomes a formula and codes keep their zeros.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from typing import IO, Any

import xlsxwriter

from xmsw.exchange.columns import Column, Sort
from xmsw.exchange.kinds import ImportKind
from xmsw.exchange.models import Batch, Problem
from xmsw.exchange.staging import raw_rows

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
FILLABLE_ROWS = 5_000  # rows that get drop-downs and text format
FORMATS = {
    Sort.CODE: "代码，按文本填写",
    Sort.DATE: "日期，如 2024-01-31",
    Sort.MONTH: "月份，如 2024-01",
    Sort.MONEY: "金额（元），最多两位小数",
    Sort.NUMBER: "数字",
    Sort.CHOICE: "从下拉列表选一个",
    Sort.MANY: "一个或几个，用逗号隔开",
    Sort.FLAG: "是 或 否",
    Sort.IDENTITY: "18 位身份证号，按文本填写",
    Sort.PHONE: "手机号，按文本填写",
}


def template(kind: ImportKind) -> IO[bytes]:
    """The empty workbook: drop-downs, one example row (ignored on upload if left as it is), an explanation sheet."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        sheet, explained, options = (book.add_worksheet(name) for name in ("数据", "填写说明", "选项"))
        options.hide()
        _header(book, sheet, kind.columns)
        text = book.add_format({"num_format": "@"})
        for at, column in enumerate(kind.columns):
            sheet.set_column(at, at, max(12, 2 * len(column.header) + 4), text)
            if column.example:
                sheet.write_string(1, at, column.example, book.add_format({"num_format": "@", "italic": True}))
            if column.labels and column.sort != Sort.MANY:
                _drop_down(sheet, options, at, column.labels)
        _explain(book, explained, kind)
    file.seek(0)
    return file


def _header(book: Any, sheet: Any, columns: list[Column]) -> None:
    needed = book.add_format({"bold": True, "bg_color": "#DBE7F3", "border": 1})
    optional = book.add_format({"bold": True, "bg_color": "#F3F4F6", "border": 1})
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        title = f"{column.header}*" if column.required else column.header
        sheet.write_string(0, at, title, needed if column.required else optional)
        if column.help:
            sheet.write_comment(0, at, column.help)


def _drop_down(sheet: Any, options: Any, at: int, labels: list[str]) -> None:
    for row, label in enumerate(labels):
        options.write_string(row, at, label)
    letter = xlsxwriter.utility.xl_col_to_name(at)
    sheet.data_validation(
        1,
        at,
        FILLABLE_ROWS,
        at,
        {
            "validate": "list",
            "source": f"=选项!${letter}$1:${letter}${len(labels)}",
            "error_type": "warning",
            "error_title": "请从列表里选",
            "error_message": "这一列只能填下拉列表里的内容。",
        },
    )


def _explain(book: Any, sheet: Any, kind: ImportKind) -> None:
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 2, 22, wrapped)
    sheet.set_column(3, 5, 44, wrapped)
    lines = [
        f"「{kind.label}」填写说明",
        "带 * 的列必填；列的次序可以改，列名不要改。第 2 行是示例，可以删去或改写。",
        "文件里没有写到的单位、岗位和人员不会被删除；空着的格不会清除已有内容。上传后先核对，你确认之后才写入。",
        kind.note,
    ]
    for row, line in enumerate(filter(None, lines)):
        sheet.write_string(row, 0, line, bold if row == 0 else None)
    top = len(lines) + 1
    for at, title in enumerate(("列名", "必填", "格式", "说明", "可以填的内容", "示例")):
        sheet.write_string(top, at, title, bold)
    for row, column in enumerate(kind.columns, start=top + 1):
        cells = (
            column.header,
            "必填" if column.required else "",
            FORMATS.get(column.sort, "文字"),
            column.help,
            "、".join(column.labels),
            column.example,
        )
        for at, cell in enumerate(cells):
            sheet.write_string(row, at, cell)


def marked(batch: Batch) -> IO[bytes]:
    """The user's own rows; wrong cells are red, doubtful ones yellow, each with what is wrong and how to mend."""
    problems: dict[tuple[int, str], list[Problem]] = defaultdict(list)
    for problem in batch.problems.order_by("row", "id").iterator(chunk_size=5_000):
        problems[problem.row, problem.column].append(problem)
    columns = batch.import_kind.columns
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        sheet = book.add_worksheet("数据")
        _header(book, sheet, columns)
        fills = {level: book.add_format({"bg_color": colour}) for level, colour in _COLOURS.items()}
        for row, cells in raw_rows(batch):
            for at, (column, cell) in enumerate(zip(columns, cells, strict=True)):
                found = problems.get((row, column.name))
                level = min((each.level for each in found), default="") if found else ""
                sheet.write_string(row - 1, at, cell, fills.get(level))
                if found:
                    sheet.write_comment(row - 1, at, "\n".join(f"{each.message}。{each.mend}。" for each in found))
    file.seek(0)
    return file


_COLOURS = {Problem.Level.ERROR: "#FBD5D5", Problem.Level.WARNING: "#FFF3C4"}
