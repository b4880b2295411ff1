"""The policy library, the full text with an anchor at every clause, and the parameters with their versions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from xmsw.accounts.roles import Capability
from xmsw.policy.actions import set_parameter
from xmsw.policy.forms import ParameterForm
from xmsw.policy.models import Parameter, ParameterValue, PolicyDocument
from xmsw.policy.passages import passages


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Documents with what is known of them, and on what they rest."""
    documents = PolicyDocument.objects.defer("text").prefetch_related("based_on")
    return render(request, "policy/library.html", {"documents": documents, "full": _first().pk})


def _first() -> PolicyDocument:
    return PolicyDocument.objects.defer("text").order_by("order")[0]


@require_safe
def text(request: HttpRequest) -> HttpResponse:
    """The document whose clauses are checked."""
    return document(request, _first().pk)


@require_safe
def document(request: HttpRequest, number: str) -> HttpResponse:
    """One document: head, basis, full text with anchors."""
    found = get_object_or_404(PolicyDocument, pk=number)
    clauses = list(found.clauses.order_by("order"))
    context = {
        "document": found,
        "clauses": clauses,
        "passages": passages(found.text, clauses),
        "based_on": found.based_on.all(),
        "basis_of": found.basis_of.all(),
    }
    return render(request, "policy/document.html", context)


@require_safe
def parameters(request: HttpRequest) -> HttpResponse:
    """Every parameter with its versions, the one of the as-of date marked."""
    versions = ParameterValue.objects.select_related("set_by").order_by("-start")
    listed = [
        {
            "parameter": each,
            "versions": [
                {"version": version, "in_force": version.in_force_on(request.on)} for version in each.versions.all()
            ],
        }
        for each in Parameter.objects.prefetch_related(Prefetch("versions", versions))
    ]
    return render(request, "policy/parameters.html", {"parameters": listed, "may_edit": _may_edit(request)})


def _may_edit(request: HttpRequest) -> bool:
    return request.user.can(Capability.EDIT_PARAMETERS) and not request.is_past


@require_http_methods(["GET", "HEAD", "POST"])
def parameter(request: HttpRequest, code: str) -> HttpResponse:
    """A new version of one parameter."""
    if not request.user.can(Capability.EDIT_PARAMETERS):
        raise PermissionDenied
    found = get_object_or_404(Parameter.objects.prefetch_related("versions"), pk=code)
    form = ParameterForm(found, request.POST or None, initial=_initial(found))
    if request.method == "POST" and form.is_valid() and _saved(request, found, form):
        messages.success(
            request, f"「{found.name}」的新版本 {form.cleaned_data['start']:%Y-%m-%d} 起施行，系统会自动重新核算。"
        )
        return redirect("policy:parameters")
    return render(request, "policy/parameter.html", {"parameter": found, "form": form})


def _initial(found: Parameter) -> dict[str, Any]:
    current = found.versions.in_force(timezone.localdate()).first()
    value = "" if current is None else current.value
    return {"start": timezone.localdate(), "value": str(value).lower() if isinstance(value, bool) else value}


def _saved(request: HttpRequest, found: Parameter, form: ParameterForm) -> bool:
    data = form.cleaned_data
    try:
        set_parameter(request.user, found.pk, data["value"], data["start"], data["source"])
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
