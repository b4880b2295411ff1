"""By beat, with time moved: a reminder before the deadline, word on the day after, the level above later; once each."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.test.utils import CaptureQueriesContext

from supervision.escalation import escalate
from supervision.models import Escalation, RectificationOrder
from tests import builders as make
from tests.moved_clock import beat_and_worker
from tests.patience import until
from tests.supervision.inspections import officer
from xmsw.notices.models import Notice

DUE = date.today() - timedelta(days=60)
BEFORE_THE_MINUTE = (0, 5, 50)  # of the schedule's 00:06
REMIND, ESCALATE = 5, 10  # the parameters as they come


def overdue_order(employer, issuer) -> RectificationOrder:
    return RectificationOrder.objects.create(
        number="厦思民社工改〔2026〕1号", region_id=issuer.area_code, year=2026, serial=1, employer=employer,
        issued_by=issuer, in_charge=issuer, issued_on=DUE - timedelta(days=30), due_on=DUE,
    )  # fmt: skip


def told(user) -> list[str]:
    return list(Notice.objects.filter(user=user, code="rectification").order_by("pk").values_list("stage", flat=True))


def test_an_order_that_nobody_answers_goes_up_by_beat(transactional_db, tmp_path):
    employer = make.make_employer("E01", region="350203001")
    member, issuer, city = make.make_member(employer), officer(), officer("3502")
    order = overdue_order(employer, issuer)
    for after, clerk, district, above in (
        (-REMIND - 1, [], [], []),
        (-REMIND, ["before"], [], []),
        (1, ["before", "over"], ["over"], []),
        (ESCALATE + 1, ["before", "over"], ["over"], ["escalated"]),
    ):
        day = DUE + timedelta(days=after)
        moment = datetime(day.year, day.month, day.day, *BEFORE_THE_MINUTE, tzinfo=ZoneInfo("Asia/Shanghai"))
        with beat_and_worker(tmp_path / str(after), moment) as logs:
            log = logs / "worker.log"
            until(lambda log=log: "supervision.escalate" in done(log), lambda log=log: log.read_text()[-3000:])
        assert (told(member), told(issuer), told(city)) == (clerk, district, above), after
    assert Escalation.objects.get().region_id == "3502"
    assert Escalation.objects.get().on == DUE + timedelta(days=ESCALATE + 1)
    order.refresh_from_db()
    assert order.state == "ordered", "overdue is no state"


def done(log) -> str:
    return "\n".join(line for line in log.read_text("utf-8", "replace").splitlines() if " succeeded in " in line)


def test_repeating_tells_nobody_twice_and_missed_days_are_caught_up(db):
    employer = make.make_employer("E01", region="350203001")
    member, issuer, city = make.make_member(employer), officer(), officer("3502")
    overdue_order(employer, issuer)
    late = DUE + timedelta(days=ESCALATE + 20)
    assert escalate(late)["escalated"] == 1
    assert escalate(late) == {"reminded": 0, "overdue": 0, "escalated": 0, "told_above": 0}
    assert (told(member), told(issuer), told(city)) == (["over"], ["over"], ["escalated"])


def test_answered_closed_and_city_orders_do_not_go_up(db):
    employer, issuer = make.make_employer("E01", region="350203001"), officer()
    order = overdue_order(employer, issuer)
    member = make.make_member(employer)
    RectificationOrder.objects.filter(pk=order.pk).update(state="responded", responded_by=member, responded_on=DUE)
    assert set(escalate(DUE + timedelta(days=90)).values()) == {0}
    RectificationOrder.objects.filter(pk=order.pk).update(state="ordered", region_id="3502")
    assert escalate(DUE + timedelta(days=90))["escalated"] == 0


def test_whom_to_tell_is_asked_once_however_many_areas_there_are(db):
    employer, issuer = make.make_employer("E01", region="350203001"), officer()
    overdue_order(employer, issuer)
    late = DUE + timedelta(days=1)
    with CaptureQueriesContext(connection) as one:
        escalate(late)
    for number, area in enumerate(("350205", "350206", "350211"), start=2):
        other = officer(area)
        RectificationOrder.objects.create(
            number=f"{number}", region_id=area, year=2026, serial=1, employer=employer, issued_by=other,
            in_charge=other, issued_on=DUE, due_on=DUE,
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        assert escalate(late)["overdue"] == 3
    assert len(one) == len(many)


def test_the_city_sees_what_was_taken_up(db, signed_in):
    employer, issuer = make.make_employer("E01", region="350203001"), officer()
    order = overdue_order(employer, issuer)
    client = signed_in(officer("3502"))
    assert order.number not in client.get("/supervision/rectification/?escalated=yes").content.decode()
    escalate(DUE + timedelta(days=ESCALATE + 1))
    assert order.number in client.get("/supervision/rectification/?escalated=yes").content.decode()
