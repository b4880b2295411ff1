"""Lists of attendance by Excel: whose are accepted at once, whose wait, and what is wrong with a row."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from talents.models import Attendance
from tests import builders as make
from tests.exchange.files import checked, merged, said, workbook
from tests.talents.hours import attend, make_course
from xmsw.workflow.models import Waiting

pytestmark = pytest.mark.django_db
TODAY = date.today()


def row_of(worker, **fields):
    return {"identity": worker.identity, "name": worker.name, **fields}


FREE = {
    "title": "学术年会",
    "provider": "高校",
    "delivery": "学术会议、研讨",
    "hours": "6.5",
    "finished_on": "2025-04-01",
}


def test_an_officers_list_is_accepted_and_an_employers_waits(tmp_path, worker, employer, officer, member):
    course, colleague = make_course(), make.make_staff(employer)
    about = {"title": course.title, "provider": course.provider, "course_start": f"{course.start:%Y-%m-%d}"}
    rows = [row_of(worker, **about), row_of(colleague, **about, hours="10"), row_of(worker, **FREE)]
    merged(officer, "learning", workbook(tmp_path / "a.xlsx", "learning", rows))
    found = Attendance.objects.filter(worker=worker).order_by("on")
    assert [(each.hours, each.state, each.course_id) for each in found] == [
        (Decimal("6.5"), "accepted", None),
        (16, "accepted", course.pk),
    ]
    assert Attendance.objects.get(worker=colleague).hours == 10
    other = FREE | {"title": "另一次"}
    merged(member, "learning", workbook(tmp_path / "b.xlsx", "learning", [row_of(worker, **other)]))
    assert Attendance.objects.get(title="另一次").state == "submitted"
    assert Waiting.objects.visible_to(officer).filter(flow="learning").count() == 1
    merged(officer, "learning", workbook(tmp_path / "c.xlsx", "learning", [row_of(worker, **other)]))
    assert Attendance.objects.get(title="另一次").state == "accepted"
    assert not Waiting.objects.filter(flow="learning").exists()


def test_a_file_tells_what_is_wrong(tmp_path, worker, employer, member):
    course = make_course()
    stranger = make.make_staff(make.make_employer("E01", region="350206001"))
    former = make.make_worker()
    make.make_employment(former, employer, end=date(2020, 1, 1))
    attend(worker, 8, date(2025, 4, 1), title="学术年会", provider="高校")
    about = {"title": course.title, "provider": course.provider, "course_start": f"{course.start:%Y-%m-%d}"}
    future = f"{TODAY + timedelta(days=2):%Y-%m-%d}"
    rows = [
        row_of(stranger, **FREE),
        row_of(former, **FREE),
        row_of(worker, **FREE) | {"name": "别人"},
        row_of(worker, **about | {"course_start": "2020-01-01"}),
        row_of(worker, title="空", provider="空"),
        row_of(worker, **about, hours="40", finished_on="2020-01-01"),
        row_of(worker, **FREE | {"finished_on": future}),
    ]
    batch = checked(member, "learning", workbook(tmp_path / "a.xlsx", "learning", rows))
    told = {(row, message) for row, _, message in said(batch)}
    nobody = "你的工作范围内没有这个在职人员"
    for row, message in (
        (2, nobody),
        (3, nobody),
        (4, "姓名与身份证号对不上"),
        (4, "这条学时已经认定为 8 学时，不能再改"),
        (5, "没有登记这一天开始的这门课程"),
        (6, "不在册的内容要填形式"),
        (6, "不在册的内容要填学时"),
        (6, "不在册的内容要填完成日期"),
        (7, "这门课程只有 16 学时"),
        (8, "完成日期在今天之后"),
    ):
        assert (row, message) in told, (row, message, sorted(told))
    assert any(row == 7 and "才开始" in message for row, message in told)
