"""One's own notices: the list, opening one, marking them read; how they come by mail."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xmsw.accounts.throttle import address_of
from xmsw.notices import addresses
from xmsw.notices.deliveries import resend
from xmsw.notices.forms import AddressForm, ChoicesForm
from xmsw.notices.known import is_known
from xmsw.notices.models import Delivery, Notice
from xmsw.ui.numbers import whole
from xmsw.ui.paging import paged
from xmsw.workflow.forming import performed
from xmsw.workflow.refusals import Refused

ORDER = ("-id",)


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Newest first; with `unread=1` only what was not read."""
    rows = Notice.objects.visible_to(request.user)
    only_unread = request.GET.get("unread") == "1"
    page = paged(request, rows.unread() if only_unread else rows, ORDER)
    context = {"page": page, "only_unread": only_unread, "any_unread": rows.unread().exists()}
    return render(request, "notices/list.html", context)


@require_POST
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one read and go where it leads."""
    return _onward(_marked(request, pk))


@require_safe
def go(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a mail leads: as `follow`, by a link. It changes nothing but one's own mark."""
    return _onward(_marked(request, pk))


def _onward(found: Notice) -> HttpResponse:
    inside = found.url and url_has_allowed_host_and_scheme(found.url, allowed_hosts=None)
    return redirect(found.url if inside else "notices:list")


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one read."""
    _marked(request, pk)
    return redirect("notices:list")


def _marked(request: HttpRequest, pk: int) -> Notice:
    found = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    Notice.objects.filter(pk=found.pk).unread().update(read_at=timezone.now())
    return found


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything read that was there when the page was shown."""
    newest = request.POST.get("newest", "")
    rows = Notice.objects.visible_to(request.user).unread()
    known = int(newest) if newest.isascii() and newest.isdecimal() and len(newest) <= 18 else 0
    done = rows.filter(pk__lte=known).update(read_at=timezone.now())
    messages.success(request, f"{done} 条提醒已标为已读。")
    return redirect("notices:list")


def choices(request: HttpRequest) -> HttpResponse:
    """Where one's mails go, and which kinds of notices come how."""
    form = ChoicesForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        addresses.choose(request.user, form.ways, form.cleaned_data["hour"])
        messages.success(request, "提醒设置已保存。")
        return redirect("notices:settings")
    return _settings(request, form, AddressForm())


@require_POST
def address(request: HttpRequest) -> HttpResponse:
    """Mail a link to an address, to be confirmed."""
    form = AddressForm(request.POST)
    if form.is_valid():
        try:
            addresses.prove(request.user, form.cleaned_data["password"], address_of(request))
            addresses.ask(request.user, form.cleaned_data["address"], address_of(request))
        except Refused as refusal:
            form.add_error("password" if isinstance(refusal, addresses.WrongPassword) else "address", refusal.messages)
        else:
            messages.success(request, f"确认邮件已发到 {form.cleaned_data['address']}，请在一天内打开里面的链接。")
            return redirect("notices:settings")
    return _settings(request, ChoicesForm(request.user), form)


def _settings(request: HttpRequest, form: ChoicesForm, address_form: AddressForm) -> HttpResponse:
    state = Delivery.State
    tried = Delivery.objects.filter(notice__user=request.user, state__in=(state.SENT, state.FAILED))
    context = {
        "form": form,
        "address_form": address_form,
        "own": addresses.settings_of(request.user),
        "mail_on": settings.MAIL_ON,
        "hindrance": "" if is_known(request.user) else addresses.NOT_KNOWN,
        "last": tried.order_by("-tried_at").first(),
    }
    wrong = form.errors or address_form.errors
    return render(request, "notices/settings.html", context, status=422 if wrong else 200)


@require_POST
def forget_address(request: HttpRequest) -> HttpResponse:
    """No mails any more."""
    told = "邮箱已删除，提醒只在系统内。"
    return performed(request, lambda: addresses.forget(request.user), told, "notices:settings")


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """Where the mailed link leads: a page with one button, so that whatever opens links by itself confirms nothing."""
    if request.method == "POST":
        told = "邮箱已确认，以后的提醒会发到这里。"
        return performed(request, lambda: addresses.confirm(request.user, token), told, "notices:settings")
    try:
        found = addresses.pending(request.user, token)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("notices:settings")
    return render(request, "notices/confirm.html", {"address": found})


@require_POST
def resend_failed(request: HttpRequest) -> HttpResponse:
    """Try the ticked ones again that failed."""
    chosen = [number for each in request.POST.getlist("delivery") if (number := whole(each)) is not None]
    done = resend(request.user, chosen)
    messages.success(request, f"{done} 条会再发一次。只有「发送失败」而且还没有读的才再发。")
    return redirect("notices:deliveries")
