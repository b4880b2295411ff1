"""By beat, with time moved: a call opens on its day and not before, and closes when its last day is over."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from awards.models import AwardCycle, Nomination
from tests.awards.rounds import make_cycle, make_nominee
from tests.moved_clock import beat_and_worker
from tests.patience import until

TODAY = date.today() - timedelta(days=80)
BEFORE_THE_MINUTE = (0, 1, 50)  # of the schedule's 00:02
STATES = {  # how many days ago the call opened: where the round stands then
    -1: "announced",
    0: "call",
    9: "call",  # its last day
    10: "recommendation",
    20: "preliminary",
}


def test_phases_follow_the_days(transactional_db, tmp_path):
    cycles, late = {}, {}
    for ago in STATES:
        opens = TODAY - timedelta(days=ago)
        days = {name: opens + timedelta(days=number) for name, number in
                (("call_end", 9), ("recommend_end", 19), ("preliminary_end", 29), ("panel_end", 39))}  # fmt: skip
        cycles[ago] = make_cycle("announced", series=f"奖项{ago}", call_start=opens, **days)
        late[ago] = make_nominee(cycles[ago], "submitted")
    moment = datetime(TODAY.year, TODAY.month, TODAY.day, *BEFORE_THE_MINUTE, tzinfo=ZoneInfo("Asia/Shanghai"))
    with beat_and_worker(tmp_path / "at", moment) as logs:
        log = logs / "worker.log"
        until(lambda: "awards.advance" in done(log.read_text("utf-8", "replace")), lambda: log.read_text()[-3000:])
    assert {ago: AwardCycle.objects.get(pk=each.pk).state for ago, each in cycles.items()} == STATES
    assert {ago: Nomination.objects.get(pk=each.pk).state for ago, each in late.items()} == {
        ago: "not_awarded" if state == "preliminary" else "submitted" for ago, state in STATES.items()
    }


def done(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if " succeeded in " in line)
