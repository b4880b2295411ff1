"""Opens one uploaded file in a process of its own: rows on standard output, one JSON array a line.

A file made to harm (far cells, strings repeated a million times, a row of a million columns) costs this process its
memory or its time, never the portal's. A JSON object as the last line says why the file is refused: `refused` is a
name that xmsw/exchange/guard.py knows, `what` goes into its sentence. Standard library and calamine only, and an
empty environment: it starts in 0.1 s and knows no secret.

    python -I reader.py <file> xlsx|csv '{"memory": bytes, "seconds": CPU, "rows": …, "columns": …, "unpacked": bytes,
    "ratio": unpacked ÷ packed}'
"""

from __future__ import annotations

import csv
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

FAILED = 3  # memory was not enough, or something unforeseen
CHUNK = 1 << 20
OVERLAP = 1_024
MOST_MEMBERS = 2_000
_FORMULA = re.compile(
    rb"""<c\s[^>]{0,300}?\br\s{0,9}=\s{0,9}["']([A-Z]{1,3}[0-9]{1,7})["'][^>]{0,300}>\s{0,99}<f[\s>/]"""
)
UNREADABLE = (CalamineError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class Stopped(Exception):
    """The file is refused: (reason, what the sentence names)."""


def main() -> int:
    """Exit status 0 once everything was written, be it rows or a refusal."""
    path, form, limits = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    _confine(limits)
    sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_said).encode
    write = sys.stdout.write
    try:
        rows = _workbook_rows(path, limits) if form == "xlsx" else _csv_rows(path)
        for row in rows:
            if len(row) > limits["columns"]:
                raise Stopped("columns", len(row))
            write(encode(row) + "\n")
    except Stopped as stopped:
        write(encode({"refused": stopped.args[0], "what": stopped.args[1]}) + "\n")
    except MemoryError:
        return FAILED
    sys.stdout.flush()
    return 0


def _confine(limits: dict[str, int]) -> None:
    """From here on: so much memory and time, no file written, no image of the memory left behind."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))


def _said(cell: Any) -> str:
    """What JSON does not know, as a spreadsheet would say it: days without midnight."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _workbook_rows(path: str, limits: dict[str, int]) -> Iterator[list[Any]]:
    """Rows of the first sheet from its first row and column on."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _look_at_directory(members, limits)
            for member in members:
                if _may_be_sheet(member.filename):
                    _refuse_formulas(archive, member)
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        if sheet.total_height > limits["rows"] + 1:
            raise Stopped("rows", sheet.total_height)
        blank = [""] * (sheet.start[1] if sheet.start else 0)
        for row in sheet.iter_rows():
            yield blank + row if blank else row
    except (*UNREADABLE, IndexError, ValueError) as error:
        raise Stopped("unreadable", "") from error


def _look_at_directory(members: list[zipfile.ZipInfo], limits: dict[str, int]) -> None:
    names = {member.filename for member in members}
    if any(name.lower().endswith(".bin") and "vba" in name.lower() for name in names):
        raise Stopped("macros", "")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/workbook") for name in names):
        raise Stopped("unreadable", "")
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    dense = unpacked > limits["unpacked"] // 10 and unpacked / packed > limits["ratio"]
    if unpacked > limits["unpacked"] or dense or len(members) > MOST_MEMBERS:
        raise Stopped("bomb", "")


def _may_be_sheet(name: str) -> bool:
    """Sheets may lie anywhere; strings, the largest other part, hold no formulas."""
    return name.startswith("xl/") and name.endswith(".xml") and name != "xl/sharedStrings.xml"


def _refuse_formulas(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """A help to people (a formula would give the value it had when saved), searched piece by piece."""
    tail = b""
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            data = tail + chunk
            if b"<f" in data and (found := _FORMULA.search(data)):
                raise Stopped("formula", found[1].decode())
            tail = chunk[-OVERLAP:]


def _csv_rows(path: str) -> Iterator[list[str]]:
    encoding, delimiter = _dialect(path)
    try:
        with open(path, encoding=encoding, newline="") as file:
            yield from csv.reader(file, delimiter=delimiter)
    except csv.Error as error:
        raise Stopped("csv", "") from error


def _dialect(path: str) -> tuple[str, str]:
    """Encoding (UTF-8, UTF-16 or GB 18030) and delimiter (the most frequent of the first line)."""
    with open(path, "rb") as file:
        data = file.read()
    if data.startswith(WORKBOOK):
        raise Stopped("disguised", "")
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return encoding, max(",\t;", key=text.split("\n", 1)[0].count)
    raise Stopped("encoding", "")


if __name__ == "__main__":
    sys.exit(main())
