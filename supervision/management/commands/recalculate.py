"""`manage.py recalculate`: judge every rule for an area, today or on a past day, in this process."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from supervision.models import Run
from supervision.runs import execute_here, start_run
from xmsw.policy.parameters import ParameterMissing
from xmsw.regions.models import Region

STREET_DIGITS = 9


class Command(BaseCommand):
    help = "重新核算（默认今天、全部区域）；过去的日期只保存当日统计"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--region", default="", help="区划代码，如 350203")
        parser.add_argument("--on", help="日期，如 2025-12-31；默认今天")
        parser.add_argument("--history", type=int, default=0, help="再补算最近几个月末的统计")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        day = parse_day(options["on"], today)
        area = known_region(options["region"])
        done = [self._run(day, area, present=day == today)]
        done += [self._run(each, area, present=False) for each in month_ends(today, options["history"])]
        if options["json"]:
            self.stdout.write(json.dumps(done if options["history"] else done[0], ensure_ascii=False))
            return
        for each in done:
            if each["state"] != Run.State.DONE:
                self.stdout.write(f"{each['day']} 还有几片由后台进程在算，完成后可在「核算」页面看到结果。")
                continue
            self.stdout.write(
                f"{each['day']} 核算完成：{each['employers']} 个单位，"
                f"新增 {each['opened']} 项，消除 {each['closed']} 项，"
                f"用时 {each['seconds']} 秒"
            )

    def _run(self, day: date, area: str, *, present: bool) -> dict[str, Any]:
        run = start_run(day=day, present=present, area=area, reason=Run.Reason.REQUEST, dispatch=False)
        try:
            execute_here(run)
        except ParameterMissing as error:
            Run.objects.filter(pk=run.pk).update(state=Run.State.FAILED, error=str(error))
            raise CommandError(str(error)) from error
        seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at else None
        return {
            "run": run.pk,
            "day": day.isoformat(),
            "area": area,
            "state": run.state,
            "employers": run.employers,
            "opened": run.opened,
            "closed": run.closed,
            "seconds": seconds and round(seconds, 2),
        }


def parse_day(text: str | None, today: date) -> date:
    """A day that is not in the future; today when none is given."""
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"日期「{text}」写法不对，应为 2025-12-31 这样的格式。") from error
    if day > today:
        raise CommandError(f"日期 {day} 在今天之后，只能核算今天或过去的日期。")
    return day


def known_region(code: str) -> str:
    """The code of a region that exists; empty for all."""
    if code and (len(code) > STREET_DIGITS or not Region.objects.filter(pk=code).exists()):
        raise CommandError(
            f"不能按「{code}」核算：请用市 4 位、区 6 位或街道（镇）9 位的区划代码，统计以街道为最小单位。"
        )
    return code


def month_ends(today: date, months: int) -> list[date]:
    """The last days of the given number of months before this one, oldest first."""
    days: list[date] = []
    first = today.replace(day=1)
    for _ in range(months):
        days.append(first - timedelta(days=1))
        first = days[-1].replace(day=1)
    return days[::-1]
