"""Rows of a resource as dictionaries: one values query, paged by key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from django.db.models import Q, QuerySet

from xmsw.api.asker import Asker
from xmsw.api.asking import Asked
from xmsw.api.fields import Field
from xmsw.api.resources import Resource
from xmsw.audit.looks import PERSON, look
from xmsw.feed.reading import position, position_column

CHUNK = 2_000  # rows fetched at a time by an export


@dataclass(frozen=True)
class Page:
    """Some rows; the key of the last one where more follow; up to which change the list was right when it began."""

    rows: list[dict[str, Any]]
    after: list[Any] | None
    position: int | None


class Rows:
    """The rows of a resource that somebody may read, with the fields asked for."""

    def __init__(self, resource: Resource, asker: Asker, fields: Sequence[Field]) -> None:
        self.resource, self.asker, self.fields = resource, asker, fields
        self.names = [each.name for each in fields]
        self.shapes = [(each.name, each.shown) for each in fields if each.shown is not None]
        self.all = resource.visible_to(asker.user)

    def page(self, asked: Asked) -> Page:
        """The rows after the cursor; the first page knows up to which change it is right (in the same statement)."""
        order = self._order(asked.order)
        rows = (self._further(order, asked.cursor["k"]) if asked.cursor else self.all).filter(asked.where)
        further: list[Any] = [name.removeprefix("-") for name in order]
        first = self.resource.mirrored and not asked.cursor
        if first:
            further.append(position_column())
        wanted = self._selected(rows.order_by(*order), *further)[: asked.limit + 1]
        found, at = list(wanted), asked.cursor.get("p")
        if first and found:
            at = found[0][-1]
        elif first:  # no row brought the position: ask for it, and look again for what came before it
            at, found = position(), list(wanted.all())
        more, found = len(found) > asked.limit, found[: asked.limit]
        width = len(self.names)
        key = found[-1][width : width + len(order)] if more else ()
        after = [each if isinstance(each, int | str) else str(each) for each in key]
        return Page(self._told(found), after or None, at)

    def these(self, ids: Sequence[Any], where: Q | None = None) -> dict[Any, dict[str, Any]]:
        """Those of these ids that may be read (and fit), by id."""
        rows = self.all.filter(where or Q(), **{f"{self.resource.id}__in": list(ids)})
        return {told["id"]: told for told in self._told(self._selected(rows))}

    def one(self, id: Any) -> dict[str, Any] | None:
        """The row of that id, if it may be read."""
        return self.these([id]).get(id)

    def stream(self, where: Q) -> Iterator[dict[str, Any]]:
        """All rows in order of id, fetched in chunks through a cursor of the database."""
        rows = self._selected(self.all.filter(where).order_by(self.resource.id)).iterator(chunk_size=CHUNK)
        chunks = iter(lambda: list(islice(rows, CHUNK)), [])
        return chain.from_iterable(map(self._told, chunks))

    def looked(self, rows: Sequence[dict[str, Any]], purpose: str) -> None:
        """Write down whose sealed fields are in `rows`."""
        for field in self.fields:
            if field.asked and rows:
                look(self.asker.user, PERSON, [row["id"] for row in rows], field.name, f"接口：{purpose}")

    def _order(self, said: str) -> list[str]:
        """Paths, the id last, all in one direction."""
        side = "-" if said.startswith("-") else ""
        field = self.resource.by_name[said.removeprefix("-")]
        paths = [field.path] if field.name != "id" else []
        return [f"{side}{path}" for path in (*paths, self.resource.id)]

    def _selected(self, rows: QuerySet, *more: Any) -> QuerySet:
        """Values of the fields, then of `more` (paths or expressions)."""
        columns, made = [], {}
        for place, path in enumerate([*map(self._path, self.fields), *more]):
            columns.append(path if isinstance(path, str) else f"f{place}")
            if not isinstance(path, str):
                made[f"f{place}"] = path
        return rows.annotate(**made).values_list(*columns)

    def _path(self, field: Field) -> Any:
        return field.path if self.asker.sees(field) else field.instead

    def _further(self, order: list[str], key: list[Any]) -> QuerySet:
        """Those beyond the key."""
        if self.resource.beyond is not None and len(order) == 1:
            return self.resource.beyond(self.asker.user, _side(order), key[0])
        return self.all.filter(_beyond(order, key))

    def _told(self, rows: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
        """By name; what `_selected` brought besides the fields falls off."""
        told = [dict(zip(self.names, row, strict=False)) for row in rows]
        for name, shape in self.shapes:
            for each in told:
                if each[name] is not None:
                    each[name] = shape(each[name])
        return told


def _side(order: Sequence[str]) -> str:
    return "lt" if order[0].startswith("-") else "gt"


def _beyond(order: Sequence[str], key: Sequence[Any]) -> Q:
    """(a, id) beyond (x, y), with a bound on `a` of its own so that an index on a is used."""
    names = [name.removeprefix("-") for name in order]
    side = _side(order)
    if len(names) == 1:
        return Q(**{f"{names[0]}__{side}": key[0]})
    first, last = names
    further = Q(**{f"{first}__{side}": key[0]}) | Q(**{first: key[0], f"{last}__{side}": key[1]})
    return Q(**{f"{first}__{side}e": key[0]}) & further
