"""What awards add to a person's timeline: honours, and grants of funds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse

from awards.models import FundEntry, Honour
from talents.biography import Event, chapter
from talents.models import SocialWorker

if TYPE_CHECKING:
    from xmsw.accounts.models import User


@chapter
def honours(worker: SocialWorker, user: User, on: date) -> Iterable[Event]:
    """Honours that the account sees, and their revocation."""
    for each in Honour.objects.visible_to(user).filter(worker=worker):
        url, text = reverse("awards:honour", args=[each.pk]), f"{each.title}，{each.awarded_by}"
        yield Event(each.awarded_on, "trophy", f"{each.get_level_display()}荣誉", text, url)
        if each.revoked_on:
            yield Event(each.revoked_on, "trophy-off", "撤销荣誉", f"{each.title}：{each.revoked_because}", url)


@chapter
def grants(worker: SocialWorker, user: User, on: date) -> Iterable[Event]:
    """Grants of funds, and what was taken back, that the account sees."""
    for each in FundEntry.objects.visible_to(user).filter(worker=worker).select_related("fund"):
        back = each.kind == FundEntry.Kind.REVERSAL
        text = f"{each.fund.name} ¥{abs(each.amount):,.2f}：{each.reason}"
        yield Event(each.on, "coins", "收回基金奖励" if back else "基金奖励", text)
