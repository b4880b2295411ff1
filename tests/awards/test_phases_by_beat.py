"""By beat, with time moved: a call opens on its day and not before, and closes when its last day is over."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from awards.models import AwardCycle
from tests.awards.rounds import make_cycle, make_nominee
from tests.moved_clock import beat_and_worker
from tests.patience import until

OPENS = date.today() - timedelta(days=80)
BEFORE_THE_MINUTE = (0, 1, 50)  # of the schedule's 00:02


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (OPENS - timedelta(days=1), "announced"),
        (OPENS, "call"),
        (OPENS + timedelta(days=9), "call"),
        (OPENS + timedelta(days=10), "recommendation"),
        (OPENS + timedelta(days=20), "preliminary"),
    ],
    ids=["the day before", "the first day", "the last day", "the day after", "recommendations over"],
)
def test_phases_follow_the_days(transactional_db, tmp_path, day, state):
    days = {name: OPENS + timedelta(days=number) for name, number in
            (("call_end", 9), ("recommend_end", 19), ("preliminary_end", 29), ("panel_end", 39))}  # fmt: skip
    cycle = make_cycle("announced", call_start=OPENS, **days)
    late = make_nominee(cycle, "submitted")
    moment = datetime(day.year, day.month, day.day, *BEFORE_THE_MINUTE, tzinfo=ZoneInfo("Asia/Shanghai"))
    with beat_and_worker(tmp_path / "at", moment) as logs:
        log = logs / "worker.log"
        until(lambda: "awards.advance" in done(log.read_text("utf-8", "replace")), lambda: log.read_text()[-3000:])
    assert AwardCycle.objects.get(pk=cycle.pk).state == state
    late.refresh_from_db()
    assert late.state == ("not_awarded" if state == "preliminary" else "submitted")


def done(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if " succeeded in " in line)
