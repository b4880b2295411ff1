"""A row of every register of section 四 in each place of the walked world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.supervision import registers as make

if TYPE_CHECKING:
    from posts.models import Employer


def make_registers(
    employers: dict[str, Employer], places: dict[str, str], names: dict[str, str]
) -> dict[str, dict[str, Any]]:
    """Kind → place → row; each names its place."""
    found: dict[str, dict[str, Any]] = {}
    for place, district in places.items():
        name = names[place]
        item = make.make_budget(district, name=f"{name}经费")
        policy = make.make_policy(district, name=f"{place}补贴")  # officers of every line may read policies
        made = {
            "clause-targets": make.make_clause_target(district, document=name),
            "year-ends": make.make_year_end(district),
            "plans": make.make_plan(district, name=f"{name}规划", file_name="-", stored_as="-"),
            "targets": make.make_target("health", district, document=name),
            "contacts": make.make_contact("health", district, name=name),
            "meetings": make.make_meeting(district, title=f"{name}会议", attending=["health"], stored_as="-"),
            "meeting-tasks": make.make_task("health", district, title=f"{name}任务", stored_as="-"),
            "guidance": make.make_guidance(employers[place], question=name),
            "supporting-rules": make.make_supporting_rule(region=district, title=f"{name}办法", stored_as="-"),
            "budgets": item,
            "budget-line": make.make_line(item, "appropriation", 1, purpose=name),
            "budget-evaluation": make.make_evaluation(item, evaluator=name, stored_as="-"),
            "pay-issues": make.make_pay_issue("health", district, title=name),
            "social-funding": make.make_funding(district, giver=name),
            "upward-reports": make.make_report(district, title=f"{name}总结", stored_as="-"),
            "policies": policy,
            "policy-application": make.make_application(employers[place], policy, state="submitted"),
            "policy-granted": make.make_application(employers[place], policy, state="granted"),
            "policy-draft": make.make_application(employers[place], make.make_policy(district, name=f"{place}减税")),
            "fees": make.make_fee(employers[place], service=name),
            "incomes": make.make_income(employers[place]),
        }
        for kind, row in made.items():
            found.setdefault(kind, {})[place] = row
    return found
