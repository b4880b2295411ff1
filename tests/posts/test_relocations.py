"""A move to another district: the district it leaves agrees first, then the other decides; a third has no say."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from posts.actions import registrations as actions
from posts.flows.registrations import REGISTRATION
from posts.models import Employer, EmployerRegistration
from tests import builders as make
from xmsw.accounts.models import User
from xmsw.workflow.actions import history, move, move_many
from xmsw.workflow.models import Waiting
from xmsw.workflow.refusals import Overtaken, Refused
from xmsw.workflow.registry import Decision

HERE, THERE, THIRD = "350203", "350206", "350205"
WHY = Decision("还有欠缴的社保")


@pytest.fixture
def agency(db) -> Employer:
    return make.make_employer("E01", region=f"{HERE}001", name="甲机构")


@pytest.fixture
def clerk(agency) -> User:
    return make.make_member(agency)


@pytest.fixture
def leaving(db) -> User:
    return make.make_user("district_officer", region=HERE)


@pytest.fixture
def taking(db) -> User:
    return make.make_user("district_officer", region=THERE)


@pytest.fixture
def asked(agency, clerk) -> EmployerRegistration:
    """Handed in: 甲机构 wants to move from 思明 to 湖里."""
    return hand_in(agency, clerk, f"{THERE}001")


def hand_in(employer: Employer, clerk: User, region: str) -> EmployerRegistration:
    fresh = actions.of_employer(employer, "move", clerk, timezone.localdate())
    fresh.region_id = region
    return move(clerk, REGISTRATION, actions.save_draft(clerk, fresh).pk, "submit")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(user: User, address: str) -> str:
    answer = client_of(user).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def desk(user: User) -> list[int]:
    return [each["is"].subject_id for each in client_of(user).get("/desk/?flow=registration").context["items"]]


def offered(user: User, case: EmployerRegistration) -> set[str]:
    page = client_of(user).get(f"/desk/registration/{case.pk}/")
    assert page.status_code == 200
    return {each.name for each in page.context["moves"]}


def test_each_district_has_it_on_its_desk_in_turn(agency, asked, leaving, taking):
    assert (asked.state, asked.leaving_id) == ("releasing", f"{HERE}001")
    assert (desk(leaving), desk(taking)) == ([asked.pk], [])
    assert (offered(leaving, asked), offered(taking, asked)) == ({"release", "return"}, set())
    client_of(leaving).post(f"/desk/registration/{asked.pk}/", {"move": "release"})
    assert (desk(leaving), desk(taking)) == ([], [asked.pk])
    assert (offered(leaving, asked), offered(taking, asked)) == (set(), {"approve", "return"})
    client_of(taking).post(f"/desk/registration/{asked.pk}/", {"move": "approve"})
    agency.refresh_from_db()
    assert agency.region_id == f"{THERE}001"
    assert not Waiting.objects.exists()
    told = [(step.move, step.from_state, step.to_state) for step in history("registration", asked.pk)]
    assert told == [
        ("approve", "submitted", "approved"),
        ("release", "releasing", "submitted"),
        ("submit", "draft", "releasing"),
    ]


def test_nobody_decides_the_other_districts_half(agency, asked, leaving, taking):
    with pytest.raises(Refused, match="先由思明区民政局同意迁出"):
        move(taking, REGISTRATION, asked.pk, "release")
    with pytest.raises(Refused, match="先由思明区民政局同意迁出"):
        move(taking, REGISTRATION, asked.pk, "return", WHY)
    with pytest.raises(Overtaken, match="待迁出区同意"):
        move(taking, REGISTRATION, asked.pk, "approve")
    assert move_many(taking, [(REGISTRATION, asked.pk)], "approve").moved == 0
    move(leaving, REGISTRATION, asked.pk, "release")
    colleague = make.make_user("district_officer", region=HERE)
    for name in ("approve", "return"):
        with pytest.raises(Refused, match="现在由湖里区民政局审核"):
            move(colleague, REGISTRATION, asked.pk, name, WHY)
    agency.refresh_from_db()
    assert agency.region_id == f"{HERE}001"


def test_a_third_district_neither_sees_nor_decides(asked, leaving, taking):
    third = make.make_user("district_officer", region=THIRD)
    bureau = make.make_user("bureau_officer", bureau="education", region=HERE)
    for name, then in (("release", leaving), ("approve", taking)):
        assert desk(third) == []
        for stranger in (third, bureau):
            assert not EmployerRegistration.objects.visible_to(stranger).exists()
        with pytest.raises(EmployerRegistration.DoesNotExist):
            move(third, REGISTRATION, asked.pk, name)
        assert client_of(third).get(f"/desk/registration/{asked.pk}/").status_code == 404
        move(then, REGISTRATION, asked.pk, name)
    for user in (leaving, taking):
        assert EmployerRegistration.objects.visible_to(user).filter(pk=asked.pk).exists(), "both see it afterwards"


@pytest.mark.parametrize("half", ["first", "second"])
def test_either_returns_it_with_reasons_and_it_begins_at_the_first_again(asked, clerk, leaving, taking, half):
    decides = leaving
    if half == "second":
        move(leaving, REGISTRATION, asked.pk, "release")
        decides = taking
    with pytest.raises(Refused, match="写明意见"):
        move(decides, REGISTRATION, asked.pk, "return")
    move(decides, REGISTRATION, asked.pk, "return", WHY)
    assert WHY.opinion in text(clerk, f"/posts/registrations/{asked.pk}/")
    assert WHY.opinion in text(clerk, "/posts/mine/")
    assert (desk(leaving), desk(taking)) == ([], [])
    move(clerk, REGISTRATION, asked.pk, "submit")
    assert (desk(leaving), desk(taking)) == ([asked.pk], [])


def test_the_employer_reads_where_it_lies_and_may_take_it_back(asked, clerk, leaving):
    page = f"/posts/registrations/{asked.pk}/"
    assert "已交给思明区民政局，等它同意迁出，再由湖里区民政局审核" in text(clerk, page)
    assert "待迁出区同意" in text(clerk, "/posts/mine/")
    move(leaving, REGISTRATION, asked.pk, "release")
    assert "思明区民政局已同意迁出，正等湖里区民政局审核" in text(clerk, page)
    move(clerk, REGISTRATION, asked.pk, "withdraw")
    assert not Waiting.objects.exists()
    move(clerk, REGISTRATION, asked.pk, "submit")
    move(clerk, REGISTRATION, asked.pk, "withdraw")
    assert not Waiting.objects.exists()


def test_a_move_within_the_district_needs_one_decision(agency, clerk, leaving):
    made = hand_in(agency, clerk, f"{HERE}003")
    assert (made.state, made.leaving_id) == ("submitted", None)
    assert "已交给思明区民政局审核" in text(clerk, f"/posts/registrations/{made.pk}/")
    move(leaving, REGISTRATION, made.pk, "approve")
    agency.refresh_from_db()
    assert agency.region_id == f"{HERE}003"


def test_a_move_that_turned_inward_forgets_the_other_district(agency, asked, clerk, leaving, taking):
    move(leaving, REGISTRATION, asked.pk, "return", WHY)
    asked.refresh_from_db()
    asked.region_id = f"{HERE}003"
    actions.save_draft(clerk, asked)
    assert move(clerk, REGISTRATION, asked.pk, "submit").state == "submitted"
    assert not EmployerRegistration.objects.visible_to(taking).exists()


def test_the_city_acts_for_either_but_one_person_not_for_both(agency, asked):
    city, other = make.make_user("city_officer"), make.make_user("city_officer")
    assert offered(city, asked) == {"release", "return"}
    move(city, REGISTRATION, asked.pk, "release")
    with pytest.raises(Refused, match="另一个人"):
        move(city, REGISTRATION, asked.pk, "approve")
    move(other, REGISTRATION, asked.pk, "approve")
    agency.refresh_from_db()
    assert agency.region_id == f"{THERE}001"


def test_the_days_of_the_other_district_begin_when_it_arrives(asked, leaving):
    long_ago = timezone.now() - timedelta(days=40)
    Waiting.objects.update(since=long_ago)
    move(leaving, REGISTRATION, asked.pk, "release")
    found = Waiting.objects.get()
    assert (found.region_code, found.since > long_ago + timedelta(days=39)) == (f"{THERE}001", True)


def test_what_befalls_the_employer_does_not_take_the_case_off_the_desk(agency, asked, leaving, taking):
    move(leaving, REGISTRATION, asked.pk, "release")
    Employer.objects.filter(pk=agency.pk).update(contact="新联系人")
    assert (desk(leaving), desk(taking)) == ([], [asked.pk])


def test_the_other_district_meets_no_link_into_a_record_it_does_not_see(agency, asked, leaving, taking):
    record = f"/posts/employers/{agency.pk}/"
    case, review = f"/posts/registrations/{asked.pk}/", f"/desk/registration/{asked.pk}/"
    assert record in text(leaving, review)
    move(leaving, REGISTRATION, asked.pk, "release")
    for address in ("/desk/", case, review):
        shown = text(taking, address)
        assert "甲机构" in shown
        assert f"/employers/{agency.pk}/" not in shown, address
    move(taking, REGISTRATION, asked.pk, "approve")
    assert record in text(taking, case)
    assert f"/employers/{agency.pk}/" not in text(leaving, case)


def test_a_district_that_was_not_heard_stops_both_halves(agency, asked, leaving, taking):
    Employer.objects.filter(pk=agency.pk).update(region=f"{THIRD}001")
    with pytest.raises(Refused, match="还没有问过那里"):
        move(leaving, REGISTRATION, asked.pk, "release")
    EmployerRegistration.objects.filter(pk=asked.pk).update(state="submitted")
    with pytest.raises(Refused, match="还没有问过那里"):
        move(taking, REGISTRATION, asked.pk, "approve")


def test_the_desk_says_that_it_is_not_decided_in_bulk(asked, leaving):
    assert "要迁到湖里区。请打开这一件" in text(leaving, "/desk/")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("names", "second"),
    [(("release", "release"), "city_officer"), (("release", "return"), "district_officer")],
)
def test_two_officers_at_once_one_decides_and_one_is_told(names, second):
    agency = make.make_employer("E01", region=f"{HERE}001")
    asked = hand_in(agency, make.make_member(agency), f"{THERE}001")
    officers = [make.make_user(role, region=HERE) for role in ("district_officer", second)]
    together, outcomes = Barrier(2), []

    def decide(user: User, name: str) -> None:
        together.wait()
        try:
            outcomes.append(move(user, REGISTRATION, asked.pk, name, WHY).state)
        except Refused as refusal:
            outcomes.append(refusal.sentence)
        finally:
            connection.close()

    threads = [Thread(target=decide, args=pair) for pair in zip(officers, names, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked.refresh_from_db()
    assert asked.state in {"submitted", "returned"}
    assert outcomes.count(asked.state) == 1
    assert sum("请看最新情况" in each or "迁出已经同意" in each for each in outcomes) == 1
    assert Waiting.objects.filter(subject_id=asked.pk).count() == (asked.state == "submitted")
    assert len(history("registration", asked.pk)) == 2
