"""Addresses stay in histories, logs and links that are sent on: no whole identity number is searched from one."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRedirect

from xmsw.identifiers import like_an_identity
from xmsw.runtime.programs import for_programs
from xmsw.ui.paging import query_without

WHOLE_NUMBER = "完整身份证号不放进网址。请在页面上方的搜索框里查；名单用姓名、拼音或证书编号筛选。"
READS = ("GET", "HEAD")


class WholeNumbersMiddleware:
    """A page asked for with what may be an identity number is asked for again without it, and says where it belongs.

    The search on top sends such a number by POST.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if for_programs(request):
            return self.get_response(request)  # the interface refuses them itself, in its own words
        names = [name for name, values in request.GET.lists() if any(map(like_an_identity, values))]
        if not names or request.method not in READS:
            return self.get_response(request)
        messages.warning(request, WHOLE_NUMBER)
        address = f"{request.path}?{query_without(request, *names)}".removesuffix("?")
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
