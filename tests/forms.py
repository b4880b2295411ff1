"""Forms as OAuth has them: Django's test client would send them in parts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.test import Client

FORM = "application/x-www-form-urlencoded"


def post_form(http: Client, address: str, told: dict[str, Any], **more: Any) -> Any:
    """POST `told` url-encoded."""
    return http.post(address, urlencode(told), content_type=FORM, **more)
