"""Refuses what no page takes before any of it is read: bodies that are too large, addresses no text can hold."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string

from xmsw.runtime.programs import for_programs

MEGABYTE = 1024 * 1024
TOO_LARGE = "这次提交的内容太大，系统没有接收"
TO_STRANGERS = "你还没有登录，系统不接收这么大的内容。请先登录，再重新提交。"
TO_USERS = "一次最多提交 {most} MB。请把文件拆小，分几次上传。"


class BodyLimits:
    """413 by the declared length of a body (one without a declared length is never read); 404 for a NUL in the path.

    It stands behind the middleware that knows who asks, and before everything that reads a body: the check of the
    CSRF token is the first to do so, after all middleware was passed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404("PostgreSQL keeps no NUL")
        if for_programs(request):
            return self.get_response(request)  # it knows who asks before it reads, and reads no more than it takes
        size = _declared(request)
        if size > settings.MAX_BODY:
            return _refused(TO_USERS.format(most=settings.IMPORT_MAX_BYTES // MEGABYTE))
        if size > settings.ANONYMOUS_MAX_BODY and not request.user.is_authenticated:
            return _refused(TO_STRANGERS)
        return self.get_response(request)


def _declared(request: HttpRequest) -> int:
    """Content-Length in bytes; 0 where Django reads none."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _refused(advice: str) -> HttpResponse:
    return HttpResponse(render_to_string("413.html", {"title": TOO_LARGE, "advice": advice}), status=413)
