"""`manage.py prepare`: bring the database and the static files to this version. Safe to run again at any time.

Migrations, reference data, then, on the first run only and unless DEMO=0, the demo data. What the first run decided
stays decided: an installation that began without demo data never gets it by a restart. `--recalculate` does the first
full recalculation. `--report FILE` leaves what `manage.py up` wants to know.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from xmsw.runtime.models import Milestone

TREND_MONTHS = 12  # month ends of the demo data that the overview's trend shows


class Command(BaseCommand):
    """The steps between an empty database and a portal that can open."""

    help = "升级数据库结构，装载参考数据，首次装载演示数据，收集静态文件"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """See the module."""
        parser.add_argument("--recalculate", action="store_true", help="做首次全量测算")
        parser.add_argument("--report", type=Path, help="把结果写到这个文件（JSON）")

    def handle(self, *args: object, **options: object) -> None:
        """Run each step and print one line a step."""
        if options["recalculate"]:
            self.step("首次测算", self.recalculate)
            return
        for title, work in (
            ("数据库结构", self.migrate),
            ("参考数据", self.reference),
            ("演示数据", self.demo),
            ("静态文件", self.static),
        ):
            self.step(title, work)
        if options["report"]:
            report = {"recalculate": not reached("recalculated"), "accounts": accounts()}
            options["report"].write_text(json.dumps(report, ensure_ascii=False), "utf-8")

    def step(self, title: str, work: Callable[[], str]) -> None:
        """Run `work` and print what it did and how long it took."""
        begun = time.monotonic()
        note = work()
        self.stdout.write(f"      {title}：{note}（{time.monotonic() - begun:.1f} 秒）")
        self.stdout.flush()

    def migrate(self) -> str:
        """Apply what is pending."""
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if not pending:
            return "未变"
        self.stdout.write(f"      正在执行 {len(pending)} 个迁移 …")
        self.stdout.flush()
        call_command("migrate", interactive=False, verbosity=0)
        return f"执行了 {len(pending)} 个迁移"

    def reference(self) -> str:
        """Load the shipped reference data; unchanged data costs little."""
        return "已是最新" if self.call("reference") else "无"

    def demo(self) -> str:
        """Load the demo data the first time, unless DEMO=0."""
        held = Milestone.objects.filter(name="demo").first()
        if held:
            return {"loaded": "已装载过", "declined": "首次启动时选择了不装载"}[held.outcome]
        if os.environ.get("DEMO") == "0":
            Milestone.objects.create(name="demo", outcome="declined")
            return "不装载（DEMO=0）"
        if not self.call("demo", scale="xiamen"):
            return "无"
        Milestone.objects.create(name="demo", outcome="loaded")
        return "厦门规模，虚构数据"

    def recalculate(self) -> str:
        """The first full recalculation; later ones are the portal's own business."""
        if reached("recalculated"):
            return "已做过"
        demo = Milestone.objects.filter(name="demo", outcome="loaded").exists()
        if not self.call("recalculate", history=TREND_MONTHS if demo else 0):
            return "无"
        Milestone.objects.create(name="recalculated", outcome="done")
        return "完成"

    def static(self) -> str:
        """Collect static files under hashed names when any of them changed."""
        if not settings.COLLECTED:
            return "直接使用源文件"
        stamp, wanted = settings.STATIC_ROOT / ".source", static_fingerprint()
        if stamp.is_file() and stamp.read_text() == wanted:
            return "未变"
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(wanted)
        return "已收集"

    def call(self, name: str, **options: object) -> bool:
        """Run a command that a later app brings; False when no app does."""
        if name not in get_commands():
            return False
        call_command(name, stdout=self.stdout, **options)
        return True


def reached(name: str) -> bool:
    """Whether the milestone is there."""
    return Milestone.objects.filter(name=name).exists()


def accounts() -> list[dict[str, str]]:
    """The demo accounts as `manage.py demo --accounts --json` tells them; none without demo data."""
    if not Milestone.objects.filter(name="demo", outcome="loaded").exists():
        return []
    said = io.StringIO()
    call_command("demo", "--accounts", "--json", stdout=said)
    return json.loads(said.getvalue() or "[]")


def static_fingerprint() -> str:
    """One digest of the path, size and time of every static file."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = os.stat(storage.path(path))
            digest.update(f"{getattr(storage, 'prefix', '')}/{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
