"""What the policy asks of a city and its districts themselves, judged for an account's area."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from supervision.selectors.screens import Screen, screen_for
from supervision.selectors.screens_duties import OF_RULES, PARTS
from xmsw.policy import facts as fact_registry
from xmsw.policy.areas import area_verdicts
from xmsw.policy.engine import Verdict
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import Rule, rules
from xmsw.regions.models import Region

if TYPE_CHECKING:
    from xmsw.accounts.models import User


@dataclass(frozen=True)
class Obligation:
    """One rule in one area; `screen`: where it is worked on, if the account may go there."""

    area: Region
    verdict: Verdict
    screen: Screen | None


def area_rules() -> list[Rule]:
    """Rules that bind areas, in clause order."""
    return [rule for rule in rules() if fact_registry.get(rule.subject).area]


def verdicts_for(user: User | None, on: date) -> list[Verdict]:
    """Of the account's own area and what lies in it; None means everywhere; none for accounts without an area."""
    if user is not None and user.area_code is None:
        return []
    return area_verdicts(on, "" if user is None else user.area_code)


def obligations(user: User, on: date) -> list[Obligation]:
    """Every rule in every area that the account looks after, city first. Two queries and the parameters."""
    found = verdicts_for(user, on)
    areas = Region.objects.in_bulk({each.subject_id for each in found})
    screens = {rule.number: _screen_of(rule, user) for rule in area_rules()}
    return [Obligation(areas[each.subject_id], each, _screen(screens[each.rule.number], each)) for each in found]


def _screen_of(rule: Rule, user: User) -> Screen | None:
    """The rule's own screen, else that of its clause."""
    own = OF_RULES.get(rule.code)
    return own if own and own.opens(user) else screen_for(rule.clause, user)


def _screen(screen: Screen | None, verdict: Verdict) -> Screen | None:
    """The screen at the part of which the verdict speaks: of a year that is over, that year's."""
    part = PARTS.get(verdict.rule.code)
    return replace(screen, query=part.format_map(verdict.facts)) if screen and part else screen


def unmet(found: list[Obligation]) -> list[Obligation]:
    """What is left to do, the gravest first."""
    open_ones = [each for each in found if each.verdict.outcome != Outcome.MET]
    return sorted(open_ones, key=lambda each: (-each.verdict.outcome, each.verdict.rule.number, each.area.code))
