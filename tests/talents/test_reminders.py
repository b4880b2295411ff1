"""Reminders: who is told what on which day, once; what was missed is caught up; the page and the bell."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from talents.models import Registration
from talents.reminders import DIGEST, ENDS, FIRST, remind
from tests import builders as make
from xmsw.dated import months_later
from xmsw.notices.models import Notice, unread_count

pytestmark = pytest.mark.django_db
TODAY = date.today()


@pytest.fixture
def worker(employer):
    return make.make_staff(employer, 1)


@pytest.fixture
def account(worker):
    return make.make_account(worker)


def ending(worker, end=TODAY) -> Registration:
    certificate = worker.certificates.get()
    return Registration.objects.create(certificate=certificate, start=end - timedelta(days=1000), end=end)


def told(user, code=ENDS) -> list[str]:
    return list(Notice.objects.filter(user=user, code=code).order_by("id").values_list("stage", flat=True))


def test_each_stage_is_told_once_to_the_person_and_the_employer(worker, account, member):
    ending(worker, TODAY)
    stages = {90: ["first"], 89: ["first"], 30: ["first", "second"], 7: ["first", "second", "last"]}
    remind(TODAY - timedelta(days=91))
    assert told(account) == told(member) == []
    for days, expected in stages.items():
        remind(TODAY - timedelta(days=days))
        remind(TODAY - timedelta(days=days))
        assert told(account) == told(member) == expected
    remind(TODAY)
    assert told(account) == ["first", "second", "last"]
    remind(TODAY + timedelta(days=1))
    remind(TODAY + timedelta(days=2))
    assert told(account) == told(member) == ["first", "second", "last", "over"]
    last = Notice.objects.filter(user=member, stage="over").get()
    assert worker.name in last.title and "证书仍然有效" in last.text
    assert last.url == f"/people/{worker.pk}/certificates/"


def test_days_on_which_nothing_ran_are_caught_up_by_the_last_stage_only(worker, account):
    ending(worker, TODAY)
    remind(TODAY - timedelta(days=12))
    assert told(account) == ["second"]
    remind(TODAY + timedelta(days=20))
    assert told(account) == ["second", "over"]


def test_what_lapsed_long_ago_is_not_told(worker, account):
    ending(worker, TODAY - timedelta(days=200))
    remind(TODAY)
    assert told(account) == []


def test_a_renewal_recorded_ahead_ends_the_reminders_and_begins_its_own(worker, account):
    ending(worker, TODAY)
    remind(TODAY - timedelta(days=60))
    certificate = worker.certificates.get()
    after = Registration.objects.create(
        certificate=certificate, start=TODAY + timedelta(days=1), end=TODAY + timedelta(days=1095)
    )
    remind(TODAY - timedelta(days=5))
    remind(TODAY + timedelta(days=5))
    assert told(account) == ["first"]
    remind(after.end - timedelta(days=80))
    assert told(account) == ["first", "first"]


def test_only_the_highest_certificate_reminds(worker, account):
    ending(worker, TODAY)
    make.make_certificate(worker, 2, TODAY - timedelta(days=100))
    remind(TODAY - timedelta(days=5))
    assert told(account) == []


def test_the_first_registration_reminds_too(employer, member):
    worker = make.make_worker()
    make.make_employment(worker, employer)
    certificate = make.make_certificate(worker, 1, date(2025, 1, 31))
    due = months_later(certificate.issued_on, 12)
    remind(due - timedelta(days=30))
    assert told(member, FIRST) == ["second"]
    remind(due)
    assert told(member, FIRST) == ["second", "last"]
    remind(due + timedelta(days=1))
    assert told(member, FIRST) == ["second", "last", "over"]
    assert told(member) == []


def test_former_and_foreign_employers_and_closed_accounts_are_not_told(worker, employer):
    before = make.make_employer("E01", region="350203001")
    make.make_employment(worker, before, end=TODAY - timedelta(days=300))
    stranger, closed = make.make_member(before), make.make_member(employer, is_active=False)
    ending(worker, TODAY + timedelta(days=10))
    remind(TODAY)
    assert told(stranger) == told(closed) == []


def test_officers_of_the_district_get_one_digest_on_days_that_bring_something(worker, officer, employer):
    elsewhere = make.make_user("district_officer", region="350206")
    bureau = make.make_user("bureau_officer", bureau="education", region="350203")
    ending(worker, TODAY)
    remind(TODAY - timedelta(days=90))
    remind(TODAY - timedelta(days=90))
    remind(TODAY - timedelta(days=89))
    assert len(told(officer, DIGEST)) == 1
    assert told(elsewhere, DIGEST) == told(bureau, DIGEST) == []
    remind(TODAY - timedelta(days=29))
    assert told(officer, DIGEST) == [f"{TODAY - timedelta(days=days)}" for days in (90, 29)]
    notice = Notice.objects.filter(user=officer).first()
    assert "90 天内到期 1 个" in notice.text
    page = client_of(officer).get(notice.url)
    assert page.status_code == 200


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def notice(user, number=1, **fields) -> Notice:
    values = {"code": "x", "subject_id": number, "title": f"提醒 {number}", "url": "/accounts/profile/"}
    return Notice.objects.create(user=user, **(values | fields))


def test_the_page_shows_ones_own_and_marks_them_read(member, officer):
    mine, other = notice(member), notice(officer, 2)
    client = client_of(member)
    page = client.get("/notices/").content.decode()
    assert "提醒 1" in page and "提醒 2" not in page
    assert "1 条未读" in page
    assert client.post(f"/notices/{other.pk}/open/").status_code == 404
    assert client.post(f"/notices/{mine.pk}/open/").url == "/accounts/profile/"
    assert unread_count(member) == "" and unread_count(officer) == "1"
    assert "提醒 1" not in client.get("/notices/?unread=1").content.decode()


def test_all_read_leaves_what_came_later(member):
    first, second = notice(member, 1), notice(member, 2)
    client = client_of(member)
    client.post("/notices/read/", {"newest": first.pk})
    assert Notice.objects.unread().get() == second
    client.post("/notices/read/", {"newest": "x"})
    assert Notice.objects.unread().count() == 1


def test_a_notice_never_leads_elsewhere(member):
    bad = notice(member, url="https://example.org/")
    assert client_of(member).post(f"/notices/{bad.pk}/open/").url == "/notices/"


def test_the_bell_counts_to_a_limit(member):
    Notice.objects.bulk_create(Notice(user=member, code="x", subject_id=n, title="-") for n in range(150))
    assert unread_count(member) == "99+"
