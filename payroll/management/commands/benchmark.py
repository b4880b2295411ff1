"""`manage.py benchmark --period YYYY-MM`: publish the pay benchmarks of a closed month in this process."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from payroll.actions import NoSuchMonth, compute, month_of
from payroll.publishing import NotClosed
from xmsw.policy.parameters import ParameterMissing


class Command(BaseCommand):
    help = "发布一个已截止月份的同类人员薪酬参照（不够公布条件的分组不留任何数字）"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--period", required=True, help="月份，如 2026-10")
        parser.add_argument("--reason", default="命令发布", help="发布原因，记入发布记录")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            today = timezone.localdate()
            done = compute(month_of(options["period"], today), today, options["reason"])
        except (NoSuchMonth, NotClosed, ParameterMissing) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(done, ensure_ascii=False))
            return
        self.stdout.write(
            f"{done['period']} 薪酬参照：{done['cities']} 个城市有了新版本；"
            f"{done['cells']} 个分组，公开 {done['shown']} 个，"
            f"因人数过少隐去 {done['small']} 个，因单位过少或一家独大隐去 {done['dominant']} 个，"
            f"为防推算再隐去 {done['complement']} 个"
        )
