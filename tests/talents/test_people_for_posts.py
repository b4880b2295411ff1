"""People for posts: who is found, recommended first and why, which ways out are offered, who is without a post."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from talents.actions.appointments import propose
from talents.models import Registration
from talents.views.matching import candidates
from tests import builders as make

TODAY = date.today()


@pytest.fixture
def employer(db):
    return make.make_employer("E01", region="350203001")


@pytest.fixture
def clerk(employer):
    return make.make_member(employer)


@pytest.fixture
def officer(db):
    return make.make_user("district_officer", region="350203")


def test_the_best_people_come_first_with_the_reason(employer, officer):
    post = make.make_post(employer, grade=1)
    near = make.make_employer("E01", region="350203001")
    far = make.make_employer("E01", region="350203003")
    other_district = make.make_employer("E01", region="350206001")
    people = [make.make_staff(place, 1, name=name) for place, name in ((far, "远"), (near, "近"), (employer, "自己"))]
    make.make_staff(other_district, 1, name="外区")
    make.make_staff(near, 0, name="无证")
    found = candidates(officer, [post.pk], TODAY)[post.pk]
    assert [each["name"] for each in found] == ["自己", "近", "远"]
    assert found[0]["why"].startswith("本单位")
    assert len(people) == 3


def test_of_people_equally_near_the_least_that_serves_and_a_valid_registration_come_first(employer, officer):
    post = make.make_post(employer, grade=1)
    near = make.make_employer("E01", region="350203001")
    held = {"高": 2, "过期": 1, "有效": 1}
    high, lapsed, valid = (make.make_staff(near, level, name=name) for name, level in held.items())
    for worker, last in ((lapsed, TODAY - timedelta(days=1)), (valid, TODAY), (high, TODAY)):
        certificate = worker.certificates.get()
        Registration.objects.create(certificate=certificate, start=date(2020, 4, 1), end=last)
    found = candidates(officer, [post.pk], TODAY)[post.pk]
    assert [each["name"] for each in found] == ["有效", "过期", "高"]
    assert "登记已到期" in found[1]["why"]


def test_the_page_of_a_vacant_post_recommends(signed_in, employer, clerk, officer):
    post, own = make.make_post(employer), make.make_staff(employer, 1, name="自家人")
    make.make_staff(make.make_employer("E01", region="350203001"), 1, name="邻家人")
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


def test_only_ways_out_that_mend_are_offered(signed_in, employer, clerk):
    high, low = make.make_post(employer, grade=2, min_certificate=2), make.make_post(employer, grade=1)
    busy, able = make.make_staff(employer, 2, name="忙人"), make.make_staff(employer, 2, name="闲人")
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
    make.make_appointment(make.make_staff(employer, 2), high)
    taken = told(able, high, full_time="on")
    assert "已经有人" in taken
    assert f"/people/posts/{low.pk}/appoint/" in taken


def test_matching_costs_a_fixed_number_of_queries(signed_in, employer, officer, django_assert_max_num_queries):
    for _ in range(5):
        make.make_post(employer)
        make.make_staff(employer, 1)
    client = signed_in(officer)
    with django_assert_max_num_queries(15):
        assert client.get("/people/matching/").status_code == 200
    assert signed_in(make.make_member(employer)).get("/people/matching/").status_code == 403


def test_the_check_tells_nothing_of_other_employers_people(signed_in, employer, clerk):
    other = make.make_staff(make.make_employer("E01"), 1, name="别家的人")
    page = signed_in(clerk).get(f"/people/posts/{make.make_post(employer).pk}/check/?worker={other.pk}")
    assert "别家的人" not in page.content.decode()


def test_somebody_from_elsewhere_is_found_by_number_and_name_alone(signed_in, employer, clerk):
    number = make.make_identity()
    person = make.make_staff(make.make_employer("E01"), 1, name="新来的人", identity=number)
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
    assert propose(clerk, make.proposal(post, person, start=TODAY)).pk


def test_lists_of_a_day(signed_in, employer, officer):
    sitting, idle = make.make_staff(employer, 1, name="在岗甲"), make.make_staff(employer, 2, name="未聘乙")
    make.make_staff(employer, 0, name="无证丙")
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


def test_the_next_examination_is_still_to_come(signed_in, employer, clerk):
    post, worker = make.make_post(employer), make.make_staff(employer)
    page = signed_in(clerk).get(f"/people/posts/{post.pk}/check/?worker={worker.pk}&start=2020-01-01").content.decode()
    assert f"下一次考试在 {TODAY.year}" in page or f"下一次考试在 {TODAY.year + 1}" in page
