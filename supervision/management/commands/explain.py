"""`manage.py explain EMPLOYER`: facts, rules, outcomes and thresholds of one employer on a day."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.utils import timezone

from posts.models import Employer
from supervision.management.commands.recalculate import parse_day
from xmsw.policy import facts as fact_registry
from xmsw.policy.engine import Employers, Evaluation, Verdict, verdicts
from xmsw.policy.parameters import ParameterMissing


class Command(BaseCommand):
    help = "说明一个单位的核查结果：依据哪一条、哪个事实、哪个标准"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("employer", help="统一社会信用代码，或 12 位社区代码")
        parser.add_argument("--on", help="日期，如 2025-12-31；默认今天")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        day = parse_day(options["on"], timezone.localdate())
        employer = find_employer(options["employer"])
        evaluation = Evaluation(day, Employers.of_ids([employer.pk]))
        try:
            found = verdicts(evaluation)
            facts = evaluation.rows("employer")
        except ParameterMissing as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            shown = {
                "employer": employer.name,
                "kind": employer.kind,
                "region": employer.region_id,
                "on": day,
                "counted": bool(facts),
                "facts": {name: value for row in facts for name, value in row.items() if _told(name)},
                "rules": [as_json(each) for each in found],
            }
            self.stdout.write(json.dumps(shown, ensure_ascii=False, cls=DjangoJSONEncoder))
            return
        self.stdout.write(f"{employer.name}（{employer.get_kind_display()}，{employer.region_id}）{day}")
        if not facts:
            self.stdout.write("这一天该单位不在册，不核查。")
        for each in found:
            self.stdout.write(f"  {each.outcome.label}  {each.rule.clause}  {each.rule.title}：{each.message}")


def _told(name: str) -> bool:
    """Facts alone, no outcome columns, and none that a capability has to open."""
    fact = fact_registry.get("employer").all_facts().get(name)
    return name in fact_registry.COMMON if fact is None else not fact.confidential


def find_employer(code: str) -> Employer:
    """By credit code, or by community code."""
    found = Employer.objects.filter(Q(credit_code=code.upper()) | Q(region_id=code, kind__in=("C02", "C03")))
    employer = found.order_by("end").first()
    if employer is None:
        raise CommandError(f"没有找到「{code}」：请给出 18 位统一社会信用代码，或 12 位社区代码。")
    return employer


def as_json(verdict: Verdict) -> dict[str, Any]:
    """One verdict with everything that decided it."""
    return {
        "rule": verdict.rule.code,
        "number": verdict.rule.number,
        "clause": verdict.rule.clause,
        "subject": verdict.rule.subject,
        "subject_id": verdict.subject_id,
        "outcome": verdict.outcome.code,
        "message": verdict.message,
        "mend": verdict.mend,
        "facts": verdict.facts,
        "thresholds": verdict.params,
        "measured": verdict.measured,
        "required": verdict.required,
    }
