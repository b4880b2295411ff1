"""An import of a 100,000-row staff file against plain COPY of its rows, and against django-import-export's default way.

The default way here is a ModelResource of employments whose rows get or create their person and certificate: the
same three tables with the same triggers, keys and constraints, but hardly a check, no report, no confirmation, no undo.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import tablib
import xlsxwriter
from django.db import connection, transaction
from import_export import fields, resources, widgets

from posts.models import Employer
from talents.models import Certificate, Employment, SocialWorker
from xmsw.audit.sealed import lookup_hash, masked
from xmsw.exchange import actions, kinds
from xmsw.exchange.copying import copy_rows
from xmsw.exchange.models import Batch
from xmsw.identifiers import birth_date_of, identity_check_digit, sex_of
from xmsw.pinyin import sort_key

ROWS = 100_000
ROWS_BY_DEFAULT = 1_500
DISTRICTS = ("350203", "350205", "350206", "350211", "350212", "350213")
FILLED = ("employer_code", "identity", "name", "phone", "education", "form", "started_on")
WITH_CERTIFICATE = ("certificate_level", "certificate_number", "certificate_issued")


def staff(first: int, count: int) -> Iterator[dict[str, str]]:
    """Rows of made-up people with a certificate each; numbers of 1960–1999 births, none twice."""
    codes = list(
        Employer.objects.exclude(credit_code=None).order_by("id").values_list("credit_code", flat=True)[:5_000]
    )
    for i in range(first, first + count):
        body = f"{DISTRICTS[i % 6]}{1960 + i % 40}{1 + i // 40 % 12:02d}{1 + i // 480 % 28:02d}{i // 13_440:03d}"
        yield {
            "employer_code": codes[i % len(codes)],
            "identity": body + identity_check_digit(body),
            "name": f"测{chr(0x4E00 + i % 3_000)}{chr(0x4E00 + i % 2_000)}",
            "phone": f"139{i:08d}",
            "education": "大学本科",
            "form": "劳动合同",
            "started_on": "2022-03-01",
            "certificate_level": "助理社会工作师",
            "certificate_number": f"T{i:010d}",
            "certificate_issued": "2021-10-10",
        }


def write_workbook(path: Path, rows: Iterator[dict[str, str]]) -> None:
    """The rows as the .xlsx a person would upload, every cell a string."""
    columns = kinds.get("staff").columns
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [column.header for column in columns])
        for number, row in enumerate(rows, start=1):
            for at, column in enumerate(columns):
                sheet.write_string(number, at, row.get(column.name, ""))


class _ByDefault(resources.ModelResource):
    """What django-import-export's documentation leads to for such a file."""

    employer = fields.Field("employer", "employer", widgets.ForeignKeyWidget(Employer, "credit_code"))
    worker = fields.Field("worker", "worker", widgets.ForeignKeyWidget(SocialWorker, "identity_hash"))
    start = fields.Field("start", "start", widgets.DateWidget("%Y-%m-%d"))

    class Meta:
        model = Employment
        fields = ("employer", "worker", "start", "form")
        import_id_fields = ("worker", "employer", "start")
        clean_model_instances = True

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        number = row["identity"]
        row |= {"worker": lookup_hash(number), "employer": row["employer_code"], "start": row["started_on"]}
        row["form"] = Employment.Form.CONTRACT
        person, _ = SocialWorker.objects.get_or_create(
            identity_hash=row["worker"],
            defaults={
                "name": row["name"],
                "pinyin": sort_key(row["name"]),
                "identity": number,
                "identity_mask": masked(number),
                "phone": row["phone"],
                "phone_hash": lookup_hash(row["phone"]),
                "sex": sex_of(number),
                "birth_date": birth_date_of(number),
                "education": 20,
            },
        )
        Certificate.objects.get_or_create(
            number=row["certificate_number"],
            defaults={"worker": person, "level": 1, "issued_on": date.fromisoformat(row["certificate_issued"])},
        )


class _Undone(Exception):
    """Takes a measurement's rows out again."""


@contextmanager
def _rolled_back() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise _Undone
    except _Undone:
        pass


def _timed(work: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = work(*arguments)
    return time.perf_counter() - begun, result


def by_default(first: int) -> float:
    """Seconds a row, the default way."""
    rows = list(staff(first, ROWS_BY_DEFAULT))
    data = tablib.Dataset(
        *((*row.values(), "", "", "") for row in rows), headers=[*rows[0], "worker", "employer", "start"]
    )
    with _rolled_back():
        seconds, result = _timed(lambda: _ByDefault().import_data(data, raise_errors=True))
        assert result.totals["new"] == ROWS_BY_DEFAULT
    return seconds / ROWS_BY_DEFAULT


def by_copy() -> float:
    """Seconds for COPY of the plain cells into a bare table."""
    columns = [*FILLED, *WITH_CERTIFICATE]
    rows = [tuple(row[column] for column in columns) for row in staff(0, ROWS)]
    with _rolled_back(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_copied ({', '.join(f'{column} text' for column in columns)})")
        return _timed(copy_rows, "bench_copied", columns, rows)[0]


def measure_import() -> Iterator[str]:
    """Receive, check, merge and undo a file of new people, each employed and certified."""
    default = by_default(ROWS)
    copy = by_copy()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "staff.xlsx"
        write_workbook(path, staff(0, ROWS))
        receiving, batch = _timed(actions.receive, None, "staff", path.name, path)
    checking, _ = _timed(actions.check, batch.pk)
    actions.confirm(None, batch.pk)
    merging, _ = _timed(actions.merge, batch.pk)
    batch = Batch.objects.get(pk=batch.pk)
    assert (batch.state, batch.new) == (Batch.State.MERGED, ROWS), batch.message
    undoing, _ = _timed(actions.undo, None, batch.pk)
    whole = receiving + checking + merging
    yield f"{ROWS:,} rows in {whole:.1f} s (receive {receiving:.1f}, check {checking:.1f}, merge {merging:.1f})"
    yield f"{ROWS / whole:,.0f} rows/s, the default way {1 / default:,.0f} rows/s: {default * ROWS / whole:.1f} times"
    yield f"plain COPY of the cells {copy:.2f} s, ratio {whole / copy:.0f}; undo {undoing:.1f} s"
