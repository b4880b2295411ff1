"""What people, commands and tasks do with benchmarks."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.db.models import Count, Q

from payroll import benchmarking
from payroll.models import Benchmark


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
        raise NoSuchMonth(f"{period:%Y-%m} 还没有到，只能计算本月或以前的月份。")
    return period


def last_month(today: date) -> date:
    """First day of the month before."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def compute(period: date) -> dict[str, int | str]:
    """Compute a month and say how many cells are shown and how many withheld; `NoSuchMonth` where nobody has pay."""
    if not benchmarking.recompute(period):
        raise NoSuchMonth(f"{period:%Y-%m} 没有可以计算的薪酬记录。先导入这个月的薪酬，再计算。")
    counted = Benchmark.objects.filter(period=period).aggregate(
        cells=Count("pk"),
        shown=Count("pk", filter=Q(suppression="")),
        small=Count("pk", filter=Q(suppression=Benchmark.Suppression.SMALL)),
        complement=Count("pk", filter=Q(suppression=Benchmark.Suppression.COMPLEMENT)),
    )
    return {"period": f"{period:%Y-%m}", **counted}
