"""The 86 clauses with their rules and present state."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from supervision.models import Tally
from supervision.models.tallies import OUTCOME_COLUMNS
from supervision.selectors import implementation
from supervision.selectors.measures import measures
from supervision.selectors.obligations import verdicts_for
from supervision.selectors.screens import Screen, screen_for
from xmsw.policy import rules
from xmsw.policy.areas import area_counts
from xmsw.policy.models import Clause
from xmsw.policy.outcomes import Outcome

if TYPE_CHECKING:
    from xmsw.accounts.models import User

HELD, MEASURED, NO_RULE, NOT_APPLICABLE = "held", "measured", "no_rule", "not_applicable"
STATES = {
    **{each.code: each.label for each in sorted(Outcome, reverse=True)},
    NOT_APPLICABLE: "没有对象",
    MEASURED: "有统计",
    HELD: "由系统保证",
    NO_RULE: "没有可核查的规则",
}
# Of a clause against its target, and of one that no rule judges.
EVERY_STATE = {**STATES, **implementation.STATES}
HOW_HELD = {
    "0-1": "由政策库保证：文号、标题、发文机关在库，未载明的日期留空",
    "0-2": "由机构表和账号范围保证：12 个部门 × 市和 6 个区，每个账号只看本条线本地区",
    "0-3": "由政策库保证：依据文件在库，可以互相查看",
    "一-5": "由规则的适用条件保证：每条规则按领域和单位类别选用",
}


def clause_counts(user: User | None, on: date | None = None) -> dict[int, dict[str, int]]:
    """Outcomes by rule, in the account's area and line; None means all. `on` None is the present."""
    rows = Tally.objects.all() if user is None else Tally.objects.visible_to(user)
    rows = rows.filter(day__isnull=True) if on is None else rows.filter(day=on)
    summed = rows.values("rule").annotate(**{name: Sum(name) for name in OUTCOME_COLUMNS})
    return {row["rule"]: {name: row[name] for name in OUTCOME_COLUMNS} for row in summed}


def all_counts(user: User | None, on: date | None = None) -> dict[int, dict[str, int]]:
    """The same, with the rules that bind the city and the districts themselves; those are judged anew."""
    found = clause_counts(user, on)
    for number, counted in area_counts(verdicts_for(user, on or timezone.localdate())).items():
        found[number] = {name: counted[name] for name in OUTCOME_COLUMNS}
    return found


def clause_states(user: User | None, on: date | None = None) -> list[dict[str, Any]]:
    """`{id, strength, rules, screen, state}` of every clause, in the order of the text; two queries."""
    return [
        {
            "id": each["clause"].pk,
            "strength": each["clause"].strength,
            "rules": [rule.code for rule in each["rules"]],
            "screen": each["screen"].url if each["screen"] else reverse("supervision:clause", args=[each["clause"].pk]),
            "state": each["state"],
        }
        for each in clause_board(user, on)
    ]


def clause_board(user: User | None, on: date | None = None) -> list[dict[str, Any]]:
    """Every clause with its rules, counts and state, for the board."""
    counted = all_counts(user, on)
    measured = measures(user, on or timezone.localdate())
    by_clause: dict[str, list[rules.Rule]] = defaultdict(list)
    for rule in rules.rules():
        by_clause[rule.clause].append(rule)
    return [
        _described(clause, by_clause[clause.pk], counted, measured.get(clause.pk, ""), screen_for(clause.pk, user))
        for clause in Clause.objects.order_by("order")
    ]


def _described(
    clause: Clause, citing: list[rules.Rule], counted: dict[int, dict[str, int]], measure: str, screen: Screen | None
) -> dict[str, Any]:
    judging = [rule for rule in citing if not rule.beside]
    counts = {name: sum(counted.get(rule.number, {}).get(name, 0) for rule in judging) for name in OUTCOME_COLUMNS}
    measured_only = measure and not judging and clause.pk not in HOW_HELD
    state = MEASURED if measured_only else _state(clause.pk, judging, counts)
    return {
        "clause": clause,
        "rules": citing,
        "judging": judging,
        "counts": counts,
        "total": sum(counts.values()),
        "state": state,
        "state_label": STATES[state],
        "measure": measure,
        "screen": screen,
        "held": HOW_HELD.get(clause.pk, ""),
        "section": clause.pk.split("-")[0],
    }


def _state(identifier: str, judging: list[rules.Rule], counts: dict[str, int]) -> str:
    """The worst outcome present; without rule, how the clause is held."""
    if not judging:
        return HELD if identifier in HOW_HELD else NO_RULE
    return next((each.code for each in sorted(Outcome, reverse=True) if counts[each.code]), NOT_APPLICABLE)
