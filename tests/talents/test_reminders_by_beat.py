"""By beat, with time moved: reminders at the set days, and on the day after the end a warning, not before."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from supervision.models import Finding, Run
from talents.models import Appointment, Registration
from tests import builders as make
from tests.moved_clock import beat_and_worker
from xmsw.notices.models import Notice

ENDS = date.today() - timedelta(days=60)
PATIENCE = 90.0  # seconds
BEFORE_THE_MINUTE = (0, 4, 48)  # of the schedule's 00:05
STAGES = {-90: "first", -30: "second", -7: "last", 0: None, 1: "over"}


def wait_for(condition: Callable[[], bool], logs) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            told = [f"{name}:\n{(logs / name).read_text()[-3000:]}" for name in ("beat.log", "worker.log")]
            raise AssertionError("nothing came of it\n" + "\n".join(told))
        time.sleep(0.2)


def test_an_expiring_registration_reminds_and_turns_into_a_warning(transactional_db, tmp_path):
    employer = make.make_employer("E01", region="350203001")
    member, officer = make.make_member(employer), make.make_user("district_officer", region="350203")
    worker = make.make_staff(employer, 1)
    account = make.make_account(worker)
    appointment = make.make_appointment(worker, make.make_post(employer))
    Registration.objects.create(certificate=worker.certificates.get(), start=ENDS - timedelta(days=1000), end=ENDS)
    told: list[str] = []
    for after, stage in STAGES.items():
        day = ENDS + timedelta(days=after)
        told = [*told, stage] if stage else told
        moment = datetime(day.year, day.month, day.day, *BEFORE_THE_MINUTE, tzinfo=ZoneInfo("Asia/Shanghai"))
        with beat_and_worker(tmp_path / str(after), moment) as logs:
            judged = Run.objects.filter(day=day, reason=Run.Reason.NIGHTLY, state=Run.State.DONE)
            wait_for(lambda rows=judged: rows.exists(), logs)
            wait_for(lambda expected=told: stages(member) == expected, logs)
            wait_for(lambda logs=logs: "talents.remind" in finished(logs), logs)
        assert stages(member) == stages(account) == told
        digests = Notice.objects.filter(user=officer, code="registration-digest").count()
        assert digests == len(told)
        assert warned(employer) == (after > 0)
    appointment.refresh_from_db()
    assert (appointment.state, appointment.end) == (Appointment.State.FILED, None)


def stages(user) -> list[str]:
    rows = Notice.objects.filter(user=user, code="registration-ends").order_by("pk")
    return list(rows.values_list("stage", flat=True))


def finished(logs) -> str:
    """Lines of the worker that tell of a task done."""
    lines = (logs / "worker.log").read_text("utf-8", "replace").splitlines()
    return "\n".join(line for line in lines if " succeeded in " in line)


def warned(employer) -> bool:
    return Finding.objects.open().filter(employer=employer, rule=24040).exists()
