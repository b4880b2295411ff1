"""`manage.py report`: the annual implementation report of a city or district as files (文末)."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from supervision.report.content import annual_report
from supervision.report.files import FORMS
from xmsw.printing.pdf import PrintError
from xmsw.regions.models import Level, Region


class Command(BaseCommand):
    """One command, up to three files with the same figures."""

    help = "生成市或区的年度落实情况报告（PDF、Word、Excel）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--area 3502 --year 2026 --form pdf docx xlsx --out reports`."""
        parser.add_argument("--area", required=True, help="市或区的区划代码，如 3502、350203")
        parser.add_argument("--year", type=int, help="年度；默认今年")
        parser.add_argument("--on", type=date.fromisoformat, help="以哪一天为今天，如 2026-06-30；默认今天")
        parser.add_argument("--form", nargs="+", choices=FORMS, default=list(FORMS), help="文件格式；默认三种都要")
        parser.add_argument("--out", type=Path, default=Path(), help="放在哪个文件夹；默认当前文件夹")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files, or say in one sentence why not."""
        today = options["on"] or timezone.localdate()
        year = options["year"] or today.year
        area = Region.objects.filter(code=options["area"], level__in=(Level.CITY, Level.DISTRICT)).first()
        if area is None:
            raise CommandError(f"没有代码是「{options['area']}」的市或区。写 4 位的市代码或 6 位的区代码，例如 3502。")
        if date(year, 1, 1) > today:
            raise CommandError(f"{year} 年还没有开始。")
        report = annual_report(area, year, today)
        options["out"].mkdir(parents=True, exist_ok=True)
        for form in options["form"]:
            path = options["out"] / f"{report.file_name}.{form}"
            try:
                path.write_bytes(FORMS[form].made(report))
            except PrintError as error:
                raise CommandError(f"没有排出 {path.name}：{error}") from error
            self.stdout.write(str(path))
