"""The rule registry: a rule is data that cites one clause and reads like it. Apps declare theirs in `rules.py`."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Set
from dataclasses import dataclass
from string import Formatter
from typing import Any

from django.utils.module_loading import autodiscover_modules

from xmsw.policy import facts as fact_registry
from xmsw.policy.expressions import Expr, Literal, lift
from xmsw.policy.outcomes import Outcome

EVERY = Literal(True)


def mentioned(sentence: str) -> set[str]:
    """Names in braces."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@dataclass(frozen=True)
class When:
    """If `condition` holds the outcome is this, said in one sentence with `{fact}` and `{param}` filled in.

    `discreet` is said instead to whoever may not see a confidential fact that `message` tells.
    """

    condition: Expr
    outcome: Outcome
    message: str
    mend: str = ""
    discreet: str = ""


@dataclass(frozen=True)
class Rule:
    """A check that cites one clause.

    number: permanent (clause 二(二)-2 → 22020, a second rule of the clause 22021); code: a readable permanent name;
    applies: whom it binds, as an expression over facts; cases: first that holds decides, otherwise `met`;
    measure / requires: what is compared, for explanations; blocks: also refuses at save;
    beside: rests on another document or guards the data; it stands beside the clause it cites and tells nothing of how
    far that is carried out.
    """

    number: int
    code: str
    clause: str
    subject: str
    title: str
    cases: tuple[When, ...]
    met: str
    applies: Expr = EVERY
    measure: Expr | None = None
    requires: Expr | None = None
    blocks: bool = False
    beside: bool = False
    note: str = ""
    met_discreet: str = ""

    def expressions(self) -> Iterator[Expr]:
        yield self.applies
        for case in self.cases:
            yield case.condition
        yield from (each for each in (self.measure, self.requires) if each is not None)

    def named(self) -> set[str]:
        """Facts and parameters that its sentences mention."""
        sentences = [self.met, *(sentence for case in self.cases for sentence in (case.message, case.mend))]
        return set().union(*map(mentioned, sentences))

    def sentence(self, case: When | None, hidden: Set[str] = frozenset()) -> str:
        """What is said of the case that decided (None: met), telling none of the hidden facts."""
        full, discreet = (case.message, case.discreet) if case else (self.met, self.met_discreet)
        return discreet if mentioned(full) & hidden else full

    def hidden(self, granted: Container[str]) -> set[str]:
        """Confidential facts it reads that these capabilities do not open."""
        declared = fact_registry.get(self.subject).all_facts()
        closed = {name for name, fact in declared.items() if fact.confidential and fact.confidential not in granted}
        return self.facts() & closed

    def tells(self) -> bool:
        """Whether a sentence tells a confidential fact where no discreet one stands in for it."""
        hidden = self.hidden(())
        pairs = [(self.met, self.met_discreet), *((case.message, case.discreet) for case in self.cases)]
        loud = any(mentioned(full) & hidden and not discreet for full, discreet in pairs)
        always = (*(case.mend for case in self.cases), *(discreet for _, discreet in pairs))
        return loud or any(mentioned(each) & hidden for each in always)

    def facts(self) -> set[str]:
        """Facts it reads or mentions."""
        known = {*fact_registry.get(self.subject).all_facts(), *fact_registry.COMMON}
        return set().union(*(each.facts() for each in self.expressions())) | (self.named() & known)

    def params(self) -> set[str]:
        """Parameters it reads or mentions."""
        return set().union(*(each.params() for each in self.expressions())) | (self.named() - self.facts())

    def outcomes(self) -> set[Outcome]:
        """What it can yield."""
        return {Outcome.MET, *(case.outcome for case in self.cases)}

    @property
    def column(self) -> str:
        return f"r{self.number}"

    def sql(self) -> str:
        """CASE expression over `f`: outcome number, NULL where it does not apply."""
        cases = " ".join(f"WHEN {case.condition.sql()} THEN {int(case.outcome)}" for case in self.cases)
        applies = "" if self.applies is EVERY else f"WHEN ({self.applies.sql()}) IS NOT TRUE THEN NULL "
        return f"(CASE {applies}{cases} ELSE {int(Outcome.MET)} END)::smallint"

    def decide(self, facts: Mapping[str, Any], params: Mapping[str, Any]) -> tuple[Outcome | None, When | None]:
        """The outcome for one row of facts, and the case that decided it; (None, None) where it does not apply."""
        if self.applies.value(facts, params) is not True:
            return None, None
        for case in self.cases:
            if case.condition.value(facts, params) is True:
                return case.outcome, case
        return Outcome.MET, None


_rules: dict[int, Rule] = {}


def rule(**declared: Any) -> Rule:
    """Register a rule; numbers, codes and facts are checked at once."""
    made = Rule(**{key: lift(value) if key in ("measure", "requires") else value for key, value in declared.items()})
    if made.number in _rules or any(made.code == other.code for other in _rules.values()):
        raise ValueError(f"rule {made.number} {made.code} is declared twice")
    unknown = made.facts() - fact_registry.get(made.subject).all_facts().keys() - set(fact_registry.COMMON)
    if unknown:
        raise ValueError(f"rule {made.code} reads unknown facts {sorted(unknown)}")
    if made.tells():
        raise ValueError(f"rule {made.code} tells a confidential fact and has no discreet sentence")
    _rules[made.number] = made
    return made


def autodiscover() -> None:
    """Import every app's facts, lower apps first, then every app's rules."""
    autodiscover_modules("facts")
    autodiscover_modules("rules")


def rules(subject: str | None = None) -> list[Rule]:
    """All rules, or those of one subject, in clause order."""
    return sorted((each for each in _rules.values() if subject in (None, each.subject)), key=lambda each: each.number)


def rules_of_employers() -> list[Rule]:
    """Those whose outcomes are findings of an employer; the others bind cities and districts themselves."""
    return [each for each in rules() if not fact_registry.get(each.subject).area]


def judging() -> dict[str, list[Rule]]:
    """Clause → the rules that tell how far it is carried out."""
    found: dict[str, list[Rule]] = {}
    for each in rules():
        if not each.beside:
            found.setdefault(each.clause, []).append(each)
    return found


def by_number(number: int) -> Rule:
    return _rules[number]


def by_code(code: str) -> Rule:
    """The rule of that code; raises KeyError."""
    for each in _rules.values():
        if each.code == code:
            return each
    raise KeyError(code)


def needed_params() -> set[str]:
    """Every dated parameter some rule reads (`today` is the day under evaluation, not a parameter)."""
    return set().union(*(each.params() for each in rules())) - {"today"}
