"""Entering, correcting and taking out registrations of a certificate."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from talents.actions import certificates as actions
from talents.forms.certificates import RegistrationForm
from talents.models import Registration
from talents.views.certificates import visible_certificates
from xmsw.accounts.roles import Capability
from xmsw.workflow.forming import edit_methods
from xmsw.workflow.refusals import Refused


@edit_methods
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Register a certificate, for the first time or again."""
    certificate = get_object_or_404(visible_certificates(request), pk=pk)
    return _form(request, Registration(certificate=certificate))


@edit_methods
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the days of a registration."""
    return _form(request, _found(request, pk))


def _found(request: HttpRequest, pk: int) -> Registration:
    rows = Registration.objects.filter(certificate__in=visible_certificates(request).values("pk"))
    return get_object_or_404(rows.select_related("certificate__worker"), pk=pk)


def _form(request: HttpRequest, found: Registration) -> HttpResponse:
    worker = found.certificate.worker
    if not actions.may_register(request.user, worker.pk):
        raise PermissionDenied
    form = RegistrationForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.register(request.user, form.save(commit=False))
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"已登记，有效期至 {found.end:%Y-%m-%d}。")
            return redirect("talents:person-certificates", worker.pk)
    removable = found.pk is not None and request.user.can(Capability.VERIFY_CERTIFICATES)
    context = {"form": form, "worker": worker, "found": found, "removable": removable}
    return render(request, "talents/registration_form.html", context, status=422 if form.errors else 200)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take out a registration entered by mistake."""
    found = _found(request, pk)
    actions.unregister(request.user, found)
    messages.success(request, f"已删除 {found.start:%Y-%m-%d} 的登记。")
    return redirect("talents:person-certificates", found.certificate.worker_id)
