"""Loads policy documents, the 86 clauses and the first version of every parameter."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from xmsw.policy.models import Clause, Parameter, ParameterValue, PolicyDocument

ORDER = 30
DATA = Path(__file__).parent / "data"
MAIN = "厦民〔2017〕317号"
FIRST_DAY = date(2000, 1, 1)


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
    first = {row["code"]: (row.pop("value"), row.pop("source")) for row in rows}
    made = [Parameter(order=order, clause_id=row.pop("clause"), **row) for order, row in enumerate(rows, start=1)]
    Parameter.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "kind", "unit", "clause", "from_policy", "description", "least", "most", "order"],
    )
    known = set(ParameterValue.objects.values_list("parameter_id", flat=True))
    ParameterValue.objects.bulk_create(
        ParameterValue(parameter_id=code, value=value, start=FIRST_DAY, source=source)
        for code, (value, source) in first.items()
        if code not in known
    )
