"""Imports at their edges: listed centres and starts, appointments on impossible days, pay taken out again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from payroll.models import Benchmark, PayRecord
from posts.models import Employer, PostFreeze
from tests import builders as make
from tests.exchange.files import checked, merged, said, workbook
from xmsw.exchange import actions

pytestmark = pytest.mark.django_db
TODAY = date.today()


@pytest.fixture
def officer():
    return make.make_user("city_officer")


def employer_row(**changed):
    return {
        "name": "滨海街道社区服务中心",
        "kind": "C01",
        "region": "350203001",
        "credit_code": make.make_credit_code(),
        "kind_source": "思民〔2020〕1 号",
    } | changed


def test_a_centre_is_the_listed_one_of_its_street(officer, tmp_path):
    centres = Employer.objects.of_kind("C01").count()
    listed = Employer.objects.get(kind="C01", region_id="350203001")
    merged(officer, "employers", workbook(tmp_path / "e.xlsx", "employers", [employer_row()]))
    listed.refresh_from_db()
    assert Employer.objects.of_kind("C01").count() == centres
    assert (listed.state, listed.name) == (Employer.State.APPROVED, "滨海街道社区服务中心")
    post = {
        "employer_code": "350203001",
        "code": "SG-01",
        "name": "社工岗",
        "grade": "初级",
        "started_on": "2021-01-01",
    }
    merged(officer, "posts", workbook(tmp_path / "p.xlsx", "posts", [post]))
    assert listed.posts.get().code == "SG-01"


def test_a_centre_stands_at_its_street(officer, tmp_path):
    batch = checked(officer, "employers", workbook(tmp_path / "e.xlsx", "employers", [employer_row(region="350203")]))
    assert any("9 位" in message for _, _, message in said(batch))


def test_registering_a_community_changes_no_past_day(officer, tmp_path):
    community = Employer.objects.of_kind("C02").within("350203").first()
    row = employer_row(name=community.name, kind="C02", region=community.region_id, started_on="2024-06-01")
    merged(officer, "employers", workbook(tmp_path / "e.xlsx", "employers", [row]))
    community.refresh_from_db()
    assert community.state == Employer.State.APPROVED
    assert community.start == date(2017, 1, 1), "in the denominator since it is on the list"


def test_an_employer_begins_on_the_day_people_have(officer, tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("SHOW timezone")
        assert cursor.fetchone() == ("Asia/Shanghai",)


@pytest.fixture
def seat():
    """An employer with a post in force since 2020 and a certified person employed there since 2020."""
    employer = make.make_employer("A01", region="350203001")
    identity = make.make_identity()
    worker = make.make_worker(identity=identity, name="在册人员")
    make.make_certificate(worker, issued_on=date(2018, 3, 1))
    make.make_employment(worker, employer, start=date(2020, 1, 1), end=date(2023, 12, 31))
    return employer, make.make_post(employer, start=date(2020, 1, 1)), identity


def appointment(seat, **changed):
    employer, post, identity = seat
    return {
        "employer_code": employer.credit_code,
        "post_code": post.code,
        "identity": identity,
        "started_on": "2021-01-01",
        "full_time": "是",
    } | changed


@pytest.mark.parametrize(
    ("started", "sentence"),
    [("2019-06-01", "还没有批准"), ("2024-06-01", "不在本单位任职"), ("2022-03-01", "冻结")],
)
def test_nobody_is_appointed_on_an_impossible_day(officer, tmp_path, seat, started, sentence):
    PostFreeze.objects.create(post=seat[1], start=date(2022, 1, 1), end=date(2022, 12, 31), reason="调整")
    ended = f"{started[:4]}-12-30"
    row = appointment(seat, started_on=started, ended_on=ended, end_reason="期满")
    batch = checked(officer, "appointments", workbook(tmp_path / "a.xlsx", "appointments", [row]))
    assert any(sentence in message for _, _, message in said(batch)), said(batch)


def test_a_post_not_approved_takes_nobody(officer, tmp_path, seat):
    seat[1].state = "draft"
    seat[1].save()
    batch = checked(officer, "appointments", workbook(tmp_path / "a.xlsx", "appointments", [appointment(seat)]))
    assert any("还没有批准" in message for _, _, message in said(batch))


def test_pay_taken_out_again_computes_no_benchmarks(officer, tmp_path, monkeypatch, django_capture_on_commit_callbacks):
    sent: list[tuple] = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, args=(), **_: sent.append((name, list(args))))
    employer = make.make_employer("E01", region="350203001")
    identity = make.make_identity()
    make.make_employment(make.make_worker(identity=identity), employer, start=date(2020, 1, 1))
    month = (TODAY.replace(day=1) - timedelta(days=1)).replace(day=1)
    row = {"employer_code": employer.credit_code, "identity": identity, "period": f"{month:%Y-%m}", "base": "6000"}
    batch = merged(officer, "pay", workbook(tmp_path / "pay.xlsx", "pay", [row]))
    with django_capture_on_commit_callbacks(execute=True):
        actions.undo(officer, batch.pk)
    assert not PayRecord.objects.exists()
    assert "payroll.benchmark" not in [name for name, _ in sent]
    assert not Benchmark.objects.exists()


def test_history_names_who_confirmed(officer, tmp_path):
    colleague = make.make_user("city_officer")
    batch = checked(officer, "employers", workbook(tmp_path / "e.xlsx", "employers", [employer_row()]))
    actions.confirm(colleague, batch.pk)
    actions.merge(batch.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.metadata->>'user' FROM posts_employerevent v JOIN pghistory_context c ON c.id = v.pgh_context_id "
            "ORDER BY v.pgh_id DESC LIMIT 1"
        )
        assert cursor.fetchone() == (str(colleague.pk),)
