"""A verdict made ready for a page: the labels and values of its facts and thresholds, since when, whom it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from xmsw.policy import facts
from xmsw.policy.engine import MONEY_UNIT, Verdict, labelled
from xmsw.policy.models import Parameter
from xmsw.policy.outcomes import Outcome


def shown(
    verdict: Verdict,
    since: Mapping[tuple[int, int], date],
    named: Mapping[tuple[str, int], str],
    parameters: Mapping[str, Parameter],
) -> dict[str, Any]:
    """For ``supervision/_verdict.html``. `since`: first day by (rule, subject id); `named`: labels by (kind, id)."""
    rule = verdict.rule
    declared = facts.get(rule.subject).all_facts()
    read = labelled(rule, verdict.facts)
    return {
        "verdict": verdict,
        "outcome_code": Outcome(verdict.outcome).code,
        "about": named.get((rule.subject, verdict.subject_id), ""),
        "since": since.get((rule.number, verdict.subject_id)),
        "facts": [
            (declared[name].label, _said(value), declared[name].unit.removeprefix(MONEY_UNIT))
            for name, value in read.items()
            if name in declared
        ],
        "thresholds": [
            (parameters[code], _said(value)) for code, value in verdict.params.items() if code in parameters
        ],
    }


def _said(value: Any) -> Any:
    """是/否 for flags."""
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else value
