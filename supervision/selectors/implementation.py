"""How far each clause is carried out in a city and its districts, against its target (四(三)-3): clause by area."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import QuerySet, Sum
from django.db.models.functions import Left
from django.utils import timezone

from supervision.models import ClauseTarget, Tally
from supervision.models.tallies import OUTCOME_COLUMNS
from supervision.selectors.overview import Counts
from xmsw.policy import facts, rules
from xmsw.policy.areas import area_verdicts
from xmsw.policy.models import Clause
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import Rule
from xmsw.regions.areas import CITY_DIGITS, DISTRICT_DIGITS
from xmsw.regions.models import Level, Region

if TYPE_CHECKING:
    from xmsw.accounts.models import User

_ByRule = dict[int, dict[str, Counts]]
WHOLE = Decimal(100)
REACHED, SHORT, PENDING, NO_SUBJECT, NO_TARGET = "reached", "short", "pending", "none", "open"
STATES = {
    REACHED: "达标",
    SHORT: "未达标",
    PENDING: "待评估",
    NO_SUBJECT: "不适用",
    NO_TARGET: "没有定目标",
}


# Of a clause's rules the one that decides: what falls short before what may, and that before what is reached.
_DECIDES = (SHORT, PENDING, REACHED, NO_TARGET, NO_SUBJECT)


@dataclass(frozen=True)
class Standing:
    """A clause in an area: outcomes counted, the target in percent (None: none was set), and what follows.

    `rule`: the one that is told of. Where several judge a clause it is the worst of them (`worst`): adding up their
    subjects would count a person once a rule, and thin out who lacks something. `duty`: the target is that of the text.
    """

    counts: Counts
    target: Decimal | None
    rule: Rule | None = None
    duty: bool = False
    among: int = 1

    @property
    def state(self) -> str:
        """One of STATES. What is not yet assessed counts among all (trap 8), and keeps a shortfall undecided while it
        could still make up for it.
        """
        if not self.counts.total:
            return NO_SUBJECT
        if self.target is None:
            return NO_TARGET
        if self._enough(self.counts.met):
            return REACHED
        return PENDING if self._enough(self.counts.met + self._undecided) else SHORT

    @property
    def _undecided(self) -> int:
        """What could still be met. Against the text alone a hint or warning is no breach, its bound is of others."""
        hints = self.counts.info + self.counts.warning if self.duty else 0
        return self.counts.pending + hints

    def _enough(self, met: int) -> bool:
        return met * WHOLE >= self.target * self.counts.total

    @property
    def label(self) -> str:
        return STATES[self.state]

    @property
    def order(self) -> tuple[int, float]:
        """From the worst to the best."""
        return (_DECIDES.index(self.state), 1 if self.counts.share is None else self.counts.share)


def worst(standings: list[Standing]) -> Standing:
    """The standing of a clause: that of the rule that is furthest from its target."""
    return replace(min(standings, key=lambda each: each.order), among=len(standings))


@dataclass
class Implementation:
    """Every clause that rules judge, in every area: `found[clause][area]`; `of_areas`: clauses that bind areas."""

    areas: list[Region]
    found: dict[str, dict[str, Standing]] = field(default_factory=dict)
    of_areas: set[str] = field(default_factory=set)

    def totals(self, area: str) -> dict[str, int]:
        """State → clauses, in one area."""
        counted = dict.fromkeys(STATES, 0)
        for by_area in self.found.values():
            counted[by_area[area].state] += 1
        return counted


def implementation(user: User | None, within: str, on: date) -> Implementation:
    """Standing of each judged clause in the areas of a subtree, as far as the account sees; a fixed number of queries.

    A city's counts contain those of its districts, also where a clause binds the areas themselves.
    """
    areas = list(Region.objects.subtree(within).filter(level__in=(Level.CITY, Level.DISTRICT)).order_by("code"))
    counted: _ByRule = defaultdict(lambda: {each.code: Counts() for each in areas})
    for row in _counted(user, within, on):
        _add(counted, row["rule"], row["place"], row)
    if user is None or user.area_code:
        _add_areas(counted, on, within)
    targets = _targets(on.year, areas)
    judging = rules.judging()
    found = {
        clause.pk: {each.code: worst(_standings(judging[clause.pk], counted, targets, each.code)) for each in areas}
        for clause in Clause.objects.filter(pk__in=judging).order_by("order")
    }
    return Implementation(areas, found, {rule.clause for rule in rules.rules() if facts.get(rule.subject).area})


def _standings(
    judging: list[Rule], counted: _ByRule, targets: dict[tuple[str, str], Decimal], area: str
) -> list[Standing]:
    """Each rule of a clause against the target of the area, else of its city. Where none is registered, what the text
    makes a duty is asked of all; a rule that only hints or warns has no target.
    """
    clause = judging[0].clause
    own = targets.get((clause, area), targets.get((clause, area[:CITY_DIGITS])))
    found = []
    for rule in judging:
        duty = own is None and Outcome.VIOLATION in rule.outcomes()
        found.append(Standing(counted[rule.number][area], WHOLE if duty else own, rule, duty))
    return found


def _add(counted: _ByRule, rule: int, place: str, row: dict[str, int]) -> None:
    """Count outcomes in at a district and at its city."""
    for code in {place[:CITY_DIGITS], place}:
        if code in counted[rule]:
            counted[rule][code].add(row)


def _counted(user: User | None, within: str, on: date) -> QuerySet:
    rows = Tally.objects.all() if user is None else Tally.objects.visible_to(user)
    rows = rows.filter(street__startswith=within)
    rows = rows.filter(day__isnull=True) if on >= timezone.localdate() else rows.filter(day=on)
    sums = {name: Sum(name) for name in OUTCOME_COLUMNS}
    return rows.values("rule", place=Left("street", DISTRICT_DIGITS)).annotate(**sums)


def _add_areas(counted: _ByRule, on: date, within: str) -> None:
    """What binds cities and districts themselves is judged anew."""
    for verdict in area_verdicts(on, within):
        row = dict.fromkeys(OUTCOME_COLUMNS, 0) | {verdict.outcome.code: 1}
        _add(counted, verdict.rule.number, verdict.subject_id, row)


def _targets(year: int, areas: list[Region]) -> dict[tuple[str, str], Decimal]:
    cities = {each.code[:CITY_DIGITS] for each in areas}
    rows = ClauseTarget.objects.filter(year=year, region_id__in={*cities, *(each.code for each in areas)})
    return {(each.clause_id, each.region_id): each.percent for each in rows}
