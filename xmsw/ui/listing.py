"""Lists that are declared: columns, filters and sorts in; a page by key, an htmx fragment and three exports out.

    class Employers(ListingView):
        title, name, capability = "单位名单", "单位名单", Capability.VIEW_COMPLIANCE
        columns = (
            Column("name", "单位", link=lambda row: reverse("posts:employer", args=[row.pk]), order="pinyin"),
            Column("region", "所在", "region.name"),
            Column("start", "起始", order="start"),
        )
        filters = (Choice("kind", "类别", Kind.choices, lambda rows, value: rows.filter(kind=value)),)
        default_sort = "name"

        def base_queryset(self):
            return Employer.objects.visible_to(self.request.user).in_force(self.request.on).select_related("region")

In the address: each filter under its name, `sort=name` or `sort=-name`, `cols=` once a column, `after=` the cursor,
`export=xlsx|csv|pdf`. What is not declared is ignored.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from operator import attrgetter
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View

from xmsw.dated import holds_on
from xmsw.printing import PrintedList, pdf_response
from xmsw.printing.lists import ROWS as PRINT_ROWS
from xmsw.ui.paging import COUNT_LIMIT, PAGE_SIZE, Page, count_label, paged, query_without
from xmsw.ui.sheets import EXCEL_ROWS, csv_response, sheet_response

EXPORT_CHUNK = 2_000
TEXT_LIMIT = 60
EXPORTS = {"xlsx": sheet_response, "csv": csv_response}
PDF = "pdf"
TOO_LONG = {"xlsx": "一张 Excel 表放不下。请加筛选条件，或改导 CSV。", PDF: "印出来太长。请加筛选条件，或改导 Excel。"}


@dataclass(frozen=True)
class Column:
    """One column. `value`: attribute path («region.name», methods are called) or function of the row, else `name`.

    `order`: field path to sort by, never null, «» for a column that is not sorted by; `link`: URL of a row;
    `chosen`: shown unless the user chooses otherwise; `unit`: what follows a decimal that is no
    money («%»). An export holds the value itself, the page its `shown` text.
    """

    name: str
    label: str
    value: str | Callable[[Any], Any] = ""
    order: str = ""
    link: Callable[[Any], str] | None = None
    numeric: bool = False
    chosen: bool = True
    unit: str = ""

    def of(self, row: Any) -> Any:
        """The value: text, number, date or None; «是» or «否» for a truth; what is none of these as text."""
        found = self.value(row) if callable(self.value) else attrgetter(self.value or self.name)(row)
        found = found() if callable(found) else found
        if isinstance(found, datetime) and timezone.is_aware(found):
            return timezone.localtime(found).replace(tzinfo=None)
        if isinstance(found, bool):
            return "是" if found else "否"
        return found if found is None or isinstance(found, int | float | Decimal | date) else str(found)

    def shown(self, row: Any) -> str:
        """The value as text: money with ¥, other decimals with their unit, whole numbers with separators, dates as
        2026-11-23, nothing as «—»."""
        value = self.of(row)
        if value is None or value == "":
            return "—"
        if isinstance(value, Decimal) and self.unit:
            return f"{value.normalize():,f}{self.unit}"
        if isinstance(value, Decimal):
            return f"¥{value:,.2f}"
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d %H:%M}"
        return f"{value:,}" if self.numeric and isinstance(value, int) else str(value)


@dataclass(frozen=True)
class Choice:
    """A filter by one of `choices` (code, label); any other value is ignored, or read as the `default` where there is
    one: such a filter always holds, and «all» is a choice of its own."""

    name: str
    label: str
    choices: Sequence[tuple[Any, str]]
    apply: Callable[[QuerySet, str], QuerySet]
    default: str = ""

    def clean(self, value: str) -> str:
        """The value where it is one of the choices, else the default or nothing."""
        return value if value in {str(code) for code, _ in self.choices} else self.default

    def said(self, value: str) -> str:
        """The choice in words."""
        return next(str(label) for code, label in self.choices if str(code) == value)

    def options(self, value: str) -> list[dict[str, Any]]:
        """For the template: code, label, whether chosen."""
        return [{"code": code, "label": label, "chosen": str(code) == value} for code, label in self.choices]


def holding(on: date, *, start: str = "start", end: str = "end") -> Choice:
    """A filter of dated rows by how they stand on the day; those in force unless something else is asked for."""
    ways = {
        "now": holds_on(on, start, end),
        "all": Q(),
        "ended": Q(**{f"{end}__lt": on}),
        "later": Q(**{f"{start}__gt": on}),
    }
    choices = (("now", "现行"), ("all", "全部"), ("ended", "已结束"), ("later", "未生效"))
    return Choice("held", "时间", choices, lambda rows, value: rows.filter(ways[value]), default="now")


@dataclass(frozen=True)
class Text:
    """A filter by free text."""

    name: str
    label: str
    apply: Callable[[QuerySet, str], QuerySet]
    hint: str = ""
    default: ClassVar[str] = ""

    def clean(self, value: str) -> str:
        """Blanks made one, cut at TEXT_LIMIT; no character PostgreSQL refuses."""
        return " ".join(value.replace("\x00", "").split())[:TEXT_LIMIT]

    def said(self, value: str) -> str:
        """«「滨海」»."""
        return f"「{value}」"


@dataclass(frozen=True)
class Together:
    """One thing done for all ticked rows: POSTs their keys as `field` to `url_name`, with the list's query as `back`.

    `offered`: whether this request may do it now; `address`: where to, for a list whose address has arguments.
    """

    label: str
    url_name: str
    field: str
    offered: Callable[[HttpRequest], bool]
    icon: str = "checks"
    address: str = ""


class Listing:
    """What one request asked of a declared list. `rows` must already be narrowed by `visible_to`."""

    def __init__(
        self,
        request: HttpRequest,
        rows: QuerySet,
        columns: Sequence[Column],
        filters: Sequence[Choice | Text] = (),
        default_sort: str = "",
    ) -> None:
        self.request = request
        self.all_columns = columns
        self.columns = self._chosen_columns()
        self.filters = [(each, each.clean(request.GET.get(each.name, ""))) for each in filters]
        self.sort = self._sort(default_sort)
        for each, value in self.filters:
            rows = each.apply(rows, value) if value else rows
        self.rows = rows.order_by(*self.order)

    def _chosen_columns(self) -> list[Column]:
        asked = set(self.request.GET.getlist("cols"))
        return [each for each in self.all_columns if each.name in asked] or [
            each for each in self.all_columns if each.chosen
        ]

    def _sort(self, default: str) -> str:
        asked = self.request.GET.get("sort", "")
        sortable = {each.name for each in self.all_columns if each.order}
        return asked if asked.removeprefix("-") in sortable else default

    @property
    def order(self) -> tuple[str, ...]:
        """Field paths of the sort, the primary key last: equal rows keep their place from page to page."""
        sign, name = ("-" if self.sort.startswith("-") else ""), self.sort.removeprefix("-")
        paths = [each.order for each in self.all_columns if each.name == name and each.order]
        return tuple(sign + path for path in [*paths, "pk"])

    def page(self, size: int = PAGE_SIZE) -> Page:
        """One page by key."""
        return paged(self.request, self.rows, self.order, size)

    def exported(self) -> Iterator[list[Any]]:
        """Every row of the list as filtered and sorted, in the columns shown."""
        return ([each.of(row) for each in self.columns] for row in self.rows.iterator(chunk_size=EXPORT_CHUNK))

    def headers(self) -> list[dict[str, Any]]:
        """For the template: each column with the query string that sorts by it, and how it is sorted now."""
        kept = query_without(self.request, "sort", "after", "on")
        return [self._header(each, f"{kept}&" if kept else "") for each in self.columns]

    def _header(self, column: Column, kept: str) -> dict[str, Any]:
        now = {column.name: "ascending", f"-{column.name}": "descending"}.get(self.sort, "none")
        to = f"-{column.name}" if now == "ascending" else column.name
        return {"column": column, "now": now, "query": f"?{kept}sort={to}" if column.order else ""}

    def cells(self, page: Page) -> list[list[dict[str, Any]]]:
        """For the template: text, link and alignment of every cell."""
        return [
            [
                {"text": each.shown(row), "link": each.link(row) if each.link else "", "numeric": each.numeric}
                for each in self.columns
            ]
            for row in page.rows
        ]


class ListingView(View, ABC):
    """A declared list as a page, an htmx fragment or an export; see the module's docstring.

    `name` is the file's name before the date, `empty` what a list says that has nothing at all, `capability` who may
    come here; without `exports` the page offers no file; beyond `count_limit` rows are not counted.
    """

    title: ClassVar[str]
    name: ClassVar[str]
    section: ClassVar[str] = ""
    unit: ClassVar[str] = "条"
    columns: ClassVar[Sequence[Column]]
    filters: ClassVar[Sequence[Choice | Text]] = ()
    default_sort: ClassVar[str] = ""
    empty: ClassVar[str] = "这里还没有记录。"
    capability: ClassVar[str] = ""
    together: ClassVar[Sequence[Together]] = ()
    page_size: ClassVar[int] = PAGE_SIZE
    count_limit: ClassVar[int] = COUNT_LIMIT
    exports: ClassVar[bool] = True
    template_name: ClassVar[str] = "ui/listing.html"
    http_method_names: ClassVar[list[str]] = ["get", "head", "options"]

    @abstractmethod
    def base_queryset(self) -> QuerySet:
        """The rows this account may see, on the as-of date, with the relations the columns read."""

    @cached_property
    def listing(self) -> Listing:
        """What this request asked for."""
        return Listing(self.request, self.base_queryset(), self.columns, self.filters, self.default_sort)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Page, fragment or export."""
        if self.capability and not request.user.can(self.capability):
            raise PermissionDenied
        if request.GET.get("export") in (*EXPORTS, PDF):
            return self._export(request.GET["export"])
        partial = request.htmx and not request.htmx.history_restore_request
        return render(request, "ui/_listing.html" if partial else self.template_name, self.context())

    def context(self) -> dict[str, Any]:
        """What templates/ui/listing.html shows; override to add."""
        page = self.listing.page(self.page_size)
        return {
            "view": self,
            "listing": self.listing,
            "page": page,
            "lines": [
                {"key": row.pk, "cells": cells} for row, cells in zip(page.rows, self.listing.cells(page), strict=True)
            ],
            "together": [each for each in self.together if each.offered(self.request)],
            "count": count_label(self.listing.rows, self.count_limit),
            "filters": self._filters(),
            "filtered": sum(value != each.default for each, value in self.listing.filters),
            "choosable": [{"column": each, "chosen": each in self.listing.columns} for each in self.columns],
            "export_query": query_without(self.request, "after", "export", "on"),
        }

    def _filters(self) -> list[dict[str, Any]]:
        return [
            {"filter": each, "value": value, "options": each.options(value) if isinstance(each, Choice) else None}
            for each, value in self.listing.filters
        ]

    def _export(self, kind: str) -> HttpResponse:
        listing = self.listing
        limit = {"xlsx": EXCEL_ROWS, PDF: PRINT_ROWS}.get(kind)
        if limit is not None and listing.rows.order_by().values("pk")[limit : limit + 1].exists():
            messages.warning(self.request, f"超过 {limit:,} 行，{TOO_LONG[kind]}")
            return redirect(f"{self.request.path}?{query_without(self.request, 'export', 'on')}")
        on = getattr(self.request, "on", None) or timezone.localdate()
        name = f"{self.name}_{on:%Y-%m-%d}"
        if kind == PDF:
            return pdf_response(name, self._printed(on).pdf())
        return EXPORTS[kind](name, [each.label for each in listing.columns], listing.exported())

    def _printed(self, on: date) -> PrintedList:
        listing = self.listing
        return PrintedList(
            title=self.title,
            place=getattr(self.request.user, "place_label", ""),
            day=on,
            columns=[(each.label, each.numeric) for each in listing.columns],
            rows=[[each.shown(row) for each in listing.columns] for row in listing.rows.iterator(EXPORT_CHUNK)],
            filters="；".join(f"{each.label}：{each.said(value)}" for each, value in listing.filters if value),
            unit=self.unit,
        )
