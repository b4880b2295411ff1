"""The forms that a report leaves in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from supervision.report.document import Report
from supervision.report.paper import as_pdf
from supervision.report.words import as_word
from supervision.report.workbook import as_workbook

_OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class Form:
    """How a report is written, under which label and media type."""

    label: str
    media_type: str
    made: Callable[[Report], bytes]


FORMS: dict[str, Form] = {
    "pdf": Form("PDF", "application/pdf", as_pdf),
    "docx": Form("Word", f"{_OFFICE}.wordprocessingml.document", as_word),
    "xlsx": Form("Excel", f"{_OFFICE}.spreadsheetml.sheet", as_workbook),
}
