"""One page for any form: shown, checked, saved by an action that may refuse, and then on to where the result is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from xmsw.workflow.refusals import Refused, refused_by_constraint

Saved = tuple[str, str]  # what to say, where to go
edit_methods = require_http_methods(["GET", "HEAD", "POST"])  # of a view that shows a form and takes it


def form_page(
    request: HttpRequest,
    form: BaseForm,
    save: Callable[[Any], Saved],
    *,
    title: str,
    back: str,
    back_label: str = "",
    hint: str = "",
    template: str = "ui/form.html",
    **context: Any,
) -> HttpResponse:
    """`save(form)` runs on a valid POST; what it refuses, or a constraint does, stands at the form (status 422)."""
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                told, address = save(form)
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        except IntegrityError as error:
            form.add_error(None, refused_by_constraint(error).messages)
        else:
            messages.success(request, told)
            return redirect(address)
    context |= {"form": form, "title": title, "back": back, "back_label": back_label, "hint": hint}
    return render(request, template, context, status=422 if form.errors else 200)


def performed(request: HttpRequest, work: Callable[[], Any], told: str, address: str) -> HttpResponse:
    """For a button: do it, say so or say why not, and on to the address either way."""
    try:
        work()
    except Refused as refusal:
        for sentence in refusal.messages:
            messages.error(request, sentence)
    else:
        messages.success(request, told)
    return redirect(address)
