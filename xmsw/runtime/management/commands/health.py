"""`manage.py health [--json]`: each part's state; exit status 1 when one is unwell."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandParser

from xmsw.runtime.health import look


class Command(BaseCommand):
    """Ask every part and print a line for each."""

    help = "检查数据库、消息队列、后台任务、定时任务、数据库结构和磁盘"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """`--json` prints {"ok": …, "checks": [{"name", "ok", "message"}, …]}."""
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: object, json: bool = False, **options: object) -> None:
        """Print the checks; exit 1 when one failed."""
        checks = look()
        well = all(check.ok for check in checks)
        self.stdout.write(as_json(well, checks) if json else "\n".join(map(line, checks)))
        if not well:
            sys.exit(1)


def as_json(well: bool, checks: list) -> str:
    """The checks for scripts."""
    return json.dumps({"ok": well, "checks": [asdict(check) for check in checks]}, ensure_ascii=False, indent=2)


def line(check: object) -> str:
    """One check for people."""
    return f"{'正常' if check.ok else '异常'}  {check.name:<11}{check.message}"
