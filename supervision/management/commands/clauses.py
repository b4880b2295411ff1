"""`manage.py clauses`: the 86 clauses with their rules, screen and present state."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from supervision.selectors import clause_states


class Command(BaseCommand):
    help = "逐条列出 86 个条款的规则、页面和落实状态"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        states = clause_states(None)
        if options["json"]:
            self.stdout.write(json.dumps(states, ensure_ascii=False))
            return
        for each in states:
            self.stdout.write(f"{each['id']}\t{each['strength'] or '—'}\t{each['state']}\t{'、'.join(each['rules'])}")
