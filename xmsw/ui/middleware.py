"""The as-of date: `request.on` is today unless the user asks for a past day, which may be looked at, not changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

SESSION_KEY = "as_of"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class AsOfDateMiddleware:
    """`?on=2025-06-30` sets the date for the session, `?on=` goes back to today."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        today = timezone.localdate()
        if "on" in request.GET:
            self._remember(request, today)
        stored = request.session.get(SESSION_KEY)
        request.on = date.fromisoformat(stored) if stored else today
        request.is_past = request.on < today
        if request.is_past and request.method not in SAFE and not _harmless(request):
            return render(request, "ui/past.html", status=409)
        return self.get_response(request)

    def _remember(self, request: HttpRequest, today: date) -> None:
        text = request.GET["on"].strip()
        request.session.pop(SESSION_KEY, None)
        if not text:
            return
        try:
            day = date.fromisoformat(text)
        except ValueError:
            messages.warning(request, f"日期「{text[:20]}」写法不对，已回到今天。")
            return
        if day > today:
            messages.warning(request, "不能查看将来的日期，已回到今天。")
        elif day < today:
            request.session[SESSION_KEY] = day.isoformat()


def _harmless(request: HttpRequest) -> bool:
    """Signing in and out, and asking for the picture of a past day, change no data of that day."""
    return request.path.startswith("/accounts/") or request.path.endswith("/past/")
