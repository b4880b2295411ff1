"""Registrations where two meet or somebody turns round: claims and circles at once, stale forms, who left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client

from posts.actions import registrations as actions
from posts.flows.posts import POST
from posts.flows.registrations import REGISTRATION
from posts.models import Employer, EmployerRegistration, Membership
from tests import builders as make
from xmsw.accounts.models import User
from xmsw.workflow.actions import attach, history, move
from xmsw.workflow.refusals import Overtaken, Refused
from xmsw.workflow.registry import Decision

TODAY = date.today()
Matter = EmployerRegistration.Matter


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def officer(db):
    return make.make_user("district_officer", region="350203")


@pytest.fixture
def agency(db):
    return make.make_employer("E01", region="350203001", name="甲机构")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def claim(community: Employer, **changed) -> EmployerRegistration:
    """A complete application for a listed community, handed in by a new account."""
    clerk = make.make_user("employer_staff")
    fields = {"kind": community.kind, "region_id": community.region_id, "name": community.name} | changed
    made = actions.save_draft(clerk, EmployerRegistration(applicant=clerk, effective_on=TODAY, **fields))
    attach(clerk, REGISTRATION, made.pk, "证书.pdf", b"%PDF-1.7")
    return move(clerk, REGISTRATION, made.pk, "submit")


def asked(employer: Employer, matter: str, clerk: User, **changed) -> EmployerRegistration:
    fresh = actions.of_employer(employer, matter, clerk, TODAY)
    for name, value in changed.items():
        setattr(fresh, name, value)
    return actions.save_draft(clerk, fresh)


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """What became of deeds done from connections of their own: «done» or the sentence that refused."""
    together, outcomes = Barrier(len(deeds)), []

    def run(deed: Callable[[], object]) -> None:
        together.wait()
        try:
            deed()
            outcomes.append("done")
        except Refused as refusal:
            outcomes.append(refusal.sentence)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_two_claims_of_one_community_approved_at_once_make_one_owner():
    community = Employer.objects.of_kind("C02").within("350203").first()
    first, second = claim(community), claim(community)
    officers = [make.make_user("district_officer", region="350203") for _ in range(2)]
    outcomes = at_once(
        lambda: move(officers[0], REGISTRATION, first.pk, "approve"),
        lambda: move(officers[1], REGISTRATION, second.pk, "approve"),
    )
    assert outcomes.count("done") == 1
    assert any("已经有经办人" in each for each in outcomes)
    assert Membership.objects.filter(employer=community).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_moves_approved_at_once_make_no_circle():
    one, other = (make.make_employer("E01", region="350203001", name=name) for name in ("甲机构", "乙机构"))
    made = []
    for employer, parent in ((one, other), (other, one)):
        clerk = make.make_member(employer)
        made.append(move(clerk, REGISTRATION, asked(employer, "move", clerk, parent=parent).pk, "submit"))
    officers = [make.make_user("district_officer", region="350203") for _ in range(2)]
    outcomes = at_once(
        lambda: move(officers[0], REGISTRATION, made[0].pk, "approve"),
        lambda: move(officers[1], REGISTRATION, made[1].pk, "approve"),
    )
    assert outcomes.count("done") == 1
    assert Employer.objects.filter(pk__in=(one.pk, other.pk), parent__isnull=False).count() == 1


def until_it_waits_or_ends(thread: Thread) -> None:
    """Until the thread is over, or the database says that somebody waits for a lock."""
    with connection.cursor() as cursor:
        while thread.is_alive():
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            thread.join(0.01)


@pytest.mark.django_db(transaction=True)
def test_no_post_is_approved_while_its_employer_is_being_closed():
    employer = make.make_employer("E01", region="350203001")
    clerk = make.make_member(employer)
    closing = move(clerk, REGISTRATION, asked(employer, "close", clerk, reason="不办了").pk, "submit")
    post = make.make_post(employer, state="submitted", start=TODAY)
    officers = [make.make_user("district_officer", region="350203") for _ in range(2)]
    outcomes: list[str] = []
    other = Thread(target=lambda: outcomes.extend(at_once(lambda: move(officers[1], POST, post.pk, "approve"))))
    with transaction.atomic():
        move(officers[0], REGISTRATION, closing.pk, "approve")
        other.start()
        until_it_waits_or_ends(other)
    other.join()
    assert outcomes == ["这家单位没有登记或已经注销，不能设岗。"]
    post.refresh_from_db()
    assert post.state == "submitted"


@pytest.mark.django_db
def test_the_kind_that_is_on_the_list_is_not_overwritten_by_a_claim():
    community = Employer.objects.of_kind("C02").within("350203").first()
    with pytest.raises(Refused, match="在册为「城市社区」"):
        claim(community, kind="C03")


@pytest.mark.django_db
def test_a_change_keeps_the_bureau_that_was_decided_for_the_employer(officer):
    employer = make.make_employer("E01", region="350203001", competent_bureau="women")
    clerk = make.make_member(employer)
    made = asked(employer, "change", clerk, name="新名称")
    move(clerk, REGISTRATION, made.pk, "submit")
    move(officer, REGISTRATION, made.pk, "approve")
    employer.refresh_from_db()
    assert (employer.name, employer.competent_bureau) == ("新名称", "women")


@pytest.mark.django_db
@pytest.mark.parametrize(("matter", "day"), [("close", "注销日期"), ("move", "迁移日期")])
def test_nothing_is_approved_for_a_day_to_come(agency, matter, day):
    clerk = make.make_member(agency)
    made = asked(agency, matter, clerk, effective_on=TODAY + timedelta(days=2))
    with pytest.raises(Refused, match=f"{day}不能晚于今天"):
        move(clerk, REGISTRATION, made.pk, "submit")


@pytest.mark.django_db
def test_closing_waits_for_the_last_day_of_posts_and_appointments(agency):
    clerk = make.make_member(agency)
    last = TODAY - timedelta(days=10)
    post = make.make_post(agency)
    seat = make.make_appointment(make.make_worker(), post, end=last, state="ended")
    post.state, post.end = "abolished", last
    post.save()
    early = asked(agency, "close", clerk, effective_on=last - timedelta(days=1))
    said = list(actions.faults(early))
    assert any(f"最后一个岗位设到 {last}" in each for each in said)
    assert any(f"有聘用到 {last} 才结束" in each for each in said)
    seat.end = None
    early.effective_on = last
    assert list(actions.faults(early)) == []


@pytest.mark.django_db
def test_a_draft_is_abandoned_and_makes_room(agency):
    clerk = make.make_member(agency)
    made = asked(agency, "close", clerk)
    client = client_of(clerk)
    assert client.get(f"/posts/employers/{agency.pk}/apply/change/").url == f"/posts/registrations/{made.pk}/"
    assert "确认作废" in client.get(f"/posts/registrations/{made.pk}/").content.decode()
    client.post(f"/desk/registration/{made.pk}/move/", {"move": "abandon"})
    made.refresh_from_db()
    assert made.state == "abandoned"
    assert [step.move for step in history("registration", made.pk)] == ["abandon"]
    assert asked(agency, "change", clerk).pk
    with pytest.raises(Overtaken):
        move(clerk, REGISTRATION, made.pk, "submit")


@pytest.mark.django_db
def test_a_form_opened_before_handing_in_does_not_take_it_back(agency):
    clerk = make.make_member(agency)
    made = asked(agency, "change", clerk, name="改名")
    stale = EmployerRegistration.objects.get(pk=made.pk)
    move(clerk, REGISTRATION, made.pk, "submit")
    stale.name = "又改名"
    with pytest.raises(Overtaken, match="待审核"):
        actions.save_draft(clerk, stale)
    made.refresh_from_db()
    assert (made.state, made.name) == ("submitted", "改名")


@pytest.mark.django_db
def test_who_left_has_no_say_in_what_he_began(agency):
    clerk, stays = make.make_member(agency), make.make_member(agency)
    made = asked(agency, "close", clerk)
    actions.remove_colleague(stays, agency, clerk.pk)
    with pytest.raises(EmployerRegistration.DoesNotExist):
        move(clerk, REGISTRATION, made.pk, "submit")
    assert EmployerRegistration.objects.visible_to(stays).filter(pk=made.pk).exists()
    with pytest.raises(PermissionDenied):
        actions.add_colleague(clerk, agency, "back.again", "李")


@pytest.mark.django_db
def test_leaving_oneself_ends_on_ones_own_page(agency):
    clerk = make.make_member(agency)
    make.make_member(agency)
    answer = client_of(clerk).post(f"/posts/employers/{agency.pk}/colleagues/remove/", {"user": clerk.pk}, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == "/posts/mine/"


@pytest.mark.django_db
def test_an_existing_account_is_linked_by_its_name_and_the_persons(agency):
    client = client_of(make.make_member(agency))
    known = make.make_user("employer_staff", display_name="王敏")
    address = f"/posts/employers/{agency.pk}/colleagues/"
    assert client.post(address, {"username": known.username, "display_name": "别人"}).status_code == 422
    page = client.post(address, {"username": known.username, "display_name": "王敏"})
    assert page.context["password"] == ""
    assert Membership.objects.filter(employer=agency, user=known).exists()


@pytest.mark.django_db
def test_the_parent_is_found_by_name_and_the_place_by_its_street(agency):
    client = client_of(make.make_user("employer_staff"))
    found = client.get("/posts/registrations/parents/", {"parent_code": "甲机"}).content.decode()
    assert "甲机构" in found
    assert agency.credit_code in found
    assert "option" not in client.get("/posts/registrations/parents/", {"parent_code": "甲"}).content.decode()
    places = client.get("/posts/registrations/places/", {"street": "350203001"}).content.decode()
    assert 'value="350203001001"' in places
    assert "350206" not in places
    assert client_of(make.make_user("city_officer")).get("/posts/registrations/parents/").status_code == 403
    fields = {"kind": "E01", "name": "甲机构一站", "region": "350203001", "effective_on": "2020-01-01"}
    client.post("/posts/registrations/new/", fields | {"parent_code": "甲机构", "credit_code": make.make_credit_code()})
    assert EmployerRegistration.objects.get(name="甲机构一站").parent == agency
    make.make_employer("E02", region="350203001", name="甲机构")
    answer = client.post("/posts/registrations/new/", fields | {"parent_code": "甲机构"})
    assert "有几家单位叫这个名称" in answer.content.decode()


@pytest.mark.django_db
def test_the_timeline_tells_parent_subsidiaries_and_what_changed_by_whom(agency, officer):
    top = make.make_employer("E01", region="350203001", name="总机构")
    clerk = make.make_member(agency)
    made = asked(agency, "move", clerk, parent=top, region_id="350203003")
    move(clerk, REGISTRATION, made.pk, "submit")
    client_of(officer).post(f"/desk/registration/{made.pk}/", {"move": "approve", "opinion": "同意迁移"})
    text = client_of(clerk).get(f"/posts/employers/{agency.pk}/timeline/").content.decode()
    agency.refresh_from_db()
    for words in ("总机构", "同意迁移", "资料变动", str(officer), f"→ {agency.region.name}", "申请注销"):
        assert words in text
    assert "甲机构" in client_of(officer).get(f"/posts/employers/{top.pk}/timeline/").content.decode()
    yesterday = TODAY - timedelta(days=1)
    past = client_of(clerk).get(f"/posts/employers/{agency.pk}/timeline/?on={yesterday}").content.decode()
    assert "同意迁移" not in past
    assert "申请注销" not in past


@pytest.mark.django_db
def test_ones_own_page_begins_with_what_was_returned(agency, officer):
    clerk = make.make_member(agency)
    draft = make.make_post(agency, state="draft", name="草稿岗位")
    made = asked(agency, "change", clerk)
    move(clerk, REGISTRATION, made.pk, "submit")
    assert "等民政局审核" in client_of(clerk).get("/posts/mine/").content.decode()
    move(officer, REGISTRATION, made.pk, "return", Decision("联系人不对"))
    page = client_of(clerk).get("/posts/mine/")
    listed = page.context["tasks"]
    assert [(each.returned, each.said) for each in listed] == [(True, "联系人不对"), (False, "")]
    assert listed[0].url == f"/posts/registrations/{made.pk}/"
    assert listed[1].url == f"/posts/{draft.pk}/"
    assert "联系人不对" in page.content.decode()


@pytest.mark.django_db
def test_the_desk_and_ones_own_page_ask_a_fixed_number_of_queries(officer, agency, django_assert_max_num_queries):
    clerk = make.make_member(agency)
    for number in range(12):
        employer = make.make_employer("E01", region="350203001", name=f"站{number}", parent=agency)
        Membership.objects.create(employer=employer, user=clerk)
        made = asked(employer, "close" if number % 2 else "move", clerk, region_id="350203003")
        move(clerk, REGISTRATION, made.pk, "submit")
        make.make_post(employer, state="returned")
    desk, own = client_of(officer), client_of(clerk)
    with django_assert_max_num_queries(24):
        assert desk.get("/desk/?flow=registration").status_code == 200
    with django_assert_max_num_queries(20):
        assert len(own.get("/posts/mine/").context["tasks"]) == 12
