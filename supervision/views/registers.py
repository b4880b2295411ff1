"""Registers as pages: a list, a form for a new row and for a changed one, the file of a row; declared once each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from supervision.actions import registers as actions
from supervision.forms.registers import RegisterForm
from supervision.models.registers import Register, WithFile
from xmsw.accounts.models import Bureau
from xmsw.accounts.roles import Capability
from xmsw.audit import stored
from xmsw.regions.models import Level, Region
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.workflow.forming import edit_methods, form_page

READS = (Capability.VIEW_COMPLIANCE,)


class RegisterView(ListingView):
    """A register. `key` makes its addresses: `key`, `key-new`, `key-edit`, `key-file`.

    shown: the columns, of which the first leads whoever keeps rows to the form; reads, writes: capabilities, any of
    which opens it and lets keep rows; day: the date from which a row is known;
    by_bureau: whether a row speaks of a line; search: the field that the text filter looks into; adds: the button.
    """

    key: ClassVar[str]
    model: ClassVar[type[Register]]
    form: ClassVar[type[RegisterForm]]
    shown: ClassVar[Sequence[Column]]
    reads: ClassVar[Sequence[str]] = ()
    writes: ClassVar[Sequence[str]] = ()
    clauses: ClassVar[tuple[str, ...]] = ()
    about: ClassVar[str] = ""
    adds: ClassVar[str] = "登记"
    day: ClassVar[str] = ""
    by_bureau: ClassVar[bool] = True
    search: ClassVar[str] = ""
    search_label: ClassVar[str] = "名称"
    more_filters: ClassVar[Sequence[Choice | Text]] = ()
    section = "督查"
    template_name = "supervision/register.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The list, for whoever reads or keeps it."""
        if not any(map(request.user.can, (*self.reads, *self.writes))):
            raise PermissionDenied
        return super().get(request, *args, **kwargs)

    @classmethod
    def url(cls, suffix: str = "", *arguments: Any) -> str:
        """The list's address, or with «-new», «-edit», «-file» another of its own."""
        return reverse(f"supervision:{cls.key}{suffix}", args=arguments)

    def base_queryset(self) -> QuerySet:
        rows = self.model.objects.visible_to(self.request.user).select_related("region")
        return rows.filter(**{f"{self.day}__lte": self.request.on}) if self.day else rows

    @property
    def may_write(self) -> bool:
        """Whether this account keeps rows here, now."""
        return actions.keeps(self.request.user, self.writes) and not self.request.is_past

    @cached_property
    def columns(self) -> Sequence[Column]:
        """As shown; the first leads to the form where the account may use it."""
        first, *rest = self.shown
        return (replace(first, link=self.way_in), *rest) if self.may_write else self.shown

    def way_in(self, row: Register) -> str:
        """The form of a row that this account keeps."""
        mine = self.may_write and actions.may_keep(self.request.user, row, self.writes)
        return self.url("-edit", row.pk) if mine else ""

    @cached_property
    def filters(self) -> list[Choice | Text]:
        """Text, area, line, and what the register adds."""
        found: list[Choice | Text] = []
        if self.search:
            field = f"{self.search}__contains"
            found.append(Text("q", self.search_label, lambda rows, text: rows.filter(**{field: text}), "字词"))
        found.append(Choice("area", "市或区", self._areas(), lambda rows, code: rows.filter(region=code)))
        if self.by_bureau:
            found.append(Choice("bureau", "部门", Bureau.choices, lambda rows, value: rows.filter(bureau=value)))
        return [*found, *self.more_filters]

    def _areas(self) -> list[tuple[str, str]]:
        own = self.request.user.area_code
        if own is None:
            return []
        rows = Region.objects.subtree(own).filter(level__in=(Level.CITY, Level.DISTRICT)).order_by("code")
        return [(each.code, each.name) for each in rows]

    def context(self) -> dict[str, Any]:
        return super().context() | {
            "tables": self.tables(),
            "figures": self.figures(),
            "new_url": self.url("-new") if self.may_write else "",
            "links": self.links(),
        }

    def tables(self) -> list[dict[str, Any]]:
        """Tables above the list: `title`, `columns`, `rows` of {label, cells}; a cell is {text, link, tone}."""
        return []

    def figures(self) -> list[dict[str, str]]:
        """Numbers above the list: {label, value, note}."""
        return []

    def links(self) -> list[tuple[str, str]]:
        """Buttons beside the heading: (label, address)."""
        return []


def file_column(view_key: str) -> Column:
    """The file of a row, as a link."""
    return Column(
        "file",
        "文件",
        lambda row: row.file_name or None,
        link=lambda row: reverse(f"supervision:{view_key}-file", args=[row.pk]) if row.stored_as else "",
    )


def known(value: Any, day: date | None, on: date) -> Any:
    """What became known on `day`, as it is read on the as-of day: nothing before."""
    return value if day is not None and day <= on else None


def nodes(request: HttpRequest) -> list[Region]:
    """The city and the districts of the account's area: seven for the city, one for a district."""
    rows = Region.objects.subtree(request.user.area_code).filter(level__in=(Level.CITY, Level.DISTRICT))
    return list(rows.order_by("code"))


REGION = Column("region", "市或区", "region.name", order="region_id")
BUREAU = Column("bureau", "部门", "get_bureau_display", order="bureau")
DOCUMENT = Column("document", "文号或依据", chosen=False)


def cell(text: Any, link: str = "", tone: str = "") -> dict[str, Any]:
    """A cell of a table above a list; `tone`: «ok», «lack» or nothing, always with words."""
    return {"text": "—" if text is None else text, "link": link, "tone": tone}


def register_paths(view: type[RegisterView], route: str) -> list[URLPattern]:
    """The addresses of a register under a route."""
    found = [
        path(f"{route}/", view.as_view(), name=view.key),
        path(f"{route}/new/", _new(view), name=f"{view.key}-new"),
        path(f"{route}/<int:pk>/", _edit(view), name=f"{view.key}-edit"),
    ]
    if issubclass(view.model, WithFile):
        found.append(
            path(f"{route}/<int:pk>/file/", file_view(view.model, (*view.reads, *view.writes)), name=f"{view.key}-file")
        )
    return found


def _new(view: type[RegisterView]) -> Callable[..., HttpResponse]:
    @edit_methods
    def new(request: HttpRequest) -> HttpResponse:
        """A further row of the register."""
        return _form(request, view, None)

    return new


def _edit(view: type[RegisterView]) -> Callable[..., HttpResponse]:
    @edit_methods
    def edit(request: HttpRequest, pk: int) -> HttpResponse:
        """A visible row: changed by whoever keeps it, else refused."""
        return _form(request, view, get_object_or_404(view.model.objects.visible_to(request.user), pk=pk))

    return edit


def _form(request: HttpRequest, view: type[RegisterView], found: Register | None) -> HttpResponse:
    user = request.user
    allowed = actions.keeps(user, view.writes) if found is None else actions.may_keep(user, found, view.writes)
    if not allowed or request.is_past:
        raise PermissionDenied("这一条不归你的部门登记。")
    initial = {key: value for key, value in request.GET.items() if key in view.form.base_fields}
    form = view.form(user, view.writes, request.POST or None, request.FILES or None, instance=found, initial=initial)

    def save(valid: RegisterForm) -> tuple[str, str]:
        actions.keep(user, valid.save(commit=False), view.writes, valid.cleaned_data.get("file"))
        return "已保存。", view.url()

    verb = "登记" if found is None else "更正"
    return form_page(
        request, form, save, title=f"{verb}{view.model._meta.verbose_name}", back=view.url(), back_label=view.title
    )


def file_view(model: type[models.Model], opens: Sequence[str]) -> Callable[..., HttpResponse]:
    """Downloads the file of a visible row, for whoever may open the register."""

    @require_safe
    def download(request: HttpRequest, pk: int) -> HttpResponse:
        """The file as it was handed in."""
        if not any(map(request.user.can, opens)):
            raise PermissionDenied
        found = get_object_or_404(model._default_manager.visible_to(request.user), pk=pk)
        if not found.stored_as:
            raise Http404("这一条没有文件。")
        return FileResponse(
            stored.read(found.stored_as), as_attachment=True, filename=found.file_name, content_type=found.file_type
        )

    return download
