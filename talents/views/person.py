"""A person's record: the head, the tabs, and the first tab with who it is and what happened."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from talents.actions.oneself import may_invite
from talents.biography import biography, due
from talents.forms.oneself import RevealForm
from talents.models import Employment, SocialWorker
from xmsw.accounts.roles import Capability
from xmsw.ui.tabs import tabs


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
        "may_invite": may_invite(user) and not request.is_past,
        "may_release": worker.account_id and user.can(Capability.CORRECT_RECORDS) and not request.is_past,
        "reveal": RevealForm() if user.can(Capability.REVEAL_IDENTITY) and not request.is_past else None,
        "phone_mask": worker.phone_mask,
    }
    return render_person(request, "talents/_person.html", context)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The own record of whoever signed in as a social worker."""
    if not request.user.can(Capability.OWN_RECORD):
        raise PermissionDenied
    own = SocialWorker.objects.visible_to(request.user).values_list("pk", flat=True).first()
    return redirect("talents:person", pk=own) if own else render(request, "talents/unlinked.html")
