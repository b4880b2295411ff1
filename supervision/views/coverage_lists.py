"""The lists behind the numbers of 覆盖情况 and 一线与稳定: posts by field, people in posts, leavers, beginners."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.db.models.functions import Trim
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from posts.filters import place_choices, text_condition, within
from posts.models import Sector, ServiceField
from posts.models.fields import field_in_sql
from supervision.selectors.frontline import COHORTS, UNTOLD, beginners, leavers
from supervision.selectors.seats import active_posts, main_seats
from xmsw.accounts.roles import Capability
from xmsw.ui.listing import Choice, Column, ListingView, Text


def _person(row: Any) -> str:
    return reverse("talents:person", args=[row.worker_id])


def _employer_column(path: str) -> Column:
    dots, lookups = path.replace("__", "."), path
    return Column("employer", "单位", f"{dots}.name", order=f"{lookups}__pinyin", link=_employer_link(dots))


def _employer_link(dots: str) -> Callable[[Any], str]:
    def link(row: Any) -> str:
        for name in dots.split("."):
            row = getattr(row, name)
        return reverse("posts:employer", args=[row.pk])

    return link


class PlacedList(ListingView):
    """A list of the account's area; `path`: from a row to its employer. Filters by employer, place and sector."""

    section, capability = "落实情况", Capability.VIEW_COMPLIANCE
    template_name = "supervision/placed_list.html"
    path: ClassVar[str] = "employer"
    about: ClassVar[str] = ""
    clauses: ClassVar[tuple[str, ...]] = ()
    page_of: ClassVar[tuple[str, str]] = ("supervision:frontline", "一线与稳定")
    persons: ClassVar[bool] = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if user.is_authenticated and (
            user.area_code is None
            or not user.can(Capability.VIEW_COMPLIANCE)
            or (self.persons and not user.can(Capability.VIEW_PERSONNEL))
        ):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def filters(self) -> list[Choice | Text]:
        """Employer, place, sector, then those of the list itself."""
        path = self.path
        return [
            Text("q", "单位", lambda rows, text: rows.filter(text_condition(text, f"{path}__")), "名称、拼音或代码"),
            Choice("area", "地区", place_choices(self.request.user.area_code), within(f"{path}__region__code")),
            Choice("sector", "领域", Sector.choices, lambda rows, one: rows.filter(**{f"{path}__sector": one})),
            *self.more(),
        ]

    def more(self) -> list[Choice | Text]:
        """Further filters."""
        return []


_FIELD = Choice("field", "服务领域", ServiceField.choices, lambda rows, one: rows.filter(in_field=one))


class FieldPosts(PlacedList):
    """Active posts with the field they serve."""

    title, name, unit = "按服务领域的岗位", "按服务领域的岗位", "个"
    clauses = ("一-2",)
    about = "在设岗位和它们的服务领域；没有单独选的，跟随单位类别。"
    page_of, persons = ("supervision:coverage", "覆盖情况"), False
    default_sort = "region"
    empty = "没有在设的岗位。"
    columns = (
        Column("post", "岗位", str, order="name", link=lambda row: reverse("posts:post", args=[row.pk])),
        _employer_column("employer"),
        Column("kind", "类别", "employer.get_kind_display", order="employer__kind"),
        Column("region", "所在", "employer.region.name", order="employer__region_id"),
        Column("field", "服务领域", lambda row: row.field.label),
        Column("chosen", "单独选的", lambda row: bool(row.service_field), chosen=False),
        Column("start", "设立日期", order="start"),
    )

    def base_queryset(self) -> QuerySet:
        rows = active_posts(self.request.on).visible_to(self.request.user)
        return rows.with_field().select_related("employer__region")

    def more(self) -> list[Choice | Text]:
        return [_FIELD]


class Seated(PlacedList):
    """People in active posts, each once, in the main post."""

    title, name, unit = "在岗人员", "在岗人员", "人"
    clauses = ("一-2", "一-6")
    about = "在设岗位上的人，每人只列一次：有专职的列专职，否则列最早开始的。"
    path, default_sort = "post__employer", "worker"
    empty = "没有人在岗。"
    columns = (
        Column("worker", "姓名", "worker.name", order="worker__pinyin", link=_person),
        Column("post", "岗位", "post", link=lambda row: reverse("posts:post", args=[row.post_id])),
        _employer_column("post__employer"),
        Column("region", "所在", "post.employer.region.name", order="post__employer__region_id"),
        Column("field", "服务领域", "post.field.label", chosen=False),
        Column("frontline", "一线岗位", "post.frontline"),
        Column("full_time", "专职"),
        Column("start", "聘用日期", order="start"),
    )

    def base_queryset(self) -> QuerySet:
        rows = main_seats(self.request.on).visible_to(self.request.user)
        rows = rows.annotate(in_field=field_in_sql("post__service_field", "post__employer__kind"))
        return rows.select_related("worker", "post__employer__region").defer("worker__identity", "worker__phone")

    def more(self) -> list[Choice | Text]:
        front = (("yes", "一线岗位"), ("no", "非一线岗位"))
        chosen = Choice("frontline", "岗位", front, lambda rows, one: rows.filter(post__frontline=one == "yes"))
        return [chosen, _FIELD]


class Leavers(PlacedList):
    """Who left in the twelve months before the day."""

    title, name, unit = "离职人员", "离职人员", "人次"
    clauses = ("一-6",)
    about = "近 12 个月结束任职、离开时在本单位岗位上的人；第二天在同一单位续签的不算。"
    default_sort = "-end"
    empty = "近 12 个月没有人离职。"
    columns = (
        Column("worker", "姓名", "worker.name", order="worker__pinyin", link=_person),
        _employer_column("employer"),
        Column("region", "所在", "employer.region.name", order="employer__region_id"),
        Column("form", "用工形式", "get_form_display"),
        Column("start", "入职日期", order="start"),
        Column("end", "离职日期", order="end"),
        Column("reason", "离职原因", lambda row: row.end_reason or UNTOLD),
    )

    def base_queryset(self) -> QuerySet:
        return _employments(leavers(self.request.on), self.request)

    def more(self) -> list[Choice | Text]:
        return [Text("reason", "离职原因", _by_reason, "照原文填")]


def _by_reason(rows: QuerySet, text: str) -> QuerySet:
    return rows.annotate(words=Trim("end_reason")).filter(words="" if text == UNTOLD else text)


class Beginners(PlacedList):
    """Who began one, two or three years ago, and whether still there that many years later."""

    title, name, unit = "起始人员与留任", "起始人员与留任", "人次"
    clauses = ("一-6",)
    about = "一、二、三年前的 12 个月里入职、在本单位岗位上的人，满年时是否还在原单位。"
    default_sort = "-start"
    empty = "这几年没有人入职。"
    columns = (
        Column("worker", "姓名", "worker.name", order="worker__pinyin", link=_person),
        _employer_column("employer"),
        Column("region", "所在", "employer.region.name", order="employer__region_id"),
        Column("start", "入职日期", order="start"),
        Column("years", "满几年", "years", numeric=True),
        Column("stayed", "满年时还在"),
        Column("end", "离职日期"),
    )

    def base_queryset(self) -> QuerySet:
        return _employments(beginners(self.request.on), self.request)

    def more(self) -> list[Choice | Text]:
        years = [(str(each), f"{each} 年") for each in COHORTS]
        return [
            Choice("years", "满几年", years, lambda rows, one: rows.filter(years=int(one))),
            Choice("stayed", "满年时", (("yes", "还在"), ("no", "不在")), _by_stay),
        ]


def _by_stay(rows: QuerySet, one: str) -> QuerySet:
    return rows.filter(stayed=one == "yes")


def _employments(rows: QuerySet, request: HttpRequest) -> QuerySet:
    rows = rows.visible_to(request.user).select_related("worker", "employer__region")
    return rows.defer("worker__identity", "worker__phone")
