"""What awards add to the printed service record: honours that stand, and grants of funds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from awards.models import FundEntry, Honour
from talents.models import SocialWorker
from talents.service_record import Table, adds

if TYPE_CHECKING:
    from xmsw.accounts.models import User


@adds
def honours(worker: SocialWorker, user: User, on: date) -> Table:
    """Honours that the account sees and that were not revoked by that day."""
    rows = Honour.objects.visible_to(user).filter(worker=worker).valid(on).order_by("awarded_on", "pk")
    told = [[h.title, h.get_level_display(), h.awarded_by, f"{h.awarded_on:%Y-%m-%d}", h.document or "—"] for h in rows]
    return "荣誉", ["荣誉称号", "级别", "颁奖单位", "表彰日期", "文号"], told


@adds
def grants(worker: SocialWorker, user: User, on: date) -> Table:
    """Grants that the account sees and that were not taken back by that day."""
    rows = FundEntry.objects.visible_to(user).filter(worker=worker, kind=FundEntry.Kind.GRANT, on__lte=on)
    rows = rows.exclude(reversed_by__on__lte=on).select_related("fund").order_by("on", "number")
    told = [[g.fund.name, f"{g.on:%Y-%m-%d}", f"{-g.amount:,.2f}", g.reason] for g in rows]
    return "基金奖励", ["基金", "日期", "金额（元）", "事由"], told
