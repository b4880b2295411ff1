"""Imports through the REST interface: rows as JSON go the way of a file, with every check, confirmation and undoing.

An app declares an address with `uploads("pay-uploads", "pay")` beside its kind of import.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from xmsw.api.contract import camel
from xmsw.api.inputs import Code, Flag, Input, Text
from xmsw.api.writes import Write, write
from xmsw.exchange import actions, tasks
from xmsw.exchange.api import IMPORTERS, UPLOADS
from xmsw.exchange.columns import Column, Sort
from xmsw.exchange.kinds import ImportKind
from xmsw.exchange.models import Batch
from xmsw.exchange.refusals import Refused as FileRefused
from xmsw.workflow.refusals import Refused

MOST_ROWS = 5_000  # of one request
LONGEST = 500  # characters of a cell
WRITTEN = {Sort.DATE: "2024-01-05", Sort.MONTH: "2024-01", Sort.MONEY: "5250.00", Sort.NUMBER: "1.5"}


def uploads(address: str, kind: ImportKind, *, clause: str = "") -> Write:
    """POST /<address>: rows of that kind; answers 202 with the batch, which a task checks."""
    row = type(f"{camel(address)}Row", (Input,), {each.name: _cell(each) for each in kind.columns})
    body = type(camel(address), (Input,), {"rows": row(many=True, min_length=1, max_length=MOST_ROWS)})
    return write(
        Write(
            resource=UPLOADS,
            address=address,
            summary=f"导入{kind.label}",
            text=f"{kind.note}回 202 和导入编号；核对后看 errors 和 /upload-problems?upload=编号，没有错误再确认写入。",
            body=body,
            perform=lambda user, values, _: _receive(user, kind, values["rows"]),
            capability=(kind.capability,),
            example={"rows": [{each.name: _example(each) for each in kind.columns if each.required}]},
            status=202,
            clause=clause,
        )
    )


def _cell(column: Column) -> Any:
    """The field of a column; what it may hold is judged by the import's own checks, the JSON type here."""
    form = f"，写成 {WRITTEN[column.sort]}" if column.sort in WRITTEN else ""
    told = {"required": column.required, "allow_null": not column.required}
    told["help_text"] = "：".join(filter(None, [f"{column.header}{form}", column.help]))
    if column.sort == Sort.CHOICE:
        return Code(choices=list(column.choices.items()), **told)
    if column.sort == Sort.FLAG:
        return Flag(**told)
    return Text(max_length=LONGEST, allow_blank=not column.required, **told)


def _example(column: Column) -> Any:
    if column.sort == Sort.CHOICE:
        return next(iter(column.choices))
    return True if column.sort == Sort.FLAG else column.example


def _receive(user: Any, kind: ImportKind, rows: Iterable[dict[str, Any]]) -> int:
    """Write the rows down as the file they could have been, and take it in as such."""
    name = f"接口 {timezone.localtime():%Y-%m-%d %H%M%S}.csv"
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow([each.header for each in kind.columns])
        # Line 2 stays empty: there the import takes what equals the template's example for the example.
        lines.writerow(["" for _ in kind.columns])
        lines.writerows([[_written(row.get(each.name)) for each in kind.columns] for row in rows])
        file.flush()
        batch = _said(lambda: actions.receive(user, kind.key, name, Path(file.name)))
    tasks.send(batch)
    return batch.pk


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def _said(act: Callable[[], Batch]) -> Batch:
    """The refusal of a file as one that the interface tells."""
    try:
        return act()
    except FileRefused as refusal:
        raise Refused(str(refusal)) from refusal


def _confirm(user: Any, values: dict[str, Any], id: Any) -> int:
    batch = _said(lambda: actions.confirm(user, id))
    tasks.send(batch)
    return batch.pk


def _undo(user: Any, values: dict[str, Any], id: Any) -> int:
    batch = _said(lambda: actions.undo(user, id))
    transaction.on_commit(tasks.request_recheck)
    return batch.pk


class Nothing(Input):
    """Nothing need be said."""


write(
    Write(
        resource=UPLOADS,
        summary="确认写入",
        text="没有错误的导入才能确认：要么全部写入，要么一行不写。写入由后台完成。",
        body=Nothing,
        perform=_confirm,
        capability=IMPORTERS,
        example={},
        name="confirm",
        status=202,
    )
)
write(
    Write(
        resource=UPLOADS,
        summary="撤销导入",
        text="已写入的整体撤销，恢复为写入之前的内容；后来被改过或用到的不能撤销。",
        body=Nothing,
        perform=_undo,
        capability=IMPORTERS,
        example={},
        name="undo",
        status=200,
    )
)
