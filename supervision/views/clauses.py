"""The clause-by-clause board, one clause, and the catalogue of rules."""

from __future__ import annotations

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from supervision.selectors import clauses as selectors
from supervision.selectors.runs import calculated
from supervision.selectors.wording import Reader
from supervision.views import for_officers
from xmsw.policy import facts
from xmsw.policy import rules as registry
from xmsw.policy.models import ParameterValue, Strength
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import Rule

_FILLED = re.compile(r"\{(?P<name>\w+)(?::[^}]*)?\}")


@require_safe
@for_officers
def board(request: HttpRequest) -> HttpResponse:
    """All 86 clauses with their state in the account's area, filtered by section, strength and state."""
    day = request.on if request.is_past else None
    everything = selectors.clause_board(request.user, day)
    asked = {name: request.GET.get(name, "") for name in ("section", "strength", "state")}
    shown = [each for each in everything if _matches(each, asked)]
    context = {
        "clauses": shown,
        "asked": asked,
        "all_count": len(everything),
        "day": day,
        "uncalculated": day is not None and not calculated(request.user.area_code or "", day),
        "sections": list(dict.fromkeys(each["section"] for each in everything)),
        "strengths": [(value or "none", label) for value, label in Strength.choices],
        "states": list(selectors.STATES.items()),
    }
    return render(request, "supervision/clauses.html", context)


def _matches(each: dict[str, Any], asked: dict[str, str]) -> bool:
    strength = each["clause"].strength or "none"
    actual = {"section": each["section"], "strength": strength, "state": each["state"]}
    return all(not value or actual[name] == value for name, value in asked.items())


@require_safe
@for_officers
def clause(request: HttpRequest, pk: str) -> HttpResponse:
    """One clause: its sentence, how it is checked, what was found, where to mend."""
    everything = selectors.clause_board(request.user, request.on if request.is_past else None)
    found = next((each for each in everything if each["clause"].pk == pk), None)
    if found is None:
        raise Http404("没有这一条。")
    document = found["clause"].document
    sentence = document.text[found["clause"].start or 0 : found["clause"].end or 0].strip()
    values = _values(request)
    context = {**found, "sentence": sentence, "cited": [_described(each, values) for each in found["rules"]]}
    if request.is_past:
        context |= {"day": request.on, "uncalculated": not calculated(request.user.area_code or "", request.on)}
    return render(request, "supervision/clause.html", context)


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """The catalogue: every rule with its cases, sentences and the parameters it reads on the as-of date."""
    values = _values(request)
    described = [_described(each, values) for each in registry.rules()]
    return render(request, "supervision/rules.html", {"rules": described})


def _values(request: HttpRequest) -> dict[str, ParameterValue]:
    rows = ParameterValue.objects.in_force(request.on).select_related("parameter")
    return {each.parameter_id: each for each in rows}


def _described(rule: Rule, values: dict[str, ParameterValue]) -> dict[str, Any]:
    reader = Reader(rule, {code: each.parameter.name for code, each in values.items()})
    labels = {name: fact.label for name, fact in facts.get(rule.subject).all_facts().items()}
    words = {**labels, **{code: each.parameter.name for code, each in values.items()}}
    return {
        "rule": rule,
        "subject": facts.get(rule.subject).label,
        "applies": reader.read(rule.applies),
        "cases": [
            {
                "outcome": Outcome(case.outcome).code,
                "condition": reader.read(case.condition),
                "message": _sentence(case.message, words),
                "mend": _sentence(case.mend, words),
            }
            for case in rule.cases
        ],
        "met": _sentence(rule.met, words),
        "parameters": [values[code] for code in sorted(rule.params()) if code in values],
    }


def _sentence(text: str, words: dict[str, str]) -> str:
    """A rule's sentence with the names of what is filled in, as «〔在设社工岗位〕»."""
    return _FILLED.sub(lambda found: f"〔{words[found['name']]}〕" if found["name"] in words else found[0], text)
