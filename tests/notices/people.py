"""Accounts with addresses, and notices for them."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests import builders as make
from xmsw.accounts.models import User
from xmsw.notices.models import Delivery, NoticeChoice, NoticeSettings
from xmsw.notices.writing import Told, tell

_numbers = itertools.count(1)
AT_ONCE, LATER = "rectification", "registration-ends"  # as they come: mailed at once, in the digest


def confirmed(role: str = "employer_staff", **fields: Any) -> User:
    """An account whose address is confirmed: <username>@clerks.cn."""
    user = make.make_user(role, **fields)
    NoticeSettings.objects.create(user=user, address=address_of(user), confirmed_at=timezone.now())
    return user


def address_of(user: User) -> str:
    return f"{user.username}@clerks.cn"


def notify(
    user: User, code: str = AT_ONCE, title: str = "责令整改：第 1 号", text: str = "请整改。", url: str = "/desk/"
) -> int:
    """One notice that was not there before; returns how many came of it."""
    return tell(code, [Told(user.pk, next(_numbers), "", title, text, url)])


def choose(user: User, code: str, way: str) -> None:
    NoticeChoice.objects.create(user=user, code=code, way=way)


def delivery(user: User) -> Delivery:
    """The only one."""
    return Delivery.objects.get(notice__user=user)


def states(user: User) -> list[str]:
    rows = Delivery.objects.filter(notice__user=user).order_by("pk")
    return list(rows.values_list("state", flat=True))


def in_hours(hours: float) -> Any:
    """That many hours from now."""
    return timezone.now() + timedelta(hours=hours)
