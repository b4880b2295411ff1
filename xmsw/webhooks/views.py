"""A client's webhooks on the pages: each message on its way, and what whoever manages clients does about it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from xmsw.accounts.roles import Capability
from xmsw.ui.listing import Choice, Column, ListingView, Together
from xmsw.ui.numbers import whole
from xmsw.webhooks import actions
from xmsw.webhooks.models import Delivery, Subscription
from xmsw.webhooks.words import labels, message
from xmsw.workflow.forming import performed


def _webhook(request: HttpRequest, pk: int) -> Subscription:
    rows = Subscription.objects.visible_to(request.user).select_related("client")
    return get_object_or_404(rows, pk=pk)


def _may(request: HttpRequest) -> bool:
    return request.user.can(Capability.MANAGE_API_CLIENTS) and not request.is_past


class Deliveries(ListingView):
    """What was sent to one webhook, newest first."""

    title = name = "变更通知记录"
    section = "系统"
    unit = "条"
    capability = Capability.VIEW_API_LOG
    template_name = "webhooks/deliveries.html"
    empty = "还没有通知过。订阅的资源有变更时，几秒钟内会发出第一条。"
    default_sort = "-made_at"
    columns = (
        Column("made_at", "产生", order="id"),
        Column("message", "内容", message),
        Column("state", "状态", "get_state_display", order="state"),
        Column("status", "对方状态码", lambda row: str(row.status or "")),
        Column("error", "原因"),
        Column("attempts", "次数", order="attempts", numeric=True),
        Column("tried_at", "最近一次发送"),
        Column("next_at", "下次发送", lambda row: row.next_at if row.state in Delivery.OPEN else None),
        Column("event", "消息编号", lambda row: str(row.event), chosen=False),
    )
    filters = (Choice("state", "状态", Delivery.State.choices, lambda rows, value: rows.filter(state=value)),)

    @cached_property
    def webhook(self) -> Subscription:
        """Whose messages these are."""
        return _webhook(self.request, self.kwargs["pk"])

    def base_queryset(self) -> QuerySet[Delivery]:
        return Delivery.objects.visible_to(self.request.user).filter(subscription=self.webhook)

    def context(self) -> dict[str, Any]:
        found, may = self.webhook, _may(self.request) and self.webhook.stopped_at is None
        address = reverse("hooks:resend", args=[found.pk])
        again = Together("勾选的再发一次", "hooks:resend", "delivery", _may, "refresh", address=address)
        own = {"webhook": found, "about": labels(found), "may_manage": may, "together": [again] if may else []}
        return {**super().context(), **own}


@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """The ticked ones are sent again."""
    actions.may_manage(request.user)
    found = _webhook(request, pk)
    chosen = [number for each in request.POST.getlist("delivery") if (number := whole(each)) is not None]
    told = "勾选的会马上再发一次；还在等待的不用重发。"
    return performed(request, lambda: actions.resend(found, chosen), told, _to_page(found))


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing is sent there any more."""
    actions.may_manage(request.user)
    found = _webhook(request, pk)
    told = "订阅已停止，不再发送。对方可以重新订阅。"
    return performed(request, lambda: actions.stop(found), told, _to_page(found))


def _to_page(found: Subscription) -> str:
    return reverse("hooks:deliveries", args=[found.pk])
