"""Demo accounts have confirmed addresses where no mail can ever arrive, and some mails in every state."""

from __future__ import annotations

from django.utils import timezone

from xmsw.accounts.models import User
from xmsw.notices.models import Delivery, NoticeSettings
from xmsw.synthetic.plan import Plan

ORDER = 90
HOST = "example.invalid"  # RFC 2606; nothing is ever handed to a server for it (xmsw/notices/addresses.py)
WITHOUT = ("demo-standing", "demo-reviewer")  # who did not set one
WANTED = "demo-hr"  # whose address waits for its confirmation


def load(plan: Plan) -> None:
    """Accounts come later."""


def open_accounts(plan: Plan) -> None:
    """An address for most demo accounts that people can sign in with."""
    now = timezone.now()
    users = User.objects.filter(username__startswith="demo-", is_active=True, notice_settings=None)
    users = users.exclude(username__in=WITHOUT).exclude(password__startswith="!")
    made = [_settings(each, now) for each in users]
    plan.made("提醒邮箱", len(NoticeSettings.objects.bulk_create(made)))


def _settings(user: User, now: object) -> NoticeSettings:
    address = f"{user.username}@{HOST}"
    if user.username == WANTED:
        return NoticeSettings(user=user, wanted=address, asked_at=now)
    return NoticeSettings(user=user, address=address, confirmed_at=now)


def hand_in(plan: Plan) -> None:
    """Of the mails that wait by now one was refused and every third went out; the others wait for their hour."""
    state, now = Delivery.State, timezone.now()
    waiting = list(Delivery.objects.filter(state=state.QUEUED).order_by("pk").values_list("pk", flat=True))
    tried = {"attempts": 1, "first_tried_at": now, "tried_at": now}
    Delivery.objects.filter(pk__in=waiting[::3]).update(state=state.SENT, sent_at=now, **tried)
    Delivery.objects.filter(pk__in=waiting[1:2]).update(state=state.FAILED, error=Delivery.Trouble.REFUSED, **tried)
    plan.made("提醒邮件", len(waiting))
