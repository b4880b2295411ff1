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
from talents.actions.appointments import propose
from talents.flows.appointments import APPOINTMENT
from talents.models import Appointment, Registration
from talents.views.matching import candidates
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


def someone(employer, level: int = 0, **fields):
    worker = make.make_worker(**fields)
    make.make_employment(worker, employer)
    if level:
        make.make_certificate(worker, level=level, issued_on=date(2020, 3, 1))
    return worker


def proposal(post, worker, **fields) -> Appointment:
    return Appointment(post=post, worker=worker, **({"start": date(2024, 1, 1)} | fields))


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
        propose(clerk, proposal(post, someone(employer, grade - 1)))
    assert clause in refusal.value.sentence
    assert Clause.objects.get(pk=clause).quote in refusal.value.sentence
    assert not Appointment.objects.exists()
    assert propose(clerk, proposal(post, someone(employer, grade))).pk


def test_a_higher_certificate_in_a_lower_post_is_welcome(employer, clerk):
    assert propose(clerk, proposal(make.make_post(employer, grade=1), someone(employer, 3))).pk


def test_the_certificate_counts_on_the_first_day(employer, clerk):
    post, worker = make.make_post(employer, grade=1), someone(employer, 1)
    with pytest.raises(Refused, match="聘用当日"):
        propose(clerk, proposal(post, worker, start=date(2019, 6, 1)))


def test_grade_13_follows_the_switch(employer, clerk):
    employer = make.make_employer("A01", region="350203001")
    clerk = make.make_member(employer)
    post = make.make_post(employer, grade=1, institution_grade=13)
    with pytest.raises(Refused, match="二\\(四\\)-8"):
        propose(clerk, proposal(post, someone(employer), start=TODAY))
    set_parameter(make.make_user("city_officer"), "grade13_needs_certificate", "false", TODAY, "人社函")
    assert propose(clerk, proposal(post, someone(employer), start=TODAY)).pk


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
        propose(clerk, proposal(make.make_post(employer), someone(employer, 1), **change))


def test_an_outsider_a_frozen_post_and_an_occupied_one(employer, clerk):
    post = make.make_post(employer)
    stranger = someone(make.make_employer("E01"), 1)
    with pytest.raises(Refused, match="不在本单位任职"):
        propose(clerk, proposal(post, stranger))
    make.make_appointment(someone(employer, 1), post)
    with pytest.raises(Refused, match="已经有人"):
        propose(clerk, proposal(post, someone(employer, 1)))
    frozen = make.make_post(employer)
    PostFreeze.objects.create(post=frozen, start=TODAY, reason="调整")
    with pytest.raises(Refused, match="冻结"):
        propose(clerk, proposal(frozen, someone(employer, 1), start=TODAY))


def test_nobody_proposes_for_others(employer):
    post, worker = make.make_post(employer), someone(employer, 1)
    for user in (make.make_member(make.make_employer("E01")), make.make_user("district_officer", region="350203")):
        with pytest.raises(PermissionDenied):
            propose(user, proposal(post, worker))


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
    made = propose(clerk, proposal(post, someone(community, 1)))
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
    post, worker = make.make_post(employer), someone(employer, 1)
    made = propose(clerk, proposal(post, worker))
    move(clerk, APPOINTMENT, made.pk, "submit")
    Post.objects.filter(pk=post.pk).update(grade=2, min_certificate=2)
    with pytest.raises(Refused, match="二\\(四\\)-7"):
        move(officer, APPOINTMENT, made.pk, "approve")


def test_the_form_refuses_explains_and_shows_ways_out(signed_in, employer, clerk):
    high, low = make.make_post(employer, grade=2, min_certificate=2), make.make_post(employer, grade=1)
    junior, senior = someone(employer, 1, name="助理甲"), someone(employer, 2, name="社工乙")
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


def test_the_check_tells_nothing_of_other_employers_people(signed_in, employer, clerk):
    other = someone(make.make_employer("E01"), 1, name="别家的人")
    page = signed_in(clerk).get(f"/people/posts/{make.make_post(employer).pk}/check/?worker={other.pk}")
    assert "别家的人" not in page.content.decode()


def test_an_appointment_is_ended_on_its_page(signed_in, employer, clerk):
    made = make.make_appointment(someone(employer, 1), make.make_post(employer))
    client = signed_in(clerk)
    client.post(f"/people/appointments/{made.pk}/end/", {"end": f"{TODAY:%Y-%m-%d}", "opinion": ""})
    made.refresh_from_db()
    assert made.state == State.FILED
    client.post(f"/people/appointments/{made.pk}/end/", {"end": f"{TODAY:%Y-%m-%d}", "opinion": "合同期满"})
    made.refresh_from_db()
    assert (made.state, made.end) == (State.ENDED, TODAY)


def test_lists_of_a_day(signed_in, employer, officer):
    sitting, idle = someone(employer, 1, name="在岗甲"), someone(employer, 2, name="未聘乙")
    someone(employer, 0, name="无证丙")
    make.make_appointment(sitting, make.make_post(employer), start=TODAY - timedelta(days=10), source="conversion")
    client = signed_in(officer)
    names = [row.worker.name for row in client.get("/people/unappointed/").context["page"].rows]
    assert names == ["未聘乙"]
    before = TODAY - timedelta(days=11)
    past = client.get(f"/people/unappointed/?on={before:%Y-%m-%d}").context["page"].rows
    assert {row.worker.name for row in past} == {"未聘乙", "在岗甲"}
    client.get("/people/unappointed/?on=")
    assert client.get("/people/appointments/?person=在岗").context["count"] == "1"
    assert client.get("/people/conversions/").status_code == 200
    assert idle.pk


def test_the_best_people_come_first_with_the_reason(employer, officer):
    post = make.make_post(employer, grade=1)
    near = make.make_employer("E01", region="350203001")
    far = make.make_employer("E01", region="350203003")
    other_district = make.make_employer("E01", region="350206001")
    people = [someone(place, 1, name=name) for place, name in ((far, "远"), (near, "近"), (employer, "自己"))]
    someone(other_district, 1, name="外区")
    someone(near, 0, name="无证")
    found = candidates(officer, [post.pk], TODAY)[post.pk]
    assert [each["name"] for each in found] == ["自己", "近", "远"]
    assert found[0]["why"].startswith("本单位")
    assert len(people) == 3


def test_of_people_equally_near_the_least_that_serves_and_a_valid_registration_come_first(employer, officer):
    post = make.make_post(employer, grade=1)
    near = make.make_employer("E01", region="350203001")
    high, lapsed, valid = someone(near, 2, name="高"), someone(near, 1, name="过期"), someone(near, 1, name="有效")
    for worker, last in ((lapsed, TODAY - timedelta(days=1)), (valid, TODAY), (high, TODAY)):
        certificate = worker.certificates.get()
        Registration.objects.create(certificate=certificate, start=date(2020, 4, 1), end=last)
    found = candidates(officer, [post.pk], TODAY)[post.pk]
    assert [each["name"] for each in found] == ["有效", "过期", "高"]
    assert "登记已到期" in found[1]["why"]


def test_the_page_of_a_vacant_post_recommends(signed_in, employer, clerk, officer):
    post, own = make.make_post(employer), someone(employer, 1, name="自家人")
    someone(make.make_employer("E01", region="350203001"), 1, name="邻家人")
    address = f"/people/posts/{post.pk}/candidates/"
    assert address in signed_in(officer).get(f"/posts/{post.pk}/").content.decode()
    assert "邻家人" in signed_in(officer).get(address).content.decode()
    mine = signed_in(clerk).get(address).content.decode()
    assert "自家人" in mine
    assert f"/people/posts/{post.pk}/appoint/?worker={own.pk}" in mine
    assert "邻家人" not in mine, "an employer sees its own people only"
    make.make_appointment(own, post)
    assert "不用推荐" in signed_in(officer).get(address).content.decode()
    assert address not in signed_in(officer).get(f"/posts/{post.pk}/").content.decode()


def test_somebody_from_elsewhere_is_found_by_number_and_name_alone(signed_in, employer, clerk):
    number = make.make_identity()
    person = someone(make.make_employer("E01"), 1, name="新来的人", identity=number)
    post, client = make.make_post(employer), signed_in(clerk)
    address = f"/people/posts/{post.pk}/employ/"
    data = {"name": "新来的人", "identity": number, "form": "contract", "start": f"{TODAY:%Y-%m-%d}"}
    for wrong in ({"name": "别的名字"}, {"identity": make.make_identity()}):
        answer = client.post(address, data | wrong)
        assert answer.status_code == 422
        assert "没有找到这个姓名和身份证号的人" in answer.content.decode()
        assert not employer.employments.exists()
    assert "校验位" in client.post(address, data | {"identity": number[:-1] + "Y"}).content.decode()
    assert client.post(address, data).url == f"/people/posts/{post.pk}/appoint/?worker={person.pk}"
    page = client.get(f"/people/posts/{post.pk}/appoint/?worker={person.pk}").content.decode()
    assert "新来的人" in page
    assert "可以聘到这个岗位" in page
    assert propose(clerk, proposal(post, person, start=TODAY)).pk


def test_only_ways_out_that_mend_are_offered(signed_in, employer, clerk):
    high, low = make.make_post(employer, grade=2, min_certificate=2), make.make_post(employer, grade=1)
    busy, able = someone(employer, 2, name="忙人"), someone(employer, 2, name="闲人")
    make.make_appointment(busy, make.make_post(employer))
    client = signed_in(clerk)

    def told(worker, post, **more):
        sent = {"worker": worker.pk, "start": "2024-01-01"} | more
        return client.get(f"/people/posts/{post.pk}/check/", sent).content.decode()

    page = told(busy, high, full_time="on")
    assert "已有一个专职聘用" in page
    assert able.name in page
    assert f"/people/posts/{low.pk}/appoint/" not in page, "another post does not free the person"
    assert "下一次考试" not in page
    assert "可以聘到这个岗位" in told(busy, high), "part-time"
    make.make_appointment(someone(employer, 2), high)
    taken = told(able, high, full_time="on")
    assert "已经有人" in taken
    assert f"/people/posts/{low.pk}/appoint/" in taken


def test_an_allocation_is_of_the_area_and_ends_with_its_headcount(employer, clerk, officer):
    region = Region.objects.get(code="350203001")
    plan = AllocationPlan.objects.create(region=region, year=2026, title="补充配置", basis="缺人", state="approved")
    line = AllocationLine.objects.create(plan=plan, employer=employer, headcount=1)
    fields = {"source": "supplement", "allocation": line, "allocating_region": region}
    cases = [
        propose(clerk, proposal(make.make_post(employer), someone(employer, 1), start=TODAY, **fields))
        for _ in range(2)
    ]
    post, worker = make.make_post(employer), someone(employer, 1)
    district = Region.objects.get(code="350203")
    with pytest.raises(Refused, match="不一致"):
        propose(clerk, proposal(post, worker, **fields | {"allocating_region": district}))
    with pytest.raises(Refused, match="来源就要选「补充配置」"):
        propose(clerk, proposal(post, worker, **fields | {"source": "recruitment"}))
    for case in cases:
        move(clerk, APPOINTMENT, case.pk, "submit")
    move(officer, APPOINTMENT, cases[0].pk, "approve")
    with pytest.raises(Refused, match="已经配满"):
        move(officer, APPOINTMENT, cases[1].pk, "approve")


def test_a_plan_names_the_area_by_itself(signed_in, employer, clerk):
    region = Region.objects.get(code="350203001")
    plan = AllocationPlan.objects.create(region=region, year=2026, title="补充配置", basis="缺人", state="approved")
    line = AllocationLine.objects.create(plan=plan, employer=employer, headcount=1)
    post, worker = make.make_post(employer), someone(employer, 1)
    data = {"worker": worker.pk, "start": f"{TODAY:%Y-%m-%d}", "source": "supplement", "allocation": line.pk}
    assert signed_in(clerk).post(f"/people/posts/{post.pk}/appoint/", data).status_code == 302
    assert Appointment.objects.get().allocating_region == region


def test_a_late_correction_does_not_undo_filing(employer, clerk, officer):
    made = propose(clerk, proposal(make.make_post(employer), someone(employer, 1)))
    opened_before = Appointment.objects.get(pk=made.pk)
    move(clerk, APPOINTMENT, made.pk, "submit")
    move(officer, APPOINTMENT, made.pk, "approve")
    with pytest.raises(Overtaken, match="已备案"):
        propose(clerk, opened_before)
    made.refresh_from_db()
    assert made.state == State.FILED


def test_an_appointment_that_ends_before_a_freeze_is_fine(employer, clerk):
    post, worker = make.make_post(employer), someone(employer, 1)
    PostFreeze.objects.create(post=post, start=TODAY, reason="调整")
    assert propose(clerk, proposal(post, worker, end=TODAY - timedelta(days=1))).pk
    with pytest.raises(Refused, match="冻结"):
        propose(clerk, proposal(post, worker))


def test_whoever_submitted_does_not_file(employer, officer):
    clerk = make.make_member(employer)
    made = propose(clerk, proposal(make.make_post(employer), someone(employer, 1)))
    move(clerk, APPOINTMENT, made.pk, "submit")
    with pytest.raises(PermissionDenied):
        move(clerk, APPOINTMENT, made.pk, "approve")
    with pytest.raises(Refused, match="理由"):
        move(officer, APPOINTMENT, made.pk, "return")
    move(clerk, APPOINTMENT, made.pk, "withdraw")
    made.refresh_from_db()
    assert made.state == State.DRAFT


def test_matching_costs_a_fixed_number_of_queries(signed_in, employer, officer, django_assert_max_num_queries):
    for _ in range(5):
        make.make_post(employer)
        someone(employer, 1)
    client = signed_in(officer)
    with django_assert_max_num_queries(15):
        assert client.get("/people/matching/").status_code == 200
    assert signed_in(make.make_member(employer)).get("/people/matching/").status_code == 403


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
    cases = [submitted(post, someone(employer, 1)) for _ in range(2)]
    officers = [make.make_user("district_officer", region="350203") for _ in range(2)]
    pairs = list(zip(officers, cases, strict=True))
    outcomes = at_once(*(lambda u=u, c=c: move(u, APPOINTMENT, c.pk, "approve") for u, c in pairs))
    assert outcomes[0] == "won"
    assert "已经有人" in outcomes[1]
    assert Appointment.objects.filter(state=State.FILED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_full_time_appointments_of_one_person_at_once_take_one():
    employers = [make.make_employer("E01", region="350203001") for _ in range(2)]
    worker = someone(employers[0], 1)
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
    case = submitted(make.make_post(employer), someone(employer, 1))
    officers = [make.make_user("district_officer", region="350203") for _ in range(2)]
    outcomes = at_once(*(lambda u=u: move(u, APPOINTMENT, case.pk, "approve") for u in officers))
    assert outcomes[0] == "won"
    assert "已由" in outcomes[1]
