"""Workbooks for people: the empty template of a kind, and a batch's own file with its wrong cells marked.

Every cell is written as a string, so nothing ever becomes a formula and codes keep their zeros.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable
from itertools import islice
from typing import IO, Any

import xlsxwriter

from xmsw.exchange.columns import Column, Sort
from xmsw.exchange.kinds import ImportKind
from xmsw.exchange.models import Batch, Problem
from xmsw.exchange.staging import crowded, raw_rows

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
FILLABLE_ROWS = 5_000  # rows that get drop-downs and text format
MAX_COMMENTS = 2_000  # cells of a report with a comment
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
    """The user's own rows; wrong cells are red, doubtful ones yellow, and all problems stand on a second sheet.

    The first MAX_COMMENTS of them are comments as well. Rows go to disk as they are written.
    """
    columns = batch.import_kind.columns
    problems = list(batch.problems.order_by("row", "id").values("row", "column", "value", "level", "message", "mend"))
    by_cell: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for problem in problems:
        by_cell[problem["row"], problem["column"]].append(problem)
    commented = dict(islice(by_cell.items(), MAX_COMMENTS))
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    with xlsxwriter.Workbook(file, {**OPTIONS, "in_memory": False, "constant_memory": True}) as book:
        sheet, listed = book.add_worksheet("数据"), book.add_worksheet("问题")
        _header(book, sheet, columns)
        fills = {level: book.add_format({"bg_color": colour}) for level, colour in _COLOURS.items()}
        for row, cells in raw_rows(batch):
            for at, (column, cell) in enumerate(zip(columns, cells, strict=True)):
                found = by_cell.get((row, column.name), ())
                level = min((each["level"] for each in found), default="")
                sheet.write_string(row - 1, at, cell, fills.get(level))
                if (row, column.name) in commented:
                    sheet.write_comment(
                        row - 1, at, "\n".join(f"{each['message']}。{each['mend']}。" for each in found)
                    )
        _list(book, listed, batch, problems, len(by_cell) - len(commented))
    file.seek(0)
    return file


def _comment(found: Iterable[dict[str, Any]]) -> str:
    return "\n".join(f"{each['message']}。{each['mend']}。" for each in found)


def _list(book: Any, sheet: Any, batch: Batch, problems: list[dict[str, Any]], uncommented: int) -> None:
    """The sheet of all problems; it says how many cells have no comment."""
    bold, levels = book.add_format({"bold": True}), dict(Problem.Level.choices)
    headers = {column.name: column.header for column in batch.import_kind.columns}
    only_here = f"其中 {uncommented:,} 格太多，「数据」表里只标颜色、没有批注。" if uncommented else ""
    sheet.set_column(0, 3, 16)
    sheet.set_column(4, 5, 60)
    sheet.write_string(0, 0, f"共 {len(problems):,} 处问题。{only_here}{crowded(batch)}", bold)
    for at, title in enumerate(("行", "列", "内容", "程度", "问题", "怎么改")):
        sheet.write_string(1, at, title, bold)
    for row, each in enumerate(problems, start=2):
        sheet.write_number(row, 0, each["row"])
        texts = (headers[each["column"]], each["value"], levels[each["level"]], each["message"], each["mend"])
        for at, text in enumerate(texts, start=1):
            sheet.write_string(row, at, text)


_COLOURS = {Problem.Level.ERROR: "#FBD5D5", Problem.Level.WARNING: "#FFF3C4"}
