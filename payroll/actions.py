"""What people, commands and tasks do with benchmarks."""

from __future__ import annotations

import re
from datetime import date

from django.db.models import Count, Q

from payroll.benchmarking import Month, months_back
from payroll.models import Benchmark, Publication
from payroll.publishing import Published, publish
from xmsw.accounts.models import User


class NoSuchMonth(ValueError):
    """The month asked for is written wrongly, lies ahead or has no pay; the message is a Chinese sentence."""


def month_of(text: str, today: date) -> date:
    """First day of the month written as 2026-10 (or of any day in it, 2026-10-01); never one that lies ahead."""
    found = re.fullmatch(r"(\d{4})-(\d{2})(?:-\d{2})?", text.strip())
    try:
        period = date(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        period = None
    if period is None:
        raise NoSuchMonth(f"月份「{text}」写法不对，应为 2026-10 这样的格式。")
    if period > today:
        raise NoSuchMonth(f"{period:%Y-%m} 还没有到，只能发布已经截止报送的月份。")
    return period


def last_month(today: date) -> date:
    """First day of the month before."""
    return months_back(today, 1)


def last_closed(today: date) -> date:
    """First day of the newest month whose pay can no longer be handed in."""
    period = last_month(today)
    while Month.of(period).closes >= today:
        period = last_month(period)
    return period


def closed_months(today: date, count: int) -> list[date]:
    """First days of the newest months that have closed, the newest first."""
    newest = last_closed(today)
    return [months_back(newest, back) for back in range(count)]


def publish_first(today: date) -> Published:
    """The newest closed month, for cities that have not published it; what is published stays as it is."""
    return publish(last_closed(today), today, reason="按月发布", first_only=True)


def publish_anew(user: User, period: date, reason: str, today: date) -> Publication | None:
    """A deliberate new version for the account's city; None where the figures are what is published already.

    Raises `NotClosed` for a month that has not closed.
    """
    city = user.area_code[:4]
    if not publish(period, today, reason=reason, by=user, cities=[city]).cities:
        return None
    return Publication.objects.filter(period=period, city_id=city).order_by("-version").first()


def compute(period: date, today: date, reason: str) -> dict[str, int | str]:
    """Publish a month everywhere and say how many cells are shown and how many withheld.

    Raises `NoSuchMonth` where nobody has pay, `NotClosed` for a month that has not closed.
    """
    done = publish(period, today, reason=reason)
    if not done.cells:
        raise NoSuchMonth(f"{period:%Y-%m} 没有可以计算的薪酬记录。先导入这个月的薪酬，再发布。")
    kinds = Benchmark.Suppression
    counted = Benchmark.objects.filter(period=period).aggregate(
        cells=Count("pk"),
        shown=Count("pk", filter=Q(suppression="")),
        small=Count("pk", filter=Q(suppression=kinds.SMALL)),
        dominant=Count("pk", filter=Q(suppression=kinds.DOMINANT)),
        complement=Count("pk", filter=Q(suppression=kinds.COMPLEMENT)),
    )
    return {"period": f"{period:%Y-%m}", "cities": len(done.cities), **counted}
