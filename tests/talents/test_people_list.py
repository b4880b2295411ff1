"""人员名单: its filters and files; whole identity numbers are searched on top, never from an address."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from posts.models import Employer
from talents.models import Employment, Registration, SocialWorker, SupervisionPair
from talents.search import by_either, by_person, person_condition
from tests import builders as make
from xmsw.accounts.models import User
from xmsw.ui.addresses import WHOLE_NUMBER


@pytest.fixture
def client(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def staff(employer: Employer) -> dict[str, SocialWorker]:
    levels = {"无证者": 0, "初级者": 1, "中级者": 2}
    people = {name: make.make_staff(employer, level, name=name) for name, level in levels.items()}
    make.make_certificate(people["中级者"], 1)
    make.make_appointment(people["初级者"], make.make_post(employer, name="个案岗"))
    other = make.make_post(make.make_employer("E01", region="350203003"))
    make.make_appointment(people["中级者"], other)
    return people


def listed(client: Client, query: str) -> set[str]:
    return {line["cells"][0]["text"] for line in client.get(f"/people/?{query}").context["lines"]}


def test_by_the_highest_certificate_and_by_a_post_there(client, staff):
    assert listed(client, "") == set(staff)
    assert listed(client, "level=0") == {"无证者"}
    assert listed(client, "level=1") == {"初级者"}
    assert listed(client, "level=2") == {"中级者"}
    assert listed(client, "post=yes") == {"初级者"}
    assert listed(client, "post=no") == {"无证者", "中级者"}, "a post elsewhere is none here"


def test_by_employer_place_and_kind(client, staff, employer):
    centre = make.make_employer("C01")
    make.make_staff(centre, name="中心人员")
    assert listed(client, "kind=must") == {"中心人员"}
    assert listed(client, f"q={employer.name}") == set(staff)
    assert listed(client, "area=350203001") >= set(staff)
    assert "中心人员" in listed(client, "area=350203")


def test_the_files_hold_what_the_list_shows(client, staff):
    text = client.get("/people/?level=1&export=csv").getvalue().decode("utf-8-sig")
    assert "初级者" in text
    assert "助理社会工作师 2020-03-01 签发" in text
    assert "个案岗" in text
    assert staff["初级者"].identity_mask in text
    assert staff["初级者"].identity not in text
    assert "中级者" not in text
    for kind, begins in (("xlsx", b"PK"), ("pdf", b"%PDF")):
        answer = client.get(f"/people/?export={kind}")
        content = answer.getvalue() if answer.streaming else answer.content
        assert content.startswith(begins)


LISTS = (
    ("/people/", "person"),
    ("/people/found/", "q"),
    ("/people/certificates/", "person"),
    ("/people/learning/", "q"),
    ("/people/learning/records/", "person"),
    ("/people/supervision/", "person"),
    ("/people/appointments/", "person"),
    ("/people/high-level/", "person"),
    ("/people/benefits/", "person"),
    ("/people/publicity/", "person"),
    ("/posts/search/", "q"),
    ("/posts/", "q"),
)


@pytest.mark.parametrize(("address", "name"), LISTS)
def test_no_address_searches_by_a_whole_identity_number(client, staff, address, name):
    number = staff["初级者"].identity
    for asked in (number, f" {number.lower()} ", f"{number[:17]}{'1' if number[17] != '1' else '2'}"):
        answer = client.get(address, {name: asked, "sort": "x"})
        assert answer.status_code == 302
        assert answer.url == f"{address}?sort=x"
        page = client.get(answer.url).content.decode()
        assert WHOLE_NUMBER in page
        assert number not in page


def test_a_fragment_asks_for_the_whole_page_instead(client, staff):
    answer = client.get("/people/", {"person": staff["初级者"].identity}, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/people/"


def test_the_filter_itself_finds_nobody_by_one_unless_it_was_posted(staff):
    person = staff["初级者"]
    everybody, number = Employment.objects.all(), person.identity
    assert everybody.filter(worker=person).exists()
    assert not by_person(everybody, number).exists()
    assert not by_either("worker", "worker")(everybody, number).exists()
    assert not SocialWorker.objects.filter(person_condition(number)).exists()
    assert SocialWorker.objects.get(person_condition(number, identity=True)) == person


def test_many_holders_of_one_prefix_are_found_as_few_are(client, staff, monkeypatch):
    few = listed(client, "person=Z000")
    monkeypatch.setattr("talents.search.HOLDERS", 0)
    assert listed(client, "person=Z000") == few == {"初级者", "中级者"}


def test_people_found_are_a_page_of_their_own_when_opened_directly(client, staff):
    page = client.get("/people/found/?q=初级者").content.decode()
    assert "<h1" in page
    assert "初级者" in page
    assert "搜索框里输入" in client.get("/people/found/").content.decode()
    piece = client.get("/people/found/?q=初级者", headers={"HX-Request": "true"}).content.decode()
    assert "<h1" not in piece
    assert "初级者" in piece


@pytest.mark.parametrize(
    ("address", "name"),
    [("certificates/", "person"), ("learning/", "q"), ("appointments/", "person"), ("supervision/", "person")],
)
def test_lists_of_all_kinds_find_by_a_certificate_number(client, staff, employer, address, name):
    teacher = make.make_staff(employer, 2, name="督导老师")
    SupervisionPair.objects.create(
        supervisor=teacher, supervisee=staff["初级者"], employer=employer, start=date(2024, 1, 1)
    )
    number = staff["初级者"].certificates.get().number
    Registration.objects.create(
        certificate=staff["初级者"].certificates.get(), start=date(2026, 1, 1), end=date(2099, 12, 31)
    )
    text = client.get(f"/people/{address}", {name: number.lower()}).content.decode()
    assert "初级者" in text
    assert "中级者" not in text
