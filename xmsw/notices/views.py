"""One's own notices: the list, opening one, marking them read."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from xmsw.notices.models import Notice
from xmsw.ui.paging import paged

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
    found = _marked(request, pk)
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
