"""Somebody signed in at the browser, at the interface: known by the session, believed by the header of the token."""

from __future__ import annotations

import copy
from typing import Any

from django.http import QueryDict
from rest_framework.authentication import SessionAuthentication


class BrowserSession(SessionAuthentication):
    """The CSRF token comes in `X-CSRFToken`: the body is not read to look for it before anybody's rights are known."""

    def enforce_csrf(self, request: Any) -> None:
        """Raises PermissionDenied."""
        bare = copy.copy(request._request)
        bare._post = QueryDict()
        super().enforce_csrf(bare)
