"""Reading a resource: list, changes since, export, counts, one."""

from __future__ import annotations

from collections.abc import Iterator
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.request import Request

from xmsw.api import contract, cursors
from xmsw.api.asking import Asked, asked, counted, only, refused, shown
from xmsw.api.described import Operation
from xmsw.api.encoding import line
from xmsw.api.fields import Type
from xmsw.api.problems import Problem
from xmsw.api.reading import Rows
from xmsw.api.resources import Resource
from xmsw.api.views.base import Endpoint
from xmsw.feed.reading import changes

NDJSON = "application/x-ndjson"
# A client that does not read holds a thread of the process: exports take half of them at most, pages have the others.
SLOTS = BoundedSemaphore(2)
MOST_GROUPS = 10_000


class OfResource(Endpoint):
    """A view of one resource."""

    resource: Resource = None  # set by `as_view`

    @property
    def route(self) -> str:
        return self.resource.key

    def _rows(self, asked: Asked) -> Rows:
        return Rows(self.resource, self.asker, asked.fields)


class ListView(OfResource):
    """GET /<key>: a page of rows, or with `changed_since` what changed."""

    def operation(self, method: str) -> Operation | None:
        """How the contract tells it."""
        return contract.of_list(self.resource)

    def get(self, request: Request) -> HttpResponse:
        """`items`, `next` while more follow, on the last page `changes`: where to go on from."""
        asker = self.asker
        asker.must_read(self.resource)
        wanted = asked(request.query_params, self.resource, asker)
        return self._changes(wanted) if wanted.since else self._page(wanted)

    def _page(self, wanted: Asked) -> HttpResponse:
        rows = self._rows(wanted)
        page = rows.page(wanted)
        rows.looked(page.rows, wanted.purpose)
        told = {"items": page.rows, "next": None, "changes": None}
        mark = wanted.cursor.get("m") or self.asker.mark  # the first page's: its rows were read with those rights
        if page.after is not None:
            cursor = {"r": self.resource.key, "o": wanted.order, "k": page.after, "p": page.position, "m": mark}
            told["next"] = self._address(cursor=cursors.written(cursors.PAGE, cursor))
        elif self.resource.mirrored:
            told["changes"] = self._address(without=("order",), changed_since=self._since(page.position or 0, mark))
        return self.answered(told, rows=len(page.rows))

    def _changes(self, wanted: Asked) -> HttpResponse:
        """Rows that changed, as they are now; what is gone, out of sight, or no longer fits the filters, as
        {id, deleted: true}."""
        after = wanted.since["s"]
        found = changes(self.asker.user, self.resource.key, after, wanted.limit)
        rows = self._rows(wanted)
        now = rows.these([each.object_id for each in found], wanted.where)
        rows.looked(list(now.values()), wanted.purpose)
        items = [now.get(each.object_id, {"id": each.object_id, "deleted": True}) for each in found]
        at = found[-1].seq if found else after
        address = self._address(changed_since=self._since(at, self.asker.mark))
        more = len(found) == wanted.limit
        told = {"items": items, "next": address if more else None, "changes": None if more else address}
        return self.answered(told, rows=len(items))

    def _since(self, position: int, mark: str) -> str:
        return cursors.written(cursors.CHANGES, {"r": self.resource.key, "s": position, "m": mark})

    def _address(self, without: tuple[str, ...] = (), **changed: str) -> str:
        dropped = {"cursor", "changed_since", *without}
        said = {name: value for name, value in self.request.query_params.items() if name not in dropped}
        return f"{self.request.path}?{urlencode(said | changed)}"


class OneView(OfResource):
    """GET /<key>/<id>."""

    def operation(self, method: str) -> Operation | None:
        """How the contract tells it."""
        return contract.of_one(self.resource)

    def get(self, request: Request, id: str) -> HttpResponse:
        """The row as it is now; 404 where it is not, or not the account's."""
        asker = self.asker
        asker.must_read(self.resource)
        fields, purpose = shown(only(request.query_params, "fields", "purpose"), self.resource, asker)
        rows = Rows(self.resource, asker, fields)
        found = rows.one(identifier(self.resource, id))
        if found is None:
            raise Problem("not-found")
        rows.looked([found], purpose)
        return self.answered(found)


class ExportView(OfResource):
    """GET /<key>/export: every row as a line of JSON, streamed."""

    def operation(self, method: str) -> Operation | None:
        """How the contract tells it."""
        return contract.of_export(self.resource)

    def get(self, request: Request) -> HttpResponse | StreamingHttpResponse:
        """Rows in order of id; a broken stream has no last chunk, so a client sees that it is not whole."""
        asker = self.asker
        asker.must_read(self.resource)
        wanted = asked(request.query_params, self.resource, asker)
        for name in ("cursor", "limit", "order", "changed_since", "purpose"):
            if name in request.query_params:
                raise refused(name, "不适用于导出")
        if any(each.asked for each in wanted.fields):
            raise refused("fields", "里的个人敏感字段不能导出，请逐页读取")
        if not SLOTS.acquire(blocking=False):
            raise Problem("busy", "正在导出的人太多，请稍后再试。", headers={"Retry-After": "30"})
        response = StreamingHttpResponse(content_type=NDJSON)
        response._resource_closers.append(SLOTS.release)
        response.streaming_content = self._lines(self._rows(wanted).stream(wanted.where), response)
        return response

    def _lines(self, rows: Iterator[dict[str, Any]], response: StreamingHttpResponse) -> Iterator[bytes]:
        """The lines; however they end, the access log tells how many went out."""
        told = size = 0
        try:
            for row in rows:
                text = line(row)
                told, size = told + 1, size + len(text)
                yield text
        finally:
            self.written_down(response, rows=told, size=size)


class CountsView(OfResource):
    """GET /<key>/counts?by=a,b: how many of the rows that fit the filters of the list, and nobody by name."""

    def operation(self, method: str) -> Operation | None:
        """How the contract tells it."""
        return contract.of_counts(self.resource)

    def get(self, request: Request) -> HttpResponse:
        """`items` of the groups asked for, each with `count`; the total without `by`."""
        asker, resource = self.asker, self.resource
        if not asker.holds(f"{resource.key}:counts"):
            asker.must_hold(resource.scope)
        if not resource.permits(asker.user):
            raise Problem("forbidden", f"你的账号不能读取{resource.label}。")
        groups = self._groups(*counted(request.query_params, resource, asker))
        return self.answered({"items": groups}, rows=len(groups))

    def _groups(self, by: list[str], where: Q) -> list[dict[str, Any]]:
        rows = self.resource.visible_to(self.asker.user).filter(where).order_by()
        if not by:
            return [{"count": rows.count()}]
        named = {f"g{place}": self.resource.counted[name].path for place, name in enumerate(by)}
        made = {name: path for name, path in named.items() if not isinstance(path, str)}
        paths = [name if name in made else path for name, path in named.items()]
        found = rows.annotate(**made).values_list(*paths).annotate(count=Count(self.resource.id, distinct=True))
        return [dict(zip([*by, "count"], each, strict=True)) for each in found.order_by(*paths)[:MOST_GROUPS]]


def identifier(resource: Resource, text: str) -> Any:
    """The id written in an address; raises Problem «not-found» where it cannot be one."""
    field = resource.by_name["id"]
    try:
        if "\x00" in text:
            raise ValueError
        return field.value(text, "") if resource.id_type == Type.INTEGER else text[:60]
    except ValueError:
        raise Problem("not-found") from None
