"""Figures as charts, in the shape of static/js/charts.js: over points in time, or over places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from supervision.figures.declared import BY_KEY, Figure
from supervision.figures.told import Told

Point = tuple[str, Sequence[Told]]  # a label and the value of each figure there


def chart(kind: str, axis: str, keys: Sequence[str], points: Iterable[Point]) -> dict[str, Any]:
    """«line» or «bar»: a series a figure, a label a point; shares reach from 0 to 100."""
    points = list(points)
    figures: list[Figure] = [BY_KEY[key] for key in keys]
    series = [
        {"name": each.label, "values": [values[at].plain for _, values in points]} for at, each in enumerate(figures)
    ]
    labels = [label for label, _ in points]
    rows = [[label, *(value.plain for value in values)] for label, values in points]
    found = {"kind": kind, "axis": axis, "unit": figures[0].unit, "labels": labels, "series": series, "rows": rows}
    return found | ({"max": 100} if figures[0].share else {})
