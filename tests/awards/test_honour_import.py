"""Honours by Excel: officers' and employers' files, what is wrong with a row, what a file may change, and undo."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from awards import honouring
from awards.models import Honour
from tests import builders as make
from tests.awards.rounds import TODAY, make_cycle
from tests.awards.test_honours import honour_of
from tests.exchange.files import checked, merged, said, workbook
from xmsw.exchange import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return make.make_employer("E01", region="350203001")


@pytest.fixture
def district():
    return make.make_user("district_officer")


def row(worker, agency, **fields):
    return {
        "employer_code": agency.credit_code, "identity": worker.identity, "name": worker.name, "level": "省级",
        "series": "优秀社工", "title": "省优秀社工", "awarded_by": "省民政厅", "awarded_on": "2024-03-20",
        "document": "闽民〔2024〕1号", "prize": "5000", **fields,
    }  # fmt: skip


OWN = {"level": "单位", "series": "年度之星", "awarded_by": "", "document": "", "form": "奖金"}


def test_a_file_of_the_past_is_written_changed_and_taken_out(tmp_path, district, agency):
    one, two = make.make_staff(agency), make.make_staff(agency)
    rows = [row(one, agency), row(two, agency, level="区级", prize="")]
    batch = merged(district, "honours", workbook(tmp_path / "a.xlsx", "honours", rows))
    found = Honour.objects.get(worker=one)
    assert (found.level, found.prize, found.awarded_on, found.employer) == (
        "province",
        D(5000),
        date(2024, 3, 20),
        agency,
    )
    assert found.recorded_by == district and honouring.keeps(district, found)
    assert Honour.objects.get(worker=two).prize == 0
    again = checked(district, "honours", workbook(tmp_path / "b.xlsx", "honours", rows))
    assert not again.errors and not again.mergeable
    changed = merged(district, "honours", workbook(tmp_path / "c.xlsx", "honours", [row(one, agency, prize="6000")]))
    found.refresh_from_db()
    assert found.prize == 6000
    actions.undo(district, changed.pk)
    actions.undo(district, batch.pk)
    assert not Honour.objects.exists()


def test_an_employer_imports_what_it_awards(tmp_path, agency):
    clerk, worker = make.make_member(agency), make.make_staff(agency)
    batch = checked(clerk, "honours", workbook(tmp_path / "a.xlsx", "honours", [row(worker, agency)]))
    assert [message for _, _, message in said(batch)] == ["这个级别的荣誉不由你登记"]
    merged(clerk, "honours", workbook(tmp_path / "b.xlsx", "honours", [row(worker, agency, **OWN)]))
    found = Honour.objects.get()
    assert (found.level, found.awarded_by, found.form) == ("employer", agency.name, "奖金")


def test_a_file_tells_what_is_wrong(tmp_path, district, agency):
    worker = make.make_staff(agency)
    elsewhere = make.make_employer("E01", region="350206001")
    ahead = f"{TODAY + timedelta(days=1):%Y-%m-%d}"
    rows = [
        row(make.make_staff(elsewhere), elsewhere),
        row(make.make_worker(), agency),
        row(worker, agency, name="别人"),
        row(worker, agency, level="市级"),
        row(worker, agency, awarded_on=ahead),
        row(worker, agency, series="甲", awarded_by="", document=""),
    ]
    told = set(said(checked(district, "honours", workbook(tmp_path / "a.xlsx", "honours", rows))))
    for expected in (
        (2, "employer_code", "没有这个单位，或它不在你的工作范围内"),
        (3, "identity", "此人没有在这个单位任职"),
        (4, "name", "姓名与身份证号对不上"),
        (5, "level", "这个级别的荣誉不由你登记"),
        (6, "awarded_on", "表彰日期在今天之后"),
        (7, "awarded_by", "要填颁奖单位"),
        (7, "document", "要填表彰文号"),
    ):
        assert expected in told, (expected, sorted(told))
    clerk = make.make_member(agency)
    rows = [row(worker, agency, **OWN, awarded_on="2015-01-01"), row(worker, agency, **OWN | {"form": ""})]
    told = set(said(checked(clerk, "honours", workbook(tmp_path / "b.xlsx", "honours", rows))))
    assert (2, "awarded_on", "此人这一天不在本单位任职") in told and (3, "form", "要填表彰形式") in told


def test_a_file_changes_nothing_of_a_cycle_of_others_or_revoked(tmp_path, district, agency):
    city = make.make_user("city_officer")
    of_cycle, of_city, revoked = (make.make_staff(agency) for _ in range(3))
    honour_of(of_cycle, "district", cycle=make_cycle("commended", region="350203"), number="1", code="2").save()
    honouring.record(city, honour_of(of_city))
    honouring.revoke(district, honouring.record(district, honour_of(revoked)), TODAY, "不实")
    rows = [
        row(of_cycle, agency, level="区级", title="换了"),
        row(of_city, agency, title="换了"),
        row(revoked, agency, title="换了"),
    ]
    batch = checked(district, "honours", workbook(tmp_path / "a.xlsx", "honours", rows))
    assert [message for _, _, message in said(batch)] == ["此人这一天的这项荣誉已经登记，不能用文件改"] * 3
    merged(city, "honours", workbook(tmp_path / "b.xlsx", "honours", [rows[1]]))
    assert Honour.objects.get(worker=of_city).title == "换了"
