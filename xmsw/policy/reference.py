"""Loads policy documents, the 86 clauses and the first versions of every parameter."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from xmsw.policy.models import Clause, Parameter, ParameterValue, PolicyDocument

ORDER = 30
DATA = Path(__file__).parent / "data"
MAIN = "厦民〔2017〕317号"
FIRST_DAY = date(2000, 1, 1)
NOT_YET = "这一天以前没有这项规定，填不起作用的值"


def load() -> int:
    """Bring documents, clauses and parameters up to date; values that officers set are never touched."""
    _documents()
    clauses = _read("clauses.json")
    Clause.objects.bulk_create(
        [Clause(document_id=MAIN, order=order, **row) for order, row in enumerate(clauses, start=1)],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["document", "order", "quote", "start", "end", "strength", "strength_note", "binds"],
    )
    _parameters()
    return len(clauses)


def _read(name: str) -> list[dict[str, Any]]:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def _documents() -> None:
    rows = _read("documents.json")
    links = {row["number"]: row.pop("based_on", []) for row in rows}
    text = (DATA / "317.txt").read_text(encoding="utf-8")
    documents = [PolicyDocument(text=text if row["number"] == MAIN else "", **row) for row in rows]
    PolicyDocument.objects.bulk_create(
        documents,
        update_conflicts=True,
        unique_fields=["number"],
        update_fields=["title", "issuers", "text", "note", "order"],
    )
    for number, basis in links.items():
        if basis:
            PolicyDocument.objects.get(number=number).based_on.set(basis)


def _parameters() -> None:
    rows = _read("parameters.json")
    versions = {row["code"]: _versions(row) for row in rows}
    made = [Parameter(order=order, clause_id=row.pop("clause"), **row) for order, row in enumerate(rows, start=1)]
    Parameter.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "kind", "unit", "clause", "from_policy", "description", "least", "most", "order"],
    )
    known = set(ParameterValue.objects.values_list("parameter_id", flat=True))
    ParameterValue.objects.bulk_create(
        ParameterValue(parameter_id=code, **version)
        for code, listed in versions.items()
        if code not in known
        for version in listed
    )


def _versions(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The value of a row, from its first day (`since`) on; what counted `before` that day stands as a version too."""
    since = date.fromisoformat(row.pop("since")) if "since" in row else FIRST_DAY
    first = {"value": row.pop("value"), "source": row.pop("source"), "start": since}
    if since == FIRST_DAY:
        return [first]
    before = {"value": row.pop("before"), "source": NOT_YET, "start": FIRST_DAY, "end": since - timedelta(days=1)}
    return [before, first]
