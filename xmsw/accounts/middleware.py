"""Pages of signed-in people are kept by no browser and no proxy."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class NoStore:
    """`Cache-Control: no-store` on answers to somebody signed in that say nothing else; static files come before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = request.user.is_authenticated
        response = self.get_response(request)
        if known or request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
