"""Keeps uploaded files out of this process: another one opens them (reader.py), and only measured rows come in."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

from xmsw.exchange.refusals import Refused

log = logging.getLogger(__name__)
READER = Path(__file__).with_name("reader.py")
LONGEST_LINE = 1 << 20  # bytes of one row as JSON
SENTENCES = {
    "unreadable": "这个文件不是 Excel 工作簿（.xlsx），或者已经损坏。请在 Excel 里打开后另存为 .xlsx 再上传。",
    "bomb": "这个文件解压后异常地大，系统没有打开它。请把数据复制到新下载的模板里再上传。",
    "macros": "文件里有宏，系统不接受。请另存为不含宏的 .xlsx 再上传。",
    "formula": "单元格 {what} 是公式。请选中全部内容，复制后「选择性粘贴 → 数值」，再上传。",
    "rows": "文件超过 {rows:,} 行，请拆成几个文件分别上传。",
    "columns": "文件有 {what} 列，超过 {columns} 列。请只留下模板里的列再上传。",
    "cell": "第 {what} 行有一格超过 {cell:,} 个字。请缩短这一格再上传。",
    "text": "文件里的文字太多，请拆成几个文件分别上传。",
    "line": "第 {what} 行的内容太长，系统没有读下去。请只留下模板里的列再上传。",
    "disguised": "这个文件叫 .csv，内容却是 Excel 工作簿。请把扩展名改回 .xlsx，或另存为 CSV。",
    "encoding": "看不懂这个文件的文字编码。请在 Excel 里另存为「CSV UTF-8」或 .xlsx 再上传。",
    "csv": "这个 CSV 文件读不出来。请在 Excel 里打开后另存为 .xlsx 再上传。",
    "died": "这个文件太大或内容异常，系统没能读完。请把要导入的行复制到新下载的模板里再上传。",
}


def refusal(reason: str, what: object = "") -> Refused:
    """The sentence of a reason; `what` is the cell, row or number it names."""
    limits = {"rows": settings.IMPORT_MAX_ROWS, "columns": settings.IMPORT_MAX_COLUMNS}
    return Refused(SENTENCES[reason].format(what=what, cell=settings.IMPORT_MAX_CELL, **limits))


@contextmanager
def rows_of(path: Path, form: str) -> Iterator[Iterator[list[Any]]]:
    """Rows of a file («xlsx» or «csv») as they are read: text, numbers, booleans; leaving ends the other process.

    The rows raise Refused where the file is beyond a limit of the settings (IMPORT_…), or its reader died of it.
    """
    limits = {
        "memory": settings.IMPORT_READER_MEMORY,
        "seconds": settings.IMPORT_READER_SECONDS,
        "rows": settings.IMPORT_MAX_ROWS,
        "columns": settings.IMPORT_MAX_COLUMNS,
        "unpacked": settings.IMPORT_MAX_UNPACKED,
        "ratio": settings.IMPORT_MAX_RATIO,
    }
    reader = subprocess.Popen(
        [sys.executable, "-I", str(READER), str(path.resolve()), form, json.dumps(limits)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={},
    )
    try:
        yield _measured(reader)
    finally:
        reader.kill()
        reader.stdout.close()
        reader.wait()


def _measured(reader: subprocess.Popen) -> Iterator[list[Any]]:
    room = settings.IMPORT_MAX_TEXT
    for number, line in enumerate(iter(partial(reader.stdout.readline, LONGEST_LINE), b""), start=1):
        room -= len(line)
        if room < 0:
            raise refusal("text")
        if not line.endswith(b"\n"):
            if len(line) == LONGEST_LINE:
                raise refusal("line", number)
            break  # it died while writing
        yield _row(line, number)
    if reader.wait() != 0:
        log.warning("the reader of an uploaded file ended with %s", reader.returncode)
        raise refusal("died")


def _row(line: bytes, number: int) -> list[Any]:
    row = json.loads(line)
    if isinstance(row, dict):
        raise refusal(row["refused"], row["what"])
    if number > settings.IMPORT_MAX_ROWS + 1:
        raise refusal("rows")
    if len(row) > settings.IMPORT_MAX_COLUMNS:
        raise refusal("columns", len(row))
    longest = settings.IMPORT_MAX_CELL
    if len(line) > longest and any(isinstance(cell, str) and len(cell) > longest for cell in row):
        raise refusal("cell", number)
    return row
