"""What every address of the interface has in common: who asks, how it answers, what is written down of it."""

from __future__ import annotations

import hashlib
import time
from typing import Any, ClassVar

import pghistory
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, PermissionDenied, Throttled
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from xmsw.api.asker import Asker, asker_of
from xmsw.api.described import Operation
from xmsw.api.encoding import encoded
from xmsw.api.parsing import JSONBody
from xmsw.clients.calls import record
from xmsw.clients.throttling import at_the_address, with_standing

READS = ("GET", "HEAD", "OPTIONS")


class OnlyJSON(BaseContentNegotiation):
    """Whatever is asked for, the answer is JSON."""

    def select_parser(self, request: Request, parsers: list[Any]) -> Any:
        """The parser for the body's type, None where there is none."""
        declared = (request.content_type or "").partition(";")[0].strip().lower()
        return next((each for each in parsers if each.media_type == declared), None)

    def select_renderer(self, request: Request, renderers: list[Any], format_suffix: str | None = None) -> Any:
        """JSON."""
        return renderers[0], renderers[0].media_type


class Endpoint(APIView):
    """Base of all views. `operations` describes each method for the contract (OpenAPI)."""

    content_negotiation_class = OnlyJSON
    parser_classes: ClassVar = [JSONBody]
    renderer_classes: ClassVar = [JSONRenderer]
    http_method_names: ClassVar = ["get", "head", "post", "delete"]
    route = ""  # what the access log calls it
    unwritten = False

    def operation(self, method: str) -> Operation | None:
        """How the contract describes the method; None leaves it out."""
        return None

    @property
    def asker(self) -> Asker:
        """Who asks."""
        return asker_of(self.request)

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Starts the clock."""
        self.began = time.perf_counter()
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Signs in, checks, and names the account to the history that the database keeps."""
        try:
            super().initial(request, *args, **kwargs)
        except (NotAuthenticated, AuthenticationFailed, PermissionDenied):
            self._count_stranger(request)
            raise
        if request.method not in READS:
            self._history = pghistory.context(user=request.user.pk, url=request.path)
            self._history.__enter__()

    def _count_stranger(self, request: Request) -> None:
        """Whoever is refused at the door is counted by address; beyond the rate nothing of it is written down."""
        standing = request._request.standing = at_the_address(request._request)
        if not standing.admitted:
            self.unwritten = True
            raise Throttled(wait=standing.reset)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Writes the call down; of a stream, when it has ended."""
        history = self.__dict__.pop("_history", None)
        if history is not None:
            history.__exit__(None, None, None)
        if isinstance(response, Response):
            response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if not response.streaming:
            self.written_down(response, rows=getattr(response, "rows", None))
        return with_standing(response, request)

    def written_down(self, response: HttpResponse, **told: Any) -> None:
        """One row of the access log."""
        if self.unwritten:
            return
        problem = getattr(response, "problem", "")
        record(self.request._request, response, started=self.began, route=self.route, problem=problem, **told)

    def answered(self, told: Any, status: int = 200, rows: int = 1, **headers: str) -> HttpResponse:
        """JSON with its ETag; 304 where the client has it already."""
        body = encoded(told)
        response = HttpResponse(body, status=status, content_type="application/json", headers=headers)
        response.rows = rows
        if status != 200:
            return response
        etag = etag_of(body)
        response.headers["ETag"] = etag
        if self.request.method not in ("GET", "HEAD"):
            return response
        found = get_conditional_response(self.request._request, etag=etag, response=response)
        found.rows = rows if found is response else 0
        return found


def etag_of(body: bytes) -> str:
    """Strong validator of a body."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'
