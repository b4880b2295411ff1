"""The as-of date of a request, and how a fragment request learns that its session is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from xmsw.runtime.programs import for_programs

SESSION_KEY = "as_of"
FIRST_DAY = date(2017, 1, 1)  # communities are on the list, and parameters have values, from this day on
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ALLOWED = "allowed_in_the_past"


def allowed_in_the_past(view: Callable) -> Callable:
    """Mark a view whose POST changes nothing of the past day that is looked at (signing out, asking for a picture)."""
    setattr(view, ALLOWED, True)
    return view


class AsOfDateMiddleware:
    """`?on=2025-06-30` sets the date for the session, `?on=` goes back to today; changes wait until then.

    Every request carries `on` (date) and `is_past` (bool). A POST on a past date is answered 409 with a sentence.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        today = timezone.localdate()
        if for_programs(request):
            request.on, request.is_past = today, False
            return self.get_response(request)
        if "on" in request.GET:
            self._remember(request, today)
        stored = request.session.get(SESSION_KEY)
        request.on = date.fromisoformat(stored) if stored else today
        request.is_past = request.on < today
        return _to_sign_in(request, self.get_response(request))

    def process_view(self, request: HttpRequest, view: Callable, *_: Any) -> HttpResponse | None:
        """Refuse what would change data while a past day is looked at."""
        if not request.is_past or request.method in SAFE or _harmless(request, view):
            return None
        return render(request, "ui/past.html", {"today_url": _back_on_today(request)}, status=409)

    def _remember(self, request: HttpRequest, today: date) -> None:
        text = request.GET["on"].strip()
        request.session.pop(SESSION_KEY, None)
        if not text:
            return
        try:
            day = date.fromisoformat(text)
        except ValueError:
            messages.warning(request, f"日期「{text[:20]}」写法不对，应写成 2025-06-30。已回到今天。")
            return
        if day < FIRST_DAY:
            messages.warning(request, f"最早只能查看 {FIRST_DAY:%Y-%m-%d} 的情况。已回到今天。")
        elif day > today:
            messages.warning(request, "不能查看将来的日期，已回到今天。")
        elif day < today:
            request.session[SESSION_KEY] = day.isoformat()


def _back_on_today(request: HttpRequest) -> str:
    """The page the form was on, as it is today; many addresses that take a POST cannot be opened themselves."""
    came_from = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return f"{urlsplit(came_from).path if own and came_from else resolve_url('home')}?on="


def _harmless(request: HttpRequest, view: Callable) -> bool:
    """Signing in and out, and asking for the picture of a past day, change no data of that day."""
    marked = getattr(view, ALLOWED, False) or getattr(getattr(view, "view_class", None), ALLOWED, False)
    return marked or request.path.startswith("/accounts/") or request.path.endswith("/past/")


def _to_sign_in(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A fragment must not be replaced by the sign-in page: the whole page goes there instead."""
    target = response.headers.get("Location", "")
    if not getattr(request, "htmx", False) or not target.startswith(resolve_url(settings.LOGIN_URL)):
        return response
    query = urlencode({"next": request.htmx.current_url_abs_path or "/"})
    return HttpResponseClientRedirect(f"{target.partition('?')[0]}?{query}")
