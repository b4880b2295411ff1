"""Mails on their way and mails that did not arrive, for whoever manages accounts: to whom, never what they say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability
from xmsw.notices.models import Delivery
from xmsw.notices.state import mail_state
from xmsw.ui.listing import Choice, Column, ListingView, Text, Together

_S = Delivery.State


def _of_account(rows: QuerySet, value: str) -> QuerySet:
    return rows.filter(Q(notice__user__username__icontains=value) | Q(notice__user__display_name__icontains=value))


def _manages(request: HttpRequest) -> bool:
    return request.user.can(Capability.MANAGE_ACCOUNTS)


class Deliveries(ListingView):
    """Newest first."""

    title = name = "邮件发送"
    section = "系统"
    unit = "条"
    capability = Capability.MANAGE_ACCOUNTS
    template_name = "notices/deliveries.html"
    empty = "还没有要发的邮件。有人在「提醒设置」里确认了邮箱，以后的提醒才会发邮件。"
    default_sort = "-at"
    columns = (
        Column("username", "账号", "notice.user.username", order="notice__user__username"),
        Column("name", "姓名", "notice.user.display_name", chosen=False),
        Column("kind", "种类", "notice.label", order="notice__code"),
        Column("way", "方式", "get_way_display"),
        Column("state", "状态", "get_state_display", order="state"),
        Column("error", "原因", "get_error_display"),
        Column("attempts", "次数", order="attempts", numeric=True),
        Column("at", "提醒时间", "notice.at", order="notice__at"),
        Column("tried_at", "最近一次发送"),
        Column("next", "下次发送", lambda row: row.next_try_at if row.state == _S.QUEUED else None),
    )
    filters = (
        Choice("state", "状态", _S.choices, lambda rows, value: rows.filter(state=value)),
        Text("q", "账号", _of_account, "账号或姓名"),
    )
    together = (Together("勾选的再发一次", "notices:resend", "delivery", _manages, "mail-forward"),)

    def base_queryset(self) -> QuerySet[Delivery]:
        return Delivery.objects.visible_to(self.request.user).select_related("notice__user")

    def context(self) -> dict[str, Any]:
        well, told = mail_state()
        return {**super().context(), "well": well, "told": told}


def resend(user: User, chosen: Iterable[int]) -> int:
    """Queue what failed anew; returns how many. What may have arrived is never sent again. Raises PermissionDenied."""
    if not user.can(Capability.MANAGE_ACCOUNTS):
        raise PermissionDenied
    rows = Delivery.objects.visible_to(user).filter(pk__in=list(chosen), state=_S.FAILED, notice__read_at__isnull=True)
    anew = {"attempts": 0, "error": "", "next_try_at": timezone.now(), "first_tried_at": None, "tried_at": None}
    return rows.update(state=_S.QUEUED, **anew)
