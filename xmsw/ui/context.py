"""What the frame of every page needs: navigation, place, as-of date, whether invented data is about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from xmsw.notices.models import unread_count
from xmsw.ui.demo import has_demo_data
from xmsw.ui.navigation import menu

# A page number belongs to the list as it was on the other day.
_NOT_KEPT = ("on", "after", "export")


def frame(request: HttpRequest) -> dict[str, Any]:
    """Nothing but the date for anonymous pages."""
    user = getattr(request, "user", None)
    today = timezone.localdate()
    if user is None or not user.is_authenticated:
        return {"today": today}
    return {
        "today": today,
        "on": getattr(request, "on", today),
        "is_past": getattr(request, "is_past", False),
        "today_url": _same_page(request, ""),
        "past_days": SimpleLazyObject(lambda: _past_days(request, today)),
        "kept_query": SimpleLazyObject(lambda: _kept(request)),
        "navigation": SimpleLazyObject(lambda: menu(user, request.path)),
        "place": SimpleLazyObject(lambda: user.place_label),
        "demo": SimpleLazyObject(has_demo_data),
        "unread": SimpleLazyObject(lambda: unread_count(user)),
    }


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, each) for name, values in request.GET.lists() if name not in _NOT_KEPT for each in values]


def _same_page(request: HttpRequest, on: str) -> str:
    query = request.GET.copy()
    for name in _NOT_KEPT:
        query.pop(name, None)
    query["on"] = on
    return f"{request.path}?{query.urlencode()}"


def _past_days(request: HttpRequest, today: date) -> list[dict[str, str]]:
    """Days officers ask for most: the ends of the last month, half-year and year."""
    last_month = today.replace(day=1) - timedelta(days=1)
    half_year = date(today.year, 6, 30) if today.month > 6 else date(today.year - 1, 6, 30)
    days = {"上月末": last_month, "上个 6 月末": half_year, "上年末": date(today.year - 1, 12, 31)}
    return [{"label": label, "url": _same_page(request, day.isoformat())} for label, day in days.items()]
