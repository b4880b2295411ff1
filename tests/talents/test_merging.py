"""Two records of one person become one; nothing is lost, nothing of another area is touched."""

import re
import threading
from datetime import date

import pytest
from django.db import connection
from django.test import Client

from talents.actions.merging import merge
from talents.duplicates import suspected
from talents.models import (
    Certificate,
    CorrectionRequest,
    Employment,
    SocialWorker,
    StandingRecord,
    SupervisionPair,
    WorkerMerge,
)
from talents.search import person_condition
from tests import builders as make
from tests.talents.hours import attend
from xmsw.accounts.models import User
from xmsw.audit.looks import PERSON, look
from xmsw.audit.models import AccessLog
from xmsw.workflow.refusals import Refused

BORN = date(1990, 5, 1)


@pytest.fixture
def pair(db) -> tuple[SocialWorker, SocialWorker]:
    """One person twice: once with an employment that ended, once with the present one and a certificate."""
    first, second = (make.make_worker(name="陈同名", birth_date=BORN, education=20 if n else None) for n in range(2))
    make.make_employment(first, make.make_employer("A01"), end=date(2022, 12, 31))
    employer = make.make_employer("A02")
    make.make_employment(second, employer, start=date(2023, 1, 1))
    make.make_certificate(second, 2)
    make.make_appointment(second, make.make_post(employer), start=date(2023, 2, 1))
    return first, second


def test_everything_moves_to_the_record_that_is_kept(officer, pair):
    kept, dropped = pair
    merge(officer, kept.pk, dropped.pk, "核对身份证原件，第二份号码录错")
    kept.refresh_from_db()
    assert kept.employments.count() == 2
    assert kept.certificates.count() == kept.appointments.count() == 1
    assert kept.education == 20, "what the kept record lacks comes from the other"
    assert not Employment.objects.filter(worker=dropped).exists()
    assert not SocialWorker.objects.visible_to(officer).filter(pk=dropped.pk).exists()
    assert WorkerMerge.objects.get(dropped=dropped).by == officer


def test_the_history_says_so_and_the_old_address_leads_on(officer, pair):
    kept, dropped = pair
    client = Client()
    client.force_login(officer)
    page = client.post(f"/people/{kept.pk}/merge/{dropped.pk}/", {"kept": kept.pk, "reason": "号码录错"})
    assert page.url == f"/people/{kept.pk}/"
    assert "合并重复档案" in client.get(page.url).content.decode()
    assert client.get(f"/people/{dropped.pk}/").url == page.url
    event = (
        Certificate.pgh_event_models["update"].objects.filter(worker=kept).select_related("pgh_context").latest("pk")
    )
    assert event.pgh_context.metadata["merged"] == dropped.pk
    assert event.pgh_context.metadata["user"] == officer.pk


def test_what_points_at_the_dropped_record_finds_the_kept_one(officer, pair):
    kept, dropped = pair
    account = make.make_account(dropped)
    asked = CorrectionRequest.objects.create(
        worker=dropped, employer=make.make_employer("A01"), field="name", record_id=dropped.pk,
        present=dropped.name, wanted="陈正名", state="submitted",
    )  # fmt: skip
    look(officer, PERSON, [dropped.pk], "身份证号", "核对")
    number = dropped.identity
    merge(officer, kept.pk, dropped.pk, "号码录错")
    kept.refresh_from_db()
    assert kept.account_id == account.pk
    asked.refresh_from_db()
    assert (asked.worker_id, asked.record_id) == (kept.pk, kept.pk)
    client = Client()
    client.force_login(make.make_user("city_officer"))
    assert "核对" in client.get(f"/people/{kept.pk}/looks/").content.decode()
    found = person_condition(number, identity=True)
    assert list(SocialWorker.objects.filter(found, merged_into=None)) == [kept]


@pytest.fixture
def merged(officer: User, pair: tuple[SocialWorker, SocialWorker]) -> tuple[SocialWorker, SocialWorker]:
    """The pair after the merger, with hours, a supervisor, a look, a political arrangement."""
    kept, dropped = pair
    attend(dropped, 40, date(2026, 1, 5), title="合并前的课")
    place = Employment.objects.get(worker=dropped).employer
    teacher = make.make_staff(place, 2, name="督导老师")
    SupervisionPair.objects.create(supervisor=teacher, supervisee=dropped, employer=place, start=date(2024, 1, 1))
    StandingRecord.objects.create(
        worker=dropped, kind="committee", body="合并前的会", region_id="350203001", start=date(2024, 1, 1)
    )
    look(officer, PERSON, [dropped.pk], "身份证号", "合并前的核对")
    merge(officer, kept.pk, dropped.pk, "号码录错")
    return kept, dropped


@pytest.mark.parametrize(
    ("tab", "told"),
    [
        ("certificates", "Z0"),
        ("learning", "合并前的课"),
        ("recognition", "高层次人才认定"),
        ("supervision", "督导老师"),
        ("standing", "合并前的会"),
        ("looks", "合并前的核对"),
    ],
)
def test_every_tab_at_the_old_address_tells_what_the_kept_record_tells(merged, tab, told):
    kept, dropped = merged
    client = Client()
    client.force_login(make.make_user("standing_officer" if tab == "standing" else "city_officer"))
    here, there = (client.get(f"/people/{each.pk}/{tab}/").content.decode() for each in (kept, dropped))
    assert told in here
    assert _content(there) == _content(here)
    assert not AccessLog.objects.filter(subject_id=dropped.pk, field="政治安排").exists()


def _content(page: str) -> str:
    """What the page says, without the token that differs each time."""
    return re.sub(r"[A-Za-z0-9]{64}", "", page.partition('id="main"')[2])


def test_hours_that_both_records_have_are_settled_first(officer, pair):
    kept, dropped = pair
    for each in pair:
        attend(each, 40, date(2024, 5, 1))
    with pytest.raises(Refused, match="都有 2024-05-01 完成的"):
        merge(officer, kept.pk, dropped.pk, "号码录错")
    assert not WorkerMerge.objects.exists()


def test_contradicting_records_stay_apart(officer, pair):
    kept, dropped = pair
    Employment.objects.filter(worker=kept).update(end=None)
    Employment.objects.filter(worker=dropped).update(employer=Employment.objects.get(worker=kept).employer)
    with pytest.raises(Refused, match=r"不能合并：此人在本单位的任职时间重叠。请先更正"):
        merge(officer, kept.pk, dropped.pk, "号码录错")
    assert dropped.certificates.count() == 1
    assert not WorkerMerge.objects.exists()


def test_a_merge_tells_nothing_of_standing(officer, pair):
    """Recorded for both records it becomes one; the officer, who may not see it, reads no sentence about it."""
    for each in pair:
        StandingRecord.objects.create(
            worker=each, region_id="350203", kind="party", body="某支部", start=date(2020, 1, 1), source="-"
        )
    kept, dropped = pair
    merge(officer, kept.pk, dropped.pk, "看过身份证")
    assert list(StandingRecord.objects.values_list("worker", flat=True)) == [kept.pk]


def test_a_merge_takes_the_account_with_all_that_holds_of_it(officer, pair):
    kept, dropped = pair
    employer = Employment.objects.get(worker=dropped).employer
    account = make.make_account(dropped, within=employer)
    merge(officer, kept.pk, dropped.pk, "看过身份证")
    for each in pair:
        each.refresh_from_db()
    assert (kept.account, kept.account_met, kept.account_within) == (account, False, employer)
    assert (dropped.account, dropped.account_within) == (None, None)


def test_a_person_employed_in_another_district_is_not_the_officers_to_merge(officer, pair):
    kept, dropped = pair
    make.make_employment(dropped, make.make_employer("A01", region="350206001"))
    with pytest.raises(Refused, match="别的地区任职"):
        merge(officer, kept.pk, dropped.pk, "号码录错")
    merge(make.make_user("city_officer"), kept.pk, dropped.pk, "号码录错")
    foreign = make.make_staff(make.make_employer("A01", region="350206001"))
    with pytest.raises(SocialWorker.DoesNotExist):
        merge(officer, kept.pk, foreign.pk, "号码录错")


def test_a_reason_and_two_records_are_asked_for(officer, pair):
    with pytest.raises(Refused, match="怎样确认"):
        merge(officer, pair[0].pk, pair[1].pk, "  ")
    with pytest.raises(Refused, match="两份不同"):
        merge(officer, pair[0].pk, pair[0].pk, "同一份")


def test_likely_duplicates_are_listed_within_the_own_area(officer, pair):
    make.make_staff(make.make_employer("A01"), name="陈同名", birth_date=date(1991, 1, 1))
    make.make_staff(make.make_employer("A01", region="350206001"), name="陈同名", birth_date=BORN)
    assert [(why, [one.pk for one in group]) for why, group in suspected(officer)] == [
        ("姓名和出生日期相同", [each.pk for each in pair])
    ]
    client = Client()
    client.force_login(officer)
    assert f"/people/{pair[0].pk}/merge/{pair[1].pk}/" in client.get("/people/duplicates/").content.decode()
    merge(officer, pair[0].pk, pair[1].pk, "号码录错")
    assert suspected(officer) == []


@pytest.mark.django_db(transaction=True)
def test_two_officers_merging_at_once_merge_once(pair):
    kept, dropped = pair
    officers = [make.make_user("district_officer") for _ in range(2)]
    answers: list[str] = []

    def act(officer: User, first: int, second: int) -> None:
        try:
            merge(officer, first, second, "号码录错")
            answers.append("merged")
        except (Refused, SocialWorker.DoesNotExist) as refusal:
            answers.append(type(refusal).__name__)
        finally:
            connection.close()

    orders = ((kept.pk, dropped.pk), (dropped.pk, kept.pk))
    threads = [threading.Thread(target=act, args=(who, *order)) for who, order in zip(officers, orders, strict=True)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert answers.count("merged") == 1
    assert set(answers) - {"merged"} <= {"Refused", "DoesNotExist"}
    assert WorkerMerge.objects.count() == 1
