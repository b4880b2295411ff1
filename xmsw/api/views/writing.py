"""Writing: one row, many rows each by itself, something done to a row that is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.http import HttpResponse
from rest_framework.request import Request

from xmsw.api import contract_of_writes as contract
from xmsw.api.asking import only
from xmsw.api.described import Operation
from xmsw.api.encoding import encoded
from xmsw.api.idempotency import answered_once
from xmsw.api.problems import Problem, problem_of
from xmsw.api.reading import Rows
from xmsw.api.resources import Resource
from xmsw.api.views.base import Endpoint, etag_of
from xmsw.api.views.reading import ListView, identifier
from xmsw.api.writes import Write

MOST = 500  # rows of a bulk write


class Writing(Endpoint):
    """A view with a write."""

    write: Write = None  # set by `as_view`
    digest = ""  # of the body, once it was read

    @property
    def most(self) -> int:
        """Bytes of a body; 0 for what the settings allow."""
        return self.write.most

    def _once(self, make: Callable[[Any], HttpResponse]) -> HttpResponse:
        """The write of the body, if the account may make it, under its key."""
        asker, write = self.asker, self.write
        asker.must_hold(write.scope)
        if not write.permits(asker.user):
            raise Problem("forbidden", f"你的账号不能{write.summary}。")
        only(self.request.query_params)
        data = self.request.data
        told = f"{self.digest} {asker.rights}"
        return answered_once(self.request._request, asker.user, told, lambda: make(data))

    def _values(self, data: Any) -> dict[str, Any]:
        body = self.write.body(data=data, context={"user": self.asker.user})
        body.is_valid(raise_exception=True)
        return body.validated_data

    def _row(self, id: Any) -> dict[str, Any]:
        """What the account may read of the row; the id alone where its client may only write."""
        resource, asker = self.write.resource, self.asker
        if not asker.holds(resource.scope) or not resource.permits(asker.user):
            return {"id": id}
        return Rows(resource, asker, resource.usual).one(id) or {"id": id}

    def _made(self, id: Any) -> HttpResponse:
        row, resource = self._row(id), self.write.resource
        headers = {"Location": f"/api/v1/{resource.key}/{row['id']}", "ETag": etag_of(encoded(row))}
        return self.answered(row, self.write.status, **headers)


class CreateView(Writing, ListView):
    """GET and POST /<key>."""

    def operation(self, method: str) -> Operation | None:
        """How the contract tells it."""
        return contract.of_create(self.write) if method == "POST" else super().operation(method)

    def post(self, request: Request) -> HttpResponse:
        """Makes one."""
        return self._once(lambda data: self._made(self.write.perform(self.asker.user, self._values(data), None)))


class OnlyCreateView(Writing):
    """POST /<address> where there is nothing to read under that address."""

    @property
    def route(self) -> str:
        return self.write.key

    def operation(self, method: str) -> Operation | None:
        """How the contract tells it."""
        return contract.of_create(self.write)

    post = CreateView.post


class BulkView(Writing):
    """POST /<key>/bulk: each row by itself; what is refused is told, the others stand."""

    @property
    def route(self) -> str:
        return f"{self.write.key}/bulk"

    def operation(self, method: str) -> Operation | None:
        """How the contract tells it."""
        return contract.of_bulk(self.write, MOST)

    def post(self, request: Request) -> HttpResponse:
        """`results` in the order of `items`."""
        return self._once(self._all)

    def _all(self, data: Any) -> HttpResponse:
        items = data.get("items") if isinstance(data, dict) and set(data) == {"items"} else None
        if not isinstance(items, list) or not 1 <= len(items) <= MOST:
            detail = f'应是 {{"items": [...]}}，1 到 {MOST} 条'
            raise Problem("invalid", detail, errors=[{"pointer": "/items", "detail": detail}])
        odd = next((place for place, each in enumerate(items) if not isinstance(each, dict)), None)
        if odd is not None:
            detail = "每一条应是一个 JSON 对象"
            raise Problem("invalid", detail, errors=[{"pointer": f"/items/{odd}", "detail": detail}])
        results = [self._one(place, each) for place, each in enumerate(items)]
        return self.answered({"results": results}, rows=len(results))

    def _one(self, place: int, item: Any) -> dict[str, Any]:
        try:
            with transaction.atomic():
                id = self.write.perform(self.asker.user, self._values(item), None)
        except Exception as error:
            problem = problem_of(error)
            if problem.kind.status >= 500:
                raise
            return {"index": place, "status": problem.status_code, "problem": problem.body()}
        return {"index": place, "status": self.write.status, "id": id}


class DoView(Writing):
    """POST /<key>/<id>/<name>: something done to a row, if it still is as the client knows it (If-Match)."""

    @property
    def route(self) -> str:
        return f"{self.write.key}/{self.write.name}"

    def operation(self, method: str) -> Operation | None:
        """How the contract tells it."""
        return contract.of_do(self.write)

    def post(self, request: Request, id: str) -> HttpResponse:
        """Answers the row as it is afterwards."""
        return self._once(lambda data: self._do(identifier(self.write.resource, id), data))

    def _do(self, id: Any, data: Any) -> HttpResponse:
        write = self.write
        if not write.resource.visible_to(self.asker.user).filter(**{write.resource.id: id}).exists():
            raise Problem("not-found")
        values = self._values(data)
        self._match(write.resource, id)
        try:
            return self._made(write.perform(self.asker.user, values, id))
        except ObjectDoesNotExist:
            raise Problem("not-found") from None

    def _match(self, resource: Resource, id: Any) -> None:
        wanted = self.request.headers.get("If-Match")
        if wanted is None or wanted.strip() == "*":
            return
        resource.model._base_manager.select_for_update(of=("self",)).filter(**{resource.id: id}).first()
        if etag_of(encoded(self._row(id))) not in [each.strip() for each in wanted.split(",")]:
            raise Problem("changed")
