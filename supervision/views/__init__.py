"""Pages of supervision, a module a subject."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from xmsw.accounts.roles import Capability

View = Callable[..., HttpResponse]


def for_officers(view: View) -> View:
    """Only accounts that may look at compliance, and that have an area."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if not request.user.can(Capability.VIEW_COMPLIANCE) or request.user.area_code is None:
            raise PermissionDenied
        return view(request, *args, **named)

    return guarded
