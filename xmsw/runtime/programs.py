"""Which addresses are asked by programs and answered in JSON: what pages do for people does not happen there."""

from __future__ import annotations

from django.http import HttpRequest

PREFIX = "/api/v1/"


def for_programs(request: HttpRequest) -> bool:
    """Whether the address belongs to the REST interface."""
    return request.path_info.startswith(PREFIX)
