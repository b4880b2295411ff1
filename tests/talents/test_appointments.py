"""Appointments from proposal to end: the certificate rule with its clause, the database's refusals, two at once."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from posts.flows.posts import POST
from posts.models import AllocationLine, AllocationPlan, Post, PostFreeze
from supervision.models import Finding
from supervision.recheck import drain
from talents.actions import appointments as actions
from talents.actions.appointments import propose
from talents.flows.appointments import APPOINTMENT
from talents.models import Appointment
from tests import builders as make
from xmsw.policy.actions import set_parameter
from xmsw.policy.models import Clause
from xmsw.regions.models import Region
from xmsw.workflow.actions import move
from xmsw.workflow.refusals import Overtaken, Refused
from xmsw.workflow.registry import Decision

TODAY = date.today()
State = Appointment.State
database = pytest.mark.django_db


@pytest.fixture
def employer(db):
    return make.make_employer("E01", region="350203001")


@pytest.fixture
def clerk(employer):
    return make.make_member(employer)


@pytest.fixture
def officer(db):
    return make.make_user("district_officer", region="350203")


@pytest.mark.parametrize(("grade", "clause"), [(1, "二(四)-8"), (2, "二(四)-7"), (3, "二(四)-6")])
def test_too_low_a_certificate_is_refused_with_the_clause_quoted(employer, clerk, grade, clause):
    post = make.make_post(employer, grade=grade)
    with pytest.raises(Refused) as refusal:
        propose(clerk, make.proposal(post, make.make_staff(employer, grade - 1)))
    assert clause in refusal.value.sentence
    assert Clause.objects.get(pk=clause).quote in refusal.value.sentence
    assert not Appointment.objects.exists()
    assert propose(clerk, make.proposal(post, make.make_staff(employer, grade))).pk


def test_a_higher_certificate_in_a_lower_post_is_welcome(employer, clerk):
    assert propose(clerk, make.proposal(make.make_post(employer, grade=1), make.make_staff(employer, 3))).pk


def test_the_certificate_counts_on_the_first_day(employer, clerk):
    post, worker = make.make_post(employer, grade=1), make.make_staff(employer, 1)
    with pytest.raises(Refused, match="聘用当日"):
        propose(clerk, make.proposal(post, worker, start=date(2019, 6, 1)))


def test_grade_13_follows_the_switch(employer, clerk):
    employer = make.make_employer("A01", region="350203001")
    clerk = make.make_member(employer)
    post = make.make_post(employer, grade=1, institution_grade=13)
    with pytest.raises(Refused, match="二\\(四\\)-8"):
        propose(clerk, make.proposal(post, make.make_staff(employer), start=TODAY))
    set_parameter(make.make_user("city_officer"), "grade13_needs_certificate", "false", TODAY, "人社函")
    assert propose(clerk, make.proposal(post, make.make_staff(employer), start=TODAY)).pk


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"start": date(2017, 6, 1)}, "还没有批准"),
        ({"source": "conversion"}, "转换前的职务"),
        ({"source": "supplement"}, "哪个区或街道"),
        ({"end": date(2023, 1, 1)}, "早于聘用日期"),
    ],
)
def test_what_else_hinders_is_said(employer, clerk, change, sentence):
    with pytest.raises(Refused, match=sentence):
        propose(clerk, make.proposal(make.make_post(employer), make.make_staff(employer, 1), **change))


def test_an_outsider_a_frozen_post_and_an_occupied_one(employer, clerk):
    post = make.make_post(employer)
    stranger = make.make_staff(make.make_employer("E01"), 1)
    with pytest.raises(Refused, match="不在本单位任职"):
        propose(clerk, make.proposal(post, stranger))
    make.make_appointment(make.make_staff(employer, 1), post)
    with pytest.raises(Refused, match="已经有人"):
        propose(clerk, make.proposal(post, make.make_staff(employer, 1)))
    frozen = make.make_post(employer)
    PostFreeze.objects.create(post=frozen, start=TODAY, reason="调整")
    with pytest.raises(Refused, match="冻结"):
        propose(clerk, make.proposal(frozen, make.make_staff(employer, 1), start=TODAY))


def test_nobody_proposes_for_others(employer):
    post, worker = make.make_post(employer), make.make_staff(employer, 1)
    for user in (make.make_member(make.make_employer("E01")), make.make_user("district_officer", region="350203")):
        with pytest.raises(PermissionDenied):
            propose(user, make.proposal(post, worker))


def test_the_whole_way_and_the_findings_close_by_themselves(clerk, officer):
    community = make.make_employer("C02", region="350203")
    clerk = make.make_member(community)
    post = make.make_post(community, state=Post.State.DRAFT)
    move(clerk, POST, post.pk, "submit")
    move(officer, POST, post.pk, "approve")
    Post.objects.filter(pk=post.pk).update(start=date(2023, 1, 1))
    post.refresh_from_db()
    drain()
    staffing = Finding.objects.open().filter(employer=community, rule=22030)
    assert staffing.exists()
    made = propose(clerk, make.proposal(post, make.make_staff(community, 1)))
    move(clerk, APPOINTMENT, made.pk, "submit")
    move(officer, APPOINTMENT, made.pk, "return", Decision("请补文件"))
    move(clerk, APPOINTMENT, made.pk, "submit")
    move(officer, APPOINTMENT, made.pk, "approve")
    drain()
    assert not staffing.exists()
    move(officer, APPOINTMENT, made.pk, "end", Decision("辞职", data={"end": TODAY - timedelta(days=1)}))
    drain()
    assert staffing.exists()
    made.refresh_from_db()
    assert (made.state, made.end_reason) == (State.ENDED, "辞职")


def test_filing_checks_again(employer, clerk, officer):
    post, worker = make.make_post(employer), make.make_staff(employer, 1)
    made = propose(clerk, make.proposal(post, worker))
    move(clerk, APPOINTMENT, made.pk, "submit")
    Post.objects.filter(pk=post.pk).update(grade=2, min_certificate=2)
    with pytest.raises(Refused, match="二\\(四\\)-7"):
        move(officer, APPOINTMENT, made.pk, "approve")


def test_the_form_refuses_explains_and_shows_ways_out(signed_in, employer, clerk):
    high, low = make.make_post(employer, grade=2, min_certificate=2), make.make_post(employer, grade=1)
    junior, senior = make.make_staff(employer, 1, name="助理甲"), make.make_staff(employer, 2, name="社工乙")
    client = signed_in(clerk)
    page = client.get(f"/people/posts/{high.pk}/check/?worker={junior.pk}&start=2024-01-01").content.decode()
    assert "二(四)-7" in page
    assert f"/people/posts/{low.pk}/appoint/" in page, "another vacant post"
    assert senior.name in page, "another person"
    assert "下一次考试" in page
    fine = client.get(f"/people/posts/{high.pk}/check/?worker={senior.pk}&start=2024-01-01").content.decode()
    assert "可以聘到这个岗位" in fine
    data = {"worker": junior.pk, "start": "2024-01-01", "full_time": "on", "source": "recruitment"}
    refused = client.post(f"/people/posts/{high.pk}/appoint/", data)
    assert refused.status_code == 422
    assert "二(四)-7" in refused.content.decode()
    answer = client.post(f"/people/posts/{high.pk}/appoint/", data | {"worker": senior.pk})
    made = Appointment.objects.get()
    assert answer.url == f"/people/appointments/{made.pk}/"
    assert made.title == "中级专业技术职务"
    assert client.get(answer.url).status_code == 200


def test_an_appointment_is_ended_on_its_page(signed_in, employer, clerk):
    made = make.make_appointment(make.make_staff(employer, 1), make.make_post(employer))
    client = signed_in(clerk)
    client.post(f"/people/appointments/{made.pk}/end/", {"end": f"{TODAY:%Y-%m-%d}", "opinion": ""})
    made.refresh_from_db()
    assert made.state == State.FILED
    client.post(f"/people/appointments/{made.pk}/end/", {"end": f"{TODAY:%Y-%m-%d}", "opinion": "合同期满"})
    made.refresh_from_db()
    assert (made.state, made.end) == (State.ENDED, TODAY)


def test_an_allocation_is_of_the_area_and_ends_with_its_headcount(employer, clerk, officer):
    region = Region.objects.get(code="350203001")
    plan = AllocationPlan.objects.create(region=region, year=2026, title="补充配置", basis="缺人", state="approved")
    line = AllocationLine.objects.create(plan=plan, employer=employer, headcount=1)
    fields = {"source": "supplement", "allocation": line, "allocating_region": region}
    cases = [
        propose(clerk, make.proposal(make.make_post(employer), make.make_staff(employer, 1), start=TODAY, **fields))
        for _ in range(2)
    ]
    post, worker = make.make_post(employer), make.make_staff(employer, 1)
    district = Region.objects.get(code="350203")
    with pytest.raises(Refused, match="不一致"):
        propose(clerk, make.proposal(post, worker, **fields | {"allocating_region": district}))
    with pytest.raises(Refused, match="来源就要选「补充配置」"):
        propose(clerk, make.proposal(post, worker, **fields | {"source": "recruitment"}))
    for case in cases:
        move(clerk, APPOINTMENT, case.pk, "submit")
    move(officer, APPOINTMENT, cases[0].pk, "approve")
    with pytest.raises(Refused, match="已经配满"):
        move(officer, APPOINTMENT, cases[1].pk, "approve")


def test_a_plan_names_the_area_by_itself(signed_in, employer, clerk):
    region = Region.objects.get(code="350203001")
    plan = AllocationPlan.objects.create(region=region, year=2026, title="补充配置", basis="缺人", state="approved")
    line = AllocationLine.objects.create(plan=plan, employer=employer, headcount=1)
    post, worker = make.make_post(employer), make.make_staff(employer, 1)
    data = {"worker": worker.pk, "start": f"{TODAY:%Y-%m-%d}", "source": "supplement", "allocation": line.pk}
    assert signed_in(clerk).post(f"/people/posts/{post.pk}/appoint/", data).status_code == 302
    assert Appointment.objects.get().allocating_region == region


def test_a_late_correction_does_not_undo_filing(employer, clerk, officer):
    made = propose(clerk, make.proposal(make.make_post(employer), make.make_staff(employer, 1)))
    opened_before = Appointment.objects.get(pk=made.pk)
    move(clerk, APPOINTMENT, made.pk, "submit")
    move(officer, APPOINTMENT, made.pk, "approve")
    with pytest.raises(Overtaken, match="已备案"):
        propose(clerk, opened_before)
    made.refresh_from_db()
    assert made.state == State.FILED


def test_an_appointment_that_ends_before_a_freeze_is_fine(employer, clerk):
    post, worker = make.make_post(employer), make.make_staff(employer, 1)
    PostFreeze.objects.create(post=post, start=TODAY, reason="调整")
    assert propose(clerk, make.proposal(post, worker, end=TODAY - timedelta(days=1))).pk
    with pytest.raises(Refused, match="冻结"):
        propose(clerk, make.proposal(post, worker))


def test_whoever_submitted_does_not_file(employer, officer):
    clerk = make.make_member(employer)
    made = propose(clerk, make.proposal(make.make_post(employer), make.make_staff(employer, 1)))
    move(clerk, APPOINTMENT, made.pk, "submit")
    with pytest.raises(PermissionDenied):
        move(clerk, APPOINTMENT, made.pk, "approve")
    with pytest.raises(Refused, match="理由"):
        move(officer, APPOINTMENT, made.pk, "return")
    move(clerk, APPOINTMENT, made.pk, "withdraw")
    made.refresh_from_db()
    assert made.state == State.DRAFT


def at_once(*deeds) -> list[str]:
    """Run each deed on a connection of its own, together; «won», or the refusal's class name."""
    together, outcomes = Barrier(len(deeds)), []

    def run(deed) -> None:
        together.wait()
        try:
            deed()
            outcomes.append("won")
        except (Refused, Overtaken) as refusal:
            outcomes.append(refusal.sentence)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes, key=lambda each: each != "won")


def submitted(post, worker) -> Appointment:
    return make.make_appointment(worker, post, state=State.SUBMITTED)


@pytest.mark.django_db(transaction=True)
def test_one_post_filed_twice_at_once_takes_one():
    employer = make.make_employer("E01", region="350203001")
    post = make.make_post(employer)
    cases = [submitted(post, make.make_staff(employer, 1)) for _ in range(2)]
    officers = [make.make_user("district_officer", region="350203") for _ in range(2)]
    pairs = list(zip(officers, cases, strict=True))
    outcomes = at_once(*(lambda u=u, c=c: move(u, APPOINTMENT, c.pk, "approve") for u, c in pairs))
    assert outcomes[0] == "won"
    assert "已经有人" in outcomes[1]
    assert Appointment.objects.filter(state=State.FILED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_full_time_appointments_of_one_person_at_once_take_one():
    employers = [make.make_employer("E01", region="350203001") for _ in range(2)]
    worker = make.make_staff(employers[0], 1)
    make.make_employment(worker, employers[1])
    cases = [submitted(make.make_post(each), worker) for each in employers]
    officers = [make.make_user("district_officer", region="350203") for _ in range(2)]
    pairs = list(zip(officers, cases, strict=True))
    outcomes = at_once(*(lambda u=u, c=c: move(u, APPOINTMENT, c.pk, "approve") for u, c in pairs))
    assert outcomes[0] == "won"
    assert "专职聘用" in outcomes[1]


@pytest.mark.django_db(transaction=True)
def test_one_case_approved_twice_at_once_is_approved_once():
    employer = make.make_employer("E01", region="350203001")
    case = submitted(make.make_post(employer), make.make_staff(employer, 1))
    officers = [make.make_user("district_officer", region="350203") for _ in range(2)]
    outcomes = at_once(*(lambda u=u: move(u, APPOINTMENT, case.pk, "approve") for u in officers))
    assert outcomes[0] == "won"
    assert "已由" in outcomes[1]


def test_the_desk_asks_once_for_all(employer, clerk, officer, django_assert_num_queries):
    high = make.make_post(employer, grade=2, min_certificate=2)
    fine = make.make_appointment(make.make_staff(employer, 1), make.make_post(employer), state=State.SUBMITTED)
    cases = [make.make_appointment(make.make_staff(employer, 1), high, state=State.SUBMITTED) for _ in range(6)]
    with django_assert_num_queries(5):
        found = actions.concerns([each.pk for each in [fine, *cases]])
    assert set(found) == {each.pk for each in cases}
    assert found == {each.pk: actions.hindrances(each) for each in cases}
