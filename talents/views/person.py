"""A person's record: the head, the tabs, and the first tab with who it is and what happened."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from talents.actions.oneself import invites_for
from talents.biography import biography, due
from talents.forms.oneself import RevealForm
from talents.models import Employment, SocialWorker
from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability
from xmsw.ui.tabs import tabs
from xmsw.workflow.refusals import Refused


def kept_of(pk: int) -> int | None:
    """The record that one was merged into, at the end of the chain; None for a record that stands."""
    kept = None
    while found := SocialWorker.objects.filter(pk=kept or pk).values_list("merged_into", flat=True).first():
        kept = found
    return kept


def person_context(request: HttpRequest, pk: int, tab: str) -> dict[str, Any]:
    """Head of the record; 404 where the account does not see the person, 403 where it sees no person at all.

    `worker` is the record to show, for a merged one the record that was kept: never read rows by the address's number.
    `own` tells that somebody looks at the own record. Sealed values are deferred: read them only to show them.
    """
    if not (request.user.can(Capability.VIEW_PERSONNEL) or request.user.can(Capability.OWN_RECORD)):
        raise PermissionDenied
    rows = SocialWorker.objects.visible_to(request.user).defer("identity", "phone")
    worker = get_object_or_404(rows, pk=kept_of(pk) or pk)
    employments = Employment.objects.visible_to(request.user).filter(worker=worker).in_force(request.on)
    return {
        "worker": worker,
        "tab": tab,
        "tabs": tabs("person", request.user, worker.pk),
        "employments": list(employments.select_related("employer").order_by("-start")),
        "own": request.user.can(Capability.OWN_RECORD),
    }


def render_person(request: HttpRequest, fragment: str, context: dict[str, Any]) -> HttpResponse:
    """One URL serves the page and its htmx fragment."""
    partial = request.htmx and not request.htmx.history_restore_request
    template = "talents/_person_tabs.html" if partial else "talents/person.html"
    return render(request, template, {**context, "fragment": fragment})


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Who it is, and one timeline of everything, up to the as-of date. A merged record leads to the one kept."""
    kept = SocialWorker.objects.visible_to(request.user).filter(merges__dropped=pk).values_list("pk", flat=True).first()
    if kept:
        return redirect("talents:person", pk=kept)
    record = person_context(request, pk, tab="person")
    worker, user = record["worker"], request.user
    context = {
        **record,
        "events": biography(worker, user, request.on),
        "due": due(worker, user, request.on),
        **({} if worker.account_id or request.is_past else _invitation(user, worker)),
        "may_release": worker.account_id and user.can(Capability.CORRECT_RECORDS) and not request.is_past,
        "account": _account(worker),
        "reveal": RevealForm() if user.can(Capability.REVEAL_IDENTITY) and not request.is_past else None,
        "phone_mask": worker.phone_mask,
    }
    return render_person(request, "talents/_person.html", context)


def _invitation(user: User, worker: SocialWorker) -> dict[str, Any]:
    """Whether the account hands over a code, or the sentence that says who does."""
    try:
        invites_for(user, worker)
    except PermissionDenied:
        return {}
    except Refused as refusal:
        return {"invited_elsewhere": refusal.sentence}
    return {"may_invite": True}


def _account(worker: SocialWorker) -> str:
    if worker.account_id is None:
        return "未开通"
    return "已开通" if worker.account_met else "已开通，还没有经区民政局当面确认"


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The own record of whoever signed in as a social worker."""
    if not request.user.can(Capability.OWN_RECORD):
        raise PermissionDenied
    own = SocialWorker.objects.visible_to(request.user).values_list("pk", flat=True).first()
    return redirect("talents:person", pk=own) if own else render(request, "talents/unlinked.html")
