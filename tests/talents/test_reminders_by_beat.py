"""By beat, with time moved: reminders at the set days, and on the day after the end a warning, not before."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from supervision.models import Finding, Run
from talents.models import Appointment, Certificate, Registration
from tests import builders as make
from tests.moved_clock import beat_and_worker
from xmsw.notices.models import Notice

ENDS = date.today() - timedelta(days=60)
PATIENCE = 90.0  # seconds
BEFORE_THE_MINUTE = (0, 4, 48)  # of the schedule's 00:05
# Days after the last one of a registration → what is said first: the reminder of seven days was missed by one.
STAGES = {-90: "first", -30: "second", -7: "last", 0: "last", 1: "over"}


def wait_for(condition: Callable[[], bool], logs) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            told = [f"{name}:\n{(logs / name).read_text()[-3000:]}" for name in ("beat.log", "worker.log")]
            raise AssertionError("nothing came of it\n" + "\n".join(told))
        time.sleep(0.2)


def test_expiring_registrations_remind_and_turn_into_a_warning(transactional_db, tmp_path):
    """Five people, each at another stage; then the next day, on which one of them crosses the end."""
    employer = make.make_employer("E01", region="350203001")
    member, officer = make.make_member(employer), make.make_user("district_officer", region="350203")
    people = {after: registered(employer, ENDS - timedelta(days=after)) for after in STAGES}
    told = {after: [stage] for after, stage in STAGES.items()}
    for later in (0, 1):
        day = ENDS + timedelta(days=later)
        if later:
            told[0] = ["last", "over"]  # that was his last day; nobody else hears anything again
        moment = datetime(day.year, day.month, day.day, *BEFORE_THE_MINUTE, tzinfo=ZoneInfo("Asia/Shanghai"))
        with beat_and_worker(tmp_path / str(later), moment) as logs:
            judged = Run.objects.filter(day=day, reason=Run.Reason.NIGHTLY, state=Run.State.DONE)
            wait_for(lambda rows=judged: rows.exists(), logs)
            wait_for(lambda logs=logs: "talents.remind" in finished(logs), logs)
        assert {after: stages(each.worker.account, each) for after, each in people.items()} == told
        assert {after: stages(member, each) for after, each in people.items()} == told
        assert Notice.objects.filter(user=officer, code="registration-digest").count() == later + 1
        assert warned(employer) == {each.worker_id for after, each in people.items() if after + later > 0}
    filed = Appointment.objects.filter(state=Appointment.State.FILED, end=None)
    assert filed.count() == len(people)


def registered(employer, ends) -> Certificate:
    """The certificate of somebody in a post, registered until that day."""
    worker = make.make_staff(employer, 1)
    make.make_account(worker)
    make.make_appointment(worker, make.make_post(employer))
    certificate = worker.certificates.get()
    Registration.objects.create(certificate=certificate, start=ends - timedelta(days=1000), end=ends)
    return certificate


def stages(user, certificate) -> list[str]:
    registration = certificate.registrations.get()
    rows = Notice.objects.filter(user=user, code="registration-ends", subject_id=registration.pk).order_by("pk")
    return list(rows.values_list("stage", flat=True))


def finished(logs) -> str:
    """Lines of the worker that tell of a task done."""
    lines = (logs / "worker.log").read_text("utf-8", "replace").splitlines()
    return "\n".join(line for line in lines if " succeeded in " in line)


def warned(employer) -> set[int]:
    """People in whose appointment the lapsed registration is found."""
    findings = Finding.objects.open().filter(employer=employer, rule=24040)
    return set(Appointment.objects.filter(pk__in=findings.values("subject_id")).values_list("worker", flat=True))
