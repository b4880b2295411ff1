"""What the rules say of one person's employments and appointments: a fragment for the person's record."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from supervision.models import Finding
from supervision.selectors.explained import shown
from supervision.selectors.mending import way
from talents.models import Appointment, Employment, SocialWorker
from xmsw.accounts.roles import Capability
from xmsw.policy.engine import Employers, Evaluation, Verdict, verdicts
from xmsw.policy.models import Parameter
from xmsw.policy.outcomes import Outcome
from xmsw.policy.parameters import ParameterMissing
from xmsw.policy.rules import rules

SUBJECTS = ("employment", "appointment")
# Rules whose facts stand on a tab of the person: that is where somebody sees what to mend.
TABS = {
    **dict.fromkeys(
        ("national-pay-scale", "five-factors", "peer-pay", "guidance-standard"), ("看薪酬", "payroll:person-pay")
    ),
    **dict.fromkeys(("insurance-and-fund", "insurance-base"), ("看社保公积金", "payroll:person-insurance")),
}


@require_safe
def findings(request: HttpRequest, pk: int) -> HttpResponse:
    """Open findings of a person's employments and appointments that the account sees, on the as-of day.

    Each with clause, facts, thresholds, since when and how to mend. Pay is told to whoever may see pay, and to the
    person himself; everybody else meets the discreet sentence.
    """
    user = request.user
    if not (user.can(Capability.VIEW_PERSONNEL) or user.can(Capability.OWN_RECORD)):
        raise PermissionDenied
    worker = get_object_or_404(SocialWorker.objects.visible_to(user).defer("identity", "phone"), pk=pk)
    employers, named = _held(request, worker)
    try:
        told = _open(request, employers, named)
    except ParameterMissing as error:
        return render(request, "supervision/_person_findings.html", {"missing": str(error)})
    since = {} if request.is_past else _since(named)
    parameters = {each.code: each for each in Parameter.objects.all()}
    listed = [
        {
            **shown(each, since, {key: label for key, (label, _) in named.items()}, parameters),
            "way": _way(request, each, worker.pk, named[each.rule.subject, each.subject_id][1]),
        }
        for each in told
    ]
    return render(request, "supervision/_person_findings.html", {"listed": listed})


Named = dict[tuple[str, int], tuple[str, int]]


def _held(request: HttpRequest, worker: SocialWorker) -> tuple[set[int], Named]:
    """Employers, and (subject, id) → (label, employer) of what the account sees of the person on the as-of day."""
    employed = Employment.objects.visible_to(request.user).in_force(request.on).filter(worker=worker)
    appointed = Appointment.objects.visible_to(request.user).in_force(request.on).filter(worker=worker)
    named: Named = {
        ("employment", pk): (f"{name} · {role}" if role else name, employer)
        for pk, name, role, employer in employed.values_list("pk", "employer__name", "role", "employer_id")
    }
    named |= {
        ("appointment", pk): (f"{name} · {post}", employer)
        for pk, name, post, employer in appointed.values_list(
            "pk", "post__employer__name", "post__name", "post__employer_id"
        )
    }
    return {employer for _, employer in named.values()}, named


def _open(request: HttpRequest, employers: set[int], named: Named) -> list[Verdict]:
    """What is not met, the worst first."""
    if not employers:
        return []
    own = {Capability.VIEW_PAY} if request.user.can(Capability.OWN_RECORD) else set()
    evaluation = Evaluation(request.on, Employers.of_ids(employers))
    found = verdicts(evaluation, SUBJECTS, granted=request.user.capabilities | own)
    listed = [each for each in found if each.outcome != Outcome.MET and (each.rule.subject, each.subject_id) in named]
    return sorted(listed, key=lambda each: (-each.outcome, each.rule.number))


def _since(named: Named) -> dict[tuple[int, int], Any]:
    """First days of findings by (rule, subject id); what the account sees of them was settled before."""
    found = {}
    for subject in SUBJECTS:
        ids = [pk for kind, pk in named if kind == subject]
        numbers = [each.number for each in rules(subject)]
        rows = Finding.objects.open().filter(rule__in=numbers, subject_id__in=ids)
        found |= {(rule, pk): day for rule, pk, day in rows.values_list("rule", "subject_id", "opened_on")}
    return found


def _way(request: HttpRequest, verdict: Verdict, worker: int, employer: int) -> tuple[str, str] | None:
    """Where it is mended or looked at; nothing in the past. The person himself is led to his own tabs alone."""
    if request.is_past:
        return None
    if verdict.rule.code in TABS:
        label, name = TABS[verdict.rule.code]
        return label, reverse(name, args=[worker])
    if request.user.can(Capability.OWN_RECORD):
        return None
    return way(request.user, verdict.rule, verdict.outcome, employer, verdict.subject_id)
