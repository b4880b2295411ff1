"""What the frame of every page needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from xmsw.ui.navigation import menu


def frame(request: HttpRequest) -> dict[str, Any]:
    """Navigation, place and as-of date; nothing for anonymous pages."""
    user = getattr(request, "user", None)
    today = timezone.localdate()
    if user is None or not user.is_authenticated:
        return {"today": today}
    return {
        "today": today,
        "on": getattr(request, "on", today),
        "is_past": getattr(request, "is_past", False),
        "navigation": SimpleLazyObject(lambda: menu(user, request.path)),
        "place": SimpleLazyObject(lambda: user.place_label),
    }
