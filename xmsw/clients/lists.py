"""Clients and their calls as lists."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from xmsw.accounts.roles import Capability
from xmsw.clients.models import ApiCall, ApiClient, ClientSecret
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.ui.numbers import whole

WORKING, STOPPED = "working", "stopped"
STATES = ((WORKING, "使用中"), (STOPPED, "已停用"))
ANSWERS = (("2", "成功"), ("3", "没有变化（3xx）"), ("4", "被拒绝（4xx）"), ("5", "出错（5xx）"))


def state_of(client: ApiClient) -> str:
    """«使用中», «已停用»."""
    return dict(STATES)[STOPPED if client.stopped_at else WORKING]


def holder_of(client: Any) -> str:
    """The unit's name; «用人单位» for a client of an employer, which its own page names."""
    unit = client.account.org_unit
    return unit.name if unit else "用人单位"


class Clients(ListingView):
    """Every client that the account sees."""

    title = name = "接口客户端"
    section = "系统"
    unit = "个"
    capability = Capability.VIEW_API_LOG
    template_name = "clients/list.html"
    empty = "还没有接口客户端。别的系统要读写这里的数据，由系统管理员在这里为它建一个。"
    default_sort = "label"
    columns = (
        Column("label", "名称", link=lambda row: reverse("clients:client", args=[row.pk]), order="label"),
        Column("holder", "所属", holder_of),
        Column("scopes", "权限（项）", lambda row: len(row.scopes), numeric=True),
        Column("rate", "每分钟请求数", order="rate", numeric=True),
        Column("state", "状态", state_of),
        Column("expires", "密钥有效至"),
        Column("called", "最近调用"),
        Column("note", "说明", chosen=False),
    )
    filters = (
        Choice("state", "状态", STATES, lambda rows, value: rows.filter(stopped_at__isnull=value == WORKING)),
        Text("q", "名称", lambda rows, value: rows.filter(label__icontains=value)),
    )

    def base_queryset(self) -> QuerySet[ApiClient]:
        live = ClientSecret.objects.live(timezone.now()).filter(client=OuterRef("pk")).order_by()
        last = ApiCall.objects.filter(client=OuterRef("pk")).order_by("-id").values("at")[:1]
        rows = ApiClient.objects.visible_to(self.request.user).select_related("account__org_unit")
        ends = live.values("client").annotate(end=Max("expires_at")).values("end")
        return rows.annotate(expires=Subquery(ends), called=Subquery(last))

    def context(self) -> dict[str, Any]:
        may = self.request.user.can(Capability.MANAGE_API_CLIENTS)
        return {**super().context(), "may_manage": may and not self.request.is_past}


def _on_day(rows: QuerySet, value: str) -> QuerySet:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return rows.none()
    start = timezone.make_aware(datetime.combine(day, time.min))
    return rows.filter(at__gte=start, at__lt=start + timedelta(days=1))


def _of_client(rows: QuerySet, value: str) -> QuerySet:
    number = whole(value)
    return rows.filter(client__label__icontains=value) if number is None else rows.filter(client=number)


class Calls(ListingView):
    """Newest first."""

    title = name = "接口调用记录"
    section = "系统"
    capability = Capability.VIEW_API_LOG
    empty = "还没有接口调用。"
    default_sort = "-at"
    columns = (
        Column("at", "时间", order="id"),
        Column("client", "客户端", lambda row: row.client.label if row.client else "浏览器"),
        Column("account", "账号", lambda row: str(row.user or ""), chosen=False),
        Column("method", "方法"),
        Column("route", "资源"),
        Column("path", "地址"),
        Column("query", "参数", chosen=False),
        Column("status", "状态码", lambda row: str(row.status)),
        Column("problem", "问题"),
        Column("rows", "行数", numeric=True),
        Column("bytes", "字节", numeric=True, chosen=False),
        Column("ms", "毫秒", numeric=True),
        Column("address", "来源地址", chosen=False),
    )
    filters = (
        Text("client", "客户端", _of_client, "名称"),
        Choice("status", "结果", ANSWERS, lambda rows, value: rows.answered([int(value)])),
        Text("day", "日期", _on_day, "2026-01-31"),
    )

    def base_queryset(self) -> QuerySet[ApiCall]:
        return ApiCall.objects.visible_to(self.request.user).select_related("client", "user")


def permitted(request: HttpRequest) -> None:
    """Raises PermissionDenied for whoever does not manage clients."""
    if not request.user.can(Capability.MANAGE_API_CLIENTS):
        raise PermissionDenied("只有系统管理员可以管理接口客户端。")


def kept_nowhere(response: HttpResponse) -> HttpResponse:
    """An answer with a secret: no browser and no proxy keeps it."""
    response.headers["Cache-Control"] = "no-store, private"
    return response
