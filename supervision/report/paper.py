"""The report as PDF: templates/print/report.typ."""

from __future__ import annotations

from typing import Any

from supervision.report.document import Block, Chart, Report, Table
from xmsw.printing.pdf import pdf


def as_pdf(report: Report) -> bytes:
    """Raises PrintError."""
    return pdf("report", data(report))


def data(report: Report) -> dict[str, Any]:
    """What the template reads."""
    return {
        "title": report.title,
        "area": report.area,
        "day": f"{report.day:%Y-%m-%d}",
        "basis": report.basis,
        "synthetic": report.synthetic,
        "sections": [
            {"heading": each.heading, "blocks": [_block(block) for block in each.blocks]} for each in report.sections
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Table):
        columns = [
            {"label": label, "numeric": numeric, "share": share}
            for (label, numeric), share in zip(block.columns, block.widths, strict=True)
        ]
        rows = block.texts()
        return {"kind": block.kind, "title": block.title, "columns": columns, "rows": rows, "note": block.note}
    if isinstance(block, Chart):
        return {"kind": block.kind, "title": block.title, "chart": block.data}
    return {"kind": block.kind, "text": block.text}


def picture(chart: Chart) -> bytes:
    """One chart as PNG, for documents that hold pictures."""
    return pdf("chart", {"title": chart.title, "chart": chart.data}, form="png")
