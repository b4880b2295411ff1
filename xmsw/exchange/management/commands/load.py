"""`manage.py load KIND FILE`: the browser's import pipeline from the console, without background workers."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from xmsw.accounts.models import User
from xmsw.exchange import actions, kinds
from xmsw.exchange.models import Batch
from xmsw.exchange.refusals import Refused

SHOWN = 200
DATABASE_GONE = (
    "数据库断开了，这次没有写入任何内容。数据库恢复后，系统会自动接着核对或写入；在「数据导入」页面可以看到结果。"
)


class Command(BaseCommand):
    """Checks a file and prints the report; `--confirm` also writes it. Exit status 1 with errors or a refusal."""

    help = "核对一个导入文件并给出报告；加 --confirm 写入"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=[kind.key for kind in kinds.kinds()])
        parser.add_argument("file", type=Path)
        parser.add_argument("--confirm", action="store_true", help="没有错误时写入")
        parser.add_argument("--user", help="以这个账号的权限和范围导入；不写则不限范围")
        parser.add_argument("--json", action="store_true", help="以 JSON 给出报告")

    def handle(self, *args: Any, **options: Any) -> None:
        user = None
        if options["user"]:
            user = User.objects.filter(username=options["user"], is_active=True).first()
            if user is None:
                raise CommandError(f"没有账号「{options['user']}」。")
        if not options["file"].is_file():
            raise CommandError(f"没有这个文件：{options['file']}")
        try:
            batch = self._run(user, options)
        except (Refused, PermissionDenied) as refusal:
            if options["json"]:
                self.stdout.write(json.dumps({"state": "refused", "message": str(refusal)}, ensure_ascii=False))
                raise SystemExit(1) from refusal
            raise CommandError(str(refusal)) from refusal
        except (OperationalError, InterfaceError) as error:
            raise CommandError(DATABASE_GONE) from error
        self._report(batch, options["json"])
        if batch.errors or batch.state == Batch.State.FAILED:
            raise SystemExit(1)

    def _run(self, user: User | None, options: dict[str, Any]) -> Batch:
        batch = actions.receive(user, options["kind"], options["file"].name, options["file"])
        actions.check(batch.pk)
        batch.refresh_from_db()
        if options["confirm"] and batch.mergeable:
            actions.confirm(user, batch.pk)
            actions.merge(batch.pk)
            batch.refresh_from_db()
        return batch

    def _report(self, batch: Batch, as_json: bool) -> None:
        columns = {column.name: column.header for column in batch.import_kind.columns}
        problems = [
            {
                "row": each.row,
                "column": columns[each.column],
                "value": each.value,
                "level": each.level,
                "message": each.message,
                "mend": each.mend,
            }
            for each in batch.problems.order_by("row", "id")[:SHOWN]
        ]
        counts = {name: getattr(batch, name) for name in ("total", "new", "changed", "same", "errors", "warnings")}
        if as_json:
            report = {"batch": batch.pk, "kind": batch.kind, "file": batch.file_name, "state": batch.state}
            report |= {"message": batch.message, **counts, "problems": problems}
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        self.stdout.write(
            f"{batch.import_kind.label} · {batch.file_name} · {batch.get_state_display()}。{batch.message}"
        )
        self.stdout.write(
            "共 {total} 行：新增 {new}，变更 {changed}，没有变化 {same}；"
            "有错误 {errors} 行，有提醒 {warnings} 行。".format(**counts)
        )
        for each in problems:
            level = Batch._meta.apps.get_model("exchange.Problem").Level(each["level"]).label
            self.stdout.write(
                f"第 {each['row']} 行「{each['column']}」{each['value']}：{level}，{each['message']}。{each['mend']}。"
            )
        if batch.mergeable:
            self.stdout.write("没有错误。加 --confirm 写入。")
