"""What the interface says of itself: its resources, its problems, the contract, the page to try it out."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import page_not_found
from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request

from xmsw.api import problems
from xmsw.api.asking import only
from xmsw.api.contract import body_schema
from xmsw.api.described import Operation
from xmsw.api.encoding import encoded
from xmsw.api.resources import resources
from xmsw.api.views.base import Endpoint
from xmsw.api.writes import writes
from xmsw.runtime.programs import for_programs

TAG = "关于接口"


class IndexView(Endpoint):
    """GET /api/v1/: what the account and its token may read and write."""

    route = "index"

    def operation(self, method: str) -> Operation:
        """How the contract tells it."""
        row = body_schema(
            {
                "key": {"type": "string"},
                "label": {"type": "string"},
                "address": {"type": "string", "format": "uri-reference"},
                "read": {"type": "boolean"},
                "write": {"type": "boolean"},
                "changes": {"type": "boolean", "description": "能用 changed_since 跟踪变更"},
            },
            ["key", "label", "address", "read", "write", "changes"],
        )
        answer = body_schema({"items": {"type": "array", "items": row}}, ["items"])
        text = "当前账号和令牌能读写哪些资源。"
        return Operation(
            "index", "资源目录", TAG, text, answers={200: (answer, "目录")}, problems=("invalid-parameter",)
        )

    def get(self, request: Request) -> HttpResponse:
        """Every resource with what the asker may do."""
        only(request.query_params)
        asker = self.asker
        written = {each.resource.key for each in writes() if asker.holds(each.scope) and each.permits(asker.user)}
        items = [
            {
                "key": each.key,
                "label": each.label,
                "address": f"/api/v1/{each.key}",
                "read": asker.holds(each.scope) and each.permits(asker.user),
                "write": each.key in written,
                "changes": each.mirrored,
            }
            for each in resources()
        ]
        return self.answered({"items": items}, rows=len(items))


class ProblemsView(Endpoint):
    """GET /api/v1/problems: the table of errors. Open to all: whoever gets no token must be able to read why."""

    route = "problems"
    authentication_classes: ClassVar = []
    permission_classes: ClassVar = []

    def operation(self, method: str) -> Operation:
        """How the contract tells it."""
        row = body_schema(
            {name: {"type": kind} for name, kind in _KIND.items()},
            list(_KIND),
        )
        answer = body_schema({"items": {"type": "array", "items": row}}, ["items"])
        return Operation(
            "problems", "错误表", TAG, answers={200: (answer, "各种错误")}, problems=("invalid-parameter",), open=True
        )

    def get(self, request: Request) -> HttpResponse:
        """Every code with status, title and what to do."""
        only(request.query_params)
        items = [{name: getattr(kind, name) for name in _KIND} for kind in problems.KINDS.values()]
        return self.answered({"items": items}, rows=len(items))


_KIND = {"code": "string", "status": "integer", "title": "string", "advice": "string"}


class ProblemView(ProblemsView):
    """GET /api/v1/problems/<code>: where the `type` of a problem leads."""

    def operation(self, method: str) -> None:
        """Left out of the contract."""
        return None

    def get(self, request: Request, code: str) -> HttpResponse:
        """One of them."""
        kind = problems.KINDS.get(code)
        if kind is None:
            raise problems.Problem("not-found")
        return self.answered({name: getattr(kind, name) for name in _KIND})


class ContractView(Endpoint):
    """GET /api/v1/openapi.json: the contract."""

    route = "openapi"

    def operation(self, method: str) -> None:
        """Left out of the contract."""
        return None

    def get(self, request: Request) -> HttpResponse:
        """OpenAPI 3.1."""
        return self.answered(_contract())


class NowhereView(Endpoint):
    """Whatever else is asked under /api/."""

    route = "nowhere"
    authentication_classes: ClassVar = []
    permission_classes: ClassVar = []

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """404, whatever the method."""
        return _nowhere(request)


@cache
def _contract() -> orjson.Fragment:
    """The contract as bytes: it does not change while a process lives."""
    return orjson.Fragment(encoded(contract_of()))


def contract_of() -> dict[str, Any]:
    """The contract as a dictionary."""
    return SchemaGenerator().get_schema(request=None, public=True)


def _nowhere(request: HttpRequest) -> HttpResponse:
    return problems.answer(problems.Problem("not-found", "没有这个地址。资源目录在 /api/v1/。"), request.path)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 outside of any view: JSON for programs, a page for people."""
    return _nowhere(request) if for_programs(request) else page_not_found(request, exception)


def page(request: HttpRequest) -> HttpResponse:
    """The interactive page: for whoever is signed in at the browser."""
    return render(request, "api/docs.html", {"problems": problems.KINDS.values(), "resources": resources()})
