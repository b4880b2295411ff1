"""A client's page, and what whoever manages clients does there. A secret is shown by the answer to a POST, once."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from xmsw.accounts.roles import Capability
from xmsw.clients import actions
from xmsw.clients.forms import ClientForm, TermsForm, told
from xmsw.clients.holders import holders
from xmsw.clients.lists import kept_nowhere, permitted
from xmsw.clients.models import ApiCall, ApiClient
from xmsw.clients.scopes import grouped
from xmsw.ui.numbers import whole
from xmsw.workflow.forming import edit_methods, form_page, performed
from xmsw.workflow.refusals import Refused

OF_LATE = 20


def _client(request: HttpRequest, pk: int) -> ApiClient:
    rows = ApiClient.objects.visible_to(request.user).select_related("account__org_unit", "made_by")
    return get_object_or_404(rows, pk=pk)


def _to_page(pk: int) -> str:
    return reverse("clients:client", args=[pk])


@require_safe
def client(request: HttpRequest, pk: int) -> HttpResponse:
    """Terms, secrets, what it called of late."""
    found = _client(request, pk)
    own = list(found.secrets.select_related("made_by"))
    unit, held = found.account.org_unit, holders()
    names = {} if unit or held is None else held.names([found.account_id])
    context = {
        "client": found,
        "holder": unit.name if unit else names.get(found.account_id, "—"),
        "scopes": _scopes_in_words(found),
        "secrets": own,
        "newest": own[0].pk if own else 0,
        "now": timezone.now(),
        "overlap": settings.API_SECRET_OVERLAP_DAYS,
        "calls": ApiCall.objects.visible_to(request.user).filter(client=found).order_by("-id")[:OF_LATE],
        "may_manage": request.user.can(Capability.MANAGE_API_CLIENTS) and not request.is_past,
    }
    return render(request, "clients/client.html", context)


def _scopes_in_words(found: ApiClient) -> list[tuple[str, list[str]]]:
    """Heading → what the client may do there."""
    own = set(found.scopes)
    words = [(group, [label for key, label in choices if key in own]) for group, choices in grouped()]
    return [(group, labels) for group, labels in words if labels]


@edit_methods
def new(request: HttpRequest) -> HttpResponse:
    """A new client; the answer to a valid POST shows its secret."""
    permitted(request)
    form = ClientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = form.cleaned_data
            made, secret = actions.create(request.user, form.terms, unit=asked["unit"], employer=asked["employer"])
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            return _secret_page(request, made, secret)
    context = {"form": form, "title": "新建接口客户端", "back": reverse("clients:list"), "back_label": "接口客户端"}
    return render(request, "ui/form.html", context | {"submit": "建立并显示密钥"}, status=422 if form.errors else 200)


def _secret_page(request: HttpRequest, made: ApiClient, secret: str) -> HttpResponse:
    address = request.build_absolute_uri(reverse("api:oauth:token"))
    context = {"client": made, "secret": secret, "address": address, "overlap": settings.API_SECRET_OVERLAP_DAYS}
    return kept_nowhere(render(request, "clients/secret.html", context))


@edit_methods
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Other terms."""
    permitted(request)
    found = _client(request, pk)

    def save(form: TermsForm) -> tuple[str, str]:
        actions.change(request.user, found, form.terms)
        return "已保存，从下一次请求起有效。", _to_page(pk)

    form = TermsForm(request.POST or None, initial=told(found))
    return form_page(request, form, save, title=f"修改：{found.label}", back=_to_page(pk), back_label=found.label)


@require_POST
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret, shown by this answer alone."""
    permitted(request)
    found = _client(request, pk)
    try:
        secret = actions.rotate(request.user, found, whole(request.POST.get("newest", "")) or 0)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect(_to_page(pk))
    return _secret_page(request, found, secret)


@require_POST
def stop_secret(request: HttpRequest, pk: int, secret: int) -> HttpResponse:
    """One secret opens no more."""
    permitted(request)
    found = _client(request, pk)
    work = partial(actions.stop_secret, request.user, found, secret)
    return performed(request, work, "密钥已停用，这个客户端的令牌也已失效。", _to_page(pk))


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing of the client opens any more."""
    permitted(request)
    found = _client(request, pk)
    return performed(request, lambda: actions.stop(request.user, found), f"「{found.label}」已停用。", _to_page(pk))


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """It opens again."""
    permitted(request)
    found = _client(request, pk)
    return performed(request, lambda: actions.resume(request.user, found), f"「{found.label}」已恢复。", _to_page(pk))
