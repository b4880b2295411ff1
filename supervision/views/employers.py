"""What the rules say of one employer: the tab «核查» and the summary beside the record."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from posts.models import Employer
from posts.views.employers import record_context, render_tab
from supervision.models import Finding
from supervision.rectifying import may_order, open_orders
from supervision.selectors.explained import shown
from supervision.selectors.lists import finding_counts
from supervision.selectors.mending import way
from supervision.selectors.subjects import labels, subject_names
from xmsw.accounts.roles import Capability
from xmsw.policy.engine import Employers, Evaluation, Verdict, verdicts
from xmsw.policy.models import Parameter
from xmsw.policy.outcomes import Outcome
from xmsw.policy.parameters import ParameterMissing

SUMMARY = 5


@require_safe
def verdicts_tab(request: HttpRequest, pk: int) -> HttpResponse:
    """Every rule that applies: outcome, clause, message, facts and thresholds, since when, how to mend."""
    record = record_context(request, pk, tab="verdicts")
    evaluation = Evaluation(request.on, Employers.of_ids([pk]))
    try:
        found = verdicts(evaluation, granted=request.user.capabilities)
    except ParameterMissing as error:
        return render_tab(request, "supervision/_verdicts.html", {**record, "missing": str(error)})
    named = subject_names(request.user, pk, personal=request.user.can(Capability.VIEW_PERSONNEL))
    since = {} if request.is_past else _since(request, pk)
    parameters = {each.code: each for each in Parameter.objects.all()}
    ordered = {} if request.is_past else open_orders(request.user, pk)
    listed = [
        {
            **shown(each, since, named, parameters),
            "way": _way(request, each, pk, named),
            "order": ordered.get((each.rule.number, each.subject_id)),
        }
        for each in found
    ]
    listed.sort(key=lambda each: (-each["verdict"].outcome, each["verdict"].rule.number))
    met = [each for each in listed if each["verdict"].outcome == Outcome.MET]
    orders = not request.is_past and may_order(request.user, record["employer"])
    context = {**record, "verdicts": listed, "met": met, "may_order": orders}
    return render_tab(request, "supervision/_verdicts.html", context)


def _way(
    request: HttpRequest, verdict: Verdict, employer: int, named: dict[tuple[str, int], str]
) -> tuple[str, str] | None:
    """Where it is mended; nothing for what is met, and nothing in the past."""
    if verdict.outcome == Outcome.MET or request.is_past:
        return None
    return way(request.user, verdict.rule, verdict.outcome, employer, verdict.subject_id, named)


def _since(request: HttpRequest, pk: int) -> dict[tuple[int, int], Any]:
    rows = Finding.objects.visible_to(request.user).open().filter(employer=pk)
    return {(each.rule, each.subject_id): each.opened_on for each in rows}


@require_safe
def findings(request: HttpRequest, pk: int) -> HttpResponse:
    """Open findings of one employer by outcome, with the worst of them: a fragment for other pages."""
    found = get_object_or_404(Employer.objects.visible_to(request.user), pk=pk)
    counts = finding_counts(request.user, [pk]).get(pk, {})
    worst = Finding.objects.visible_to(request.user).open().filter(employer=pk).order_by("-outcome", "rule")[:SUMMARY]
    worst = list(worst)
    named = labels(request.user, worst, personal=request.user.can(Capability.VIEW_PERSONNEL))
    listed = [
        {
            "is": each,
            "about": named.get((each.definition.subject, each.subject_id), ""),
            "way": way(request.user, each.definition, each.outcome, pk, each.subject_id, named),
        }
        for each in worst
    ]
    context = {"employer": found, "counts": list(reversed(counts.items())), "worst": listed}
    return render(request, "supervision/_findings.html", context)
