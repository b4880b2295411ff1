"""Checklists of an inspection: items suggested from rules, and the registered numbers that an item is held against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction

from supervision.models import Inspection, InspectionItem
from xmsw.policy import facts
from xmsw.policy.engine import Employers, Evaluation
from xmsw.policy.rules import Rule, by_number
from xmsw.workflow.refusals import Refused

# Facts of an employer that people on the spot can count.
COUNTABLE = (
    "active_posts",
    "filled_posts",
    "holders_total",
    "certified_holders",
    "full_time_certified",
    "full_time_qualified",
    "part_time_holders",
    "principal_posts",
    "coordinator_posts",
    "ladders",
)
# What is counted for a rule that speaks of posts or people one by one.
OF_SUBJECT = {"post": "active_posts", "appointment": "certified_holders", "employment": "holders_total"}
MOST_ITEMS = 40


def countable() -> list[tuple[str, str]]:
    """(name, label) of each."""
    declared = facts.get("employer").all_facts()
    return [(name, declared[name].label) for name in COUNTABLE]


def unit_of(fact: str) -> str:
    """«人» or «个»."""
    return facts.get("employer").all_facts()[fact].unit if fact else ""


def suggested_fact(rule: Rule) -> str:
    """What a rule measures where that can be counted on the spot, else a fact it reads; "" where there is none."""
    if rule.subject != "employer":
        return OF_SUBJECT.get(rule.subject, "")
    measured = rule.measure.facts() if rule.measure is not None else set()
    return next((name for read in (measured, rule.facts()) for name in COUNTABLE if name in read), "")


def suggest(inspection: Inspection) -> int:
    """Add an item for each chosen rule that has none yet; returns how many were added. Within a transaction."""
    known = set(inspection.items.values_list("rule", flat=True))
    place = inspection.items.count()
    added = [by_number(number) for number in inspection.rules if number not in known]
    InspectionItem.objects.bulk_create(
        InspectionItem(
            inspection=inspection,
            place=place + at,
            clause_id=rule.clause,
            rule=rule.number,
            question=rule.title,
            fact=suggested_fact(rule),
        )
        for at, rule in enumerate(added, start=1)
    )
    return len(added)


def rewrite(inspection: Inspection, items: Sequence[InspectionItem]) -> None:
    """Put these items, in order, in the place of the present ones. Raises Refused once the units are drawn."""
    with transaction.atomic():
        found = Inspection.objects.select_for_update().get(pk=inspection.pk)
        if found.state != Inspection.State.DRAFT:
            raise Refused("单位已经确定，核查项目不能再改。")
        if len(items) > MOST_ITEMS:
            raise Refused(f"核查项目最多 {MOST_ITEMS} 项，现在有 {len(items)} 项。请合并或去掉一些。")
        found.items.all().delete()
        for place, each in enumerate(items, start=1):
            each.pk, each.inspection, each.place = None, found, place
        InspectionItem.objects.bulk_create(items)


def registered(employer: int, on: date, names: Iterable[str] = COUNTABLE) -> dict[str, int]:
    """The registered numbers of one employer on a day; nothing where it does not count on that day."""
    rows = Evaluation(on, Employers.of_ids([employer])).rows("employer")
    return {name: rows[0][name] for name in names} if rows else {}
