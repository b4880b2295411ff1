"""Lists page by key: the next page starts after the last row shown, so page 1 and page 10,000 cost the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet
from django.http import HttpRequest

PAGE_SIZE = 50
COUNT_LIMIT = 1000
SALT = "paging"


@dataclass(frozen=True)
class Page:
    """Rows of one page; `next` is the query string of the following page, empty on the last."""

    rows: list[Any]
    next: str
    first: str

    @property
    def is_first(self) -> bool:
        return not self.first


def paged(request: HttpRequest, rows: QuerySet, order: Sequence[str], size: int = PAGE_SIZE) -> Page:
    """One page of `rows` in `order`: field paths, together unique and never null; «-» makes one descending."""
    after = cursor(request, order)
    if len(after) == len(order):
        rows = rows.filter(_beyond(order, after))
    found = list(rows.order_by(*order)[: size + 1])
    more = len(found) > size
    return Page(found[:size], _next(request, found[size - 1], order) if more else "", _first(request))


def paged_list(request: HttpRequest, rows: list[dict], order: Sequence[str], size: int = PAGE_SIZE) -> Page:
    """The same for rows that were computed (dictionaries); ascending only."""
    rows = sorted(rows, key=lambda row: [row[name] for name in order])
    after = cursor(request, order)
    if len(after) == len(order):
        rows = [row for row in rows if [row[name] for name in order] > after]
    more = len(rows) > size
    return Page(rows[:size], _next(request, rows[size - 1], order) if more else "", _first(request))


def count_label(rows: QuerySet, limit: int = COUNT_LIMIT) -> str:
    """«37», or «1,000 以上»: beyond `limit` a list is never counted exactly."""
    found = rows.order_by().values("pk")[: limit + 1].count()
    return f"{limit:,} 以上" if found > limit else str(found)


def cursor(request: HttpRequest, order: Sequence[str]) -> list[Any]:
    """Key of the last row of the page before; empty on the first page, and when the address was changed by hand."""
    try:
        return signing.loads(request.GET.get("after", ""), salt=_salt(order))
    except signing.BadSignature:
        return []


def query_without(request: HttpRequest, *names: str) -> str:
    """The query string without the named parameters."""
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()


def _first(request: HttpRequest) -> str:
    return f"?{query_without(request, 'after')}" if "after" in request.GET else ""


def _next(request: HttpRequest, last: Any, order: Sequence[str]) -> str:
    query = request.GET.copy()
    query.pop("on", None)
    query["after"] = signing.dumps(_key(last, order), salt=_salt(order))
    return f"?{query.urlencode()}"


def _salt(order: Sequence[str]) -> str:
    """A cursor holds for one order only: under another its values would be of other columns."""
    return f"{SALT}:{','.join(order)}"


def _key(row: Any, order: Sequence[str]) -> list[Any]:
    names = [name.removeprefix("-") for name in order]
    values = (row[name] if isinstance(row, dict) else _attribute(row, name) for name in names)
    return [value if isinstance(value, int | str) else str(value) for value in values]


def _attribute(row: Any, path: str) -> Any:
    return reduce(getattr, path.split("__"), row)


def _beyond(order: Sequence[str], after: list[Any]) -> Q:
    """(a, b) beyond (x, y), with a bound on `a` of its own so that an index on a is used."""
    names = [name.removeprefix("-") for name in order]
    sides = ["lt" if name.startswith("-") else "gt" for name in order]
    beyond = Q()
    for place, name in enumerate(names):
        equal = Q(**dict(zip(names[:place], after[:place], strict=True)))
        beyond |= equal & Q(**{f"{name}__{sides[place]}": after[place]})
    return Q(**{f"{names[0]}__{sides[0]}e": after[0]}) & beyond
