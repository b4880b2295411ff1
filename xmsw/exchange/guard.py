"""Looks at a workbook from outside before anything opens it: bombs, macros, formulas, size.

Every member is streamed once, so that neither a lying zip directory nor a huge sheet reaches the reader's memory.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from django.conf import settings

from xmsw.exchange.refusals import Refused

CHUNK = 1 << 20
OVERLAP = 256
_FORMULA = re.compile(rb'<c [^>]*?\br="([A-Z]+[0-9]+)"[^>]*>\s*<f[\s>/]')
_ROW = re.compile(rb"<row[\s>]")
# Readers lay a sheet out densely up to its farthest cell: one cell in XFD1048576 would fill any memory.
_FAR_ROW = re.compile(rb'\br="[A-Z]{0,3}([0-9]{6,})"')
_FAR_COLUMN = re.compile(rb'\br="([A-Z]{2,})[0-9]+"')
NOT_A_WORKBOOK = "这个文件不是 Excel 工作簿（.xlsx），或者已经损坏。请在 Excel 里打开后另存为 .xlsx 再上传。"
BOMB = "这个文件解压后异常地大，系统没有打开它。请把数据复制到新下载的模板里再上传。"


def too_many_rows() -> Refused:
    """The refusal of a file with more rows than the cap."""
    return Refused(f"文件超过 {settings.IMPORT_MAX_ROWS:,} 行，请拆成几个文件分别上传。")


def too_wide(width: int) -> Refused:
    """The refusal of a file with more columns than the cap."""
    return Refused(f"文件有 {width} 列，超过 {settings.IMPORT_MAX_COLUMNS} 列。请只留下模板里的列再上传。")


def inspect_workbook(path: Path) -> None:
    """Raise `Refused` for what is no .xlsx, holds macros or formulas, or is too big; read nothing into memory."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _look_at_directory(members)
            room = settings.IMPORT_MAX_UNPACKED
            for member in members:
                room -= _stream(archive, member, room)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Refused(NOT_A_WORKBOOK) from error


def _look_at_directory(members: list[zipfile.ZipInfo]) -> None:
    names = {member.filename for member in members}
    if any(name.lower().endswith(("vbaproject.bin", ".bin")) and "vba" in name.lower() for name in names):
        raise Refused("文件里有宏，系统不接受。请另存为不含宏的 .xlsx 再上传。")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/workbook") for name in names):
        raise Refused(NOT_A_WORKBOOK)
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    small = settings.IMPORT_MAX_UNPACKED // 10
    if unpacked > settings.IMPORT_MAX_UNPACKED or (unpacked > small and unpacked / packed > settings.IMPORT_MAX_RATIO):
        raise Refused(BOMB)
    if len(members) > 2_000:
        raise Refused(BOMB)


def _stream(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int) -> int:
    """Unpack one member into nothing; returns its size. Sheets are searched for formulas and counted."""
    sheet = member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml")
    size = rows = 0
    tail = b""
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > room:
                raise Refused(BOMB)
            if sheet:
                rows += len(_ROW.findall(chunk))
                _refuse_formulas(tail + chunk)
                _refuse_far_cells(tail + chunk)
                tail = chunk[-OVERLAP:]
            if rows > settings.IMPORT_MAX_ROWS + 1:
                raise too_many_rows()
    return size


def _refuse_formulas(data: bytes) -> None:
    found = _FORMULA.search(data) if b"<f" in data else None
    if found:
        cell = found[1].decode()
        raise Refused(f"单元格 {cell} 是公式。请选中全部内容，复制后「选择性粘贴 → 数值」，再上传。")


def _refuse_far_cells(data: bytes) -> None:
    if any(int(row) > settings.IMPORT_MAX_ROWS + 1 for row in set(_FAR_ROW.findall(data))):
        raise too_many_rows()
    widest = max((_column_number(letters) for letters in set(_FAR_COLUMN.findall(data))), default=0)
    if widest > settings.IMPORT_MAX_COLUMNS:
        raise too_wide(widest)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
