"""Courses, registrations and hours for tests of continuing education."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from talents.models import Attendance, Course, Registration

TODAY = date.today()


def register(certificate, start, end) -> Registration:
    return Registration.objects.create(certificate=certificate, start=start, end=end)


def attend(worker, hours, on, state="accepted", **fields) -> Attendance:
    values = {"title": f"课程 {on}", "provider": "协会", "delivery": "training", **fields}
    return Attendance.objects.create(worker=worker, hours=Decimal(hours), on=on, state=state, **values)


def make_course(**fields) -> Course:
    defaults = {"title": "个案实务", "provider": "市社工协会", "delivery": "training", "hours": 16}
    defaults |= {"start": TODAY - timedelta(days=20), "end": TODAY - timedelta(days=18), "region_id": "350203"}
    return Course.objects.create(**(defaults | fields))
