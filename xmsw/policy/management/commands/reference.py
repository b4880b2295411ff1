"""`manage.py reference`: load what every installation needs — divisions, bureaus, clauses, parameters, communities."""

import json
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.module_loading import module_has_submodule


class Command(BaseCommand):
    help = "装载参考数据（区划、机构、条款、参数、社区名录）；重复执行不会改变任何内容"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--json", action="store_true", help="以 JSON 输出数量")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            counts = {name: load() for _, name, load in sorted(self._loaders(), key=lambda each: each[0])}
        if options["json"]:
            self.stdout.write(json.dumps(counts, ensure_ascii=False))
        else:
            self.stdout.write("；".join(f"{name} {count}" for name, count in counts.items()))

    def _loaders(self) -> list[tuple[int, str, Any]]:
        found = []
        for app in apps.get_app_configs():
            if module_has_submodule(app.module, "reference"):
                module = import_module(f"{app.name}.reference")
                found.append((module.ORDER, app.verbose_name, module.load))
        return found
