"""Employers register themselves: signed up, returned, corrected, approved; claims, codes, moves, closing."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from posts.actions import registrations as actions
from posts.flows.registrations import REGISTRATION
from posts.models import Employer, EmployerRegistration, Membership
from supervision.recheck import drain
from supervision.runs import execute_here, start_run
from tests import builders as make
from xmsw.accounts.models import User
from xmsw.workflow.actions import attach, history, move
from xmsw.workflow.models import Waiting
from xmsw.workflow.refusals import Overtaken, Refused
from xmsw.workflow.registry import Decision

TODAY = date.today()
PDF = b"%PDF-1.7 licence"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def officer(db):
    return make.make_user("district_officer", region="350203")


def data(**changed):
    return {
        "kind": "E01",
        "name": "厦门市同心社会工作服务中心",
        "region": "350203001",
        "credit_code": make.make_credit_code(),
        "contact": "王敏",
        "contact_phone": "0592-1234567",
        "effective_on": "2020-05-01",
    } | changed


def signed_up(name: str = "tongxin") -> Client:
    client = Client()
    fields = {"username": name, "display_name": "王敏", "password1": "Good-day-2026", "password2": "Good-day-2026"}
    assert client.post("/accounts/register/", fields).status_code == 302
    return client


def drafted(user: User, **changed) -> EmployerRegistration:
    fields = {
        "name": "同心中心",
        "kind": "E01",
        "region_id": "350203001",
        "credit_code": make.make_credit_code(),
        "effective_on": date(2020, 5, 1),
    } | changed
    return actions.save_draft(user, EmployerRegistration(applicant=user, **fields))


def handed_in(user: User, **changed) -> EmployerRegistration:
    made = drafted(user, **changed)
    attach(user, REGISTRATION, made.pk, "证书.pdf", PDF)
    return move(user, REGISTRATION, made.pk, "submit")


@pytest.mark.django_db
def test_from_signing_up_to_an_approved_employer(signed_in, officer):
    clerk = signed_up()
    assert "登记单位" in clerk.get("/posts/mine/").content.decode()
    answer = clerk.post("/posts/registrations/new/", data())
    made = EmployerRegistration.objects.get()
    assert answer.url == f"/posts/registrations/{made.pk}/"
    assert "请上传登记证书" in clerk.get(answer.url).content.decode()
    clerk.post(f"/desk/registration/{made.pk}/files/", {"files": SimpleUploadedFile("证书.pdf", PDF)})
    clerk.post(f"/desk/registration/{made.pk}/move/", {"move": "submit"})
    assert Waiting.objects.filter(flow="registration", subject_id=made.pk).exists()
    desk = signed_in(officer)
    desk.post(f"/desk/registration/{made.pk}/", {"move": "return", "opinion": "联系电话请写手机"})
    assert "联系电话请写手机" in clerk.get(f"/posts/registrations/{made.pk}/edit/").content.decode()
    code = made.credit_code
    clerk.post(f"/posts/registrations/{made.pk}/edit/", data(credit_code=code, contact_phone="13900001111"))
    clerk.post(f"/desk/registration/{made.pk}/move/", {"move": "submit"})
    desk.post(f"/desk/registration/{made.pk}/", {"move": "approve"})
    employer = Employer.objects.get(credit_code=code)
    assert (employer.state, employer.sector, employer.start) == (Employer.State.APPROVED, "social", date(2020, 5, 1))
    assert employer.contact_phone == "13900001111"
    assert employer.name in clerk.get("/posts/mine/").content.decode()
    assert clerk.get(f"/posts/employers/{employer.pk}/").status_code == 200
    assert [step.move for step in history("registration", made.pk)] == ["approve", "submit", "return", "submit"]
    timeline = clerk.get(f"/posts/employers/{employer.pk}/timeline/").content.decode()
    assert "联系电话请写手机" in timeline


@pytest.mark.django_db
def test_an_account_sees_nothing_before_its_employer_is_approved():
    clerk = signed_up()
    other = make.make_employer("E01")
    assert clerk.get(f"/posts/employers/{other.pk}/").status_code == 404
    assert clerk.get("/desk/").status_code == 403


@pytest.mark.django_db
def test_signing_up_says_what_is_wrong_and_is_throttled():
    client = Client()
    taken = make.make_user("employer_staff").username
    fields = {"username": taken, "display_name": "李", "password1": "12345678", "password2": "12345678"}
    answer = client.post("/accounts/register/", fields)
    assert answer.status_code == 422
    assert "已被使用" in answer.content.decode()
    for number in range(6):
        answer = client.post("/accounts/register/", fields | {"username": f"somebody{number}"})
    assert "请过" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"credit_code": "52350203MJ000000"}, "应为 18 位"),
        ({"credit_code": "52350203MJ0000001I"}, "不允许的字符"),
        ({"credit_code": "52350203MJ00000010"}, "校验位不符"),
        ({"parent_code": "91350200000000000X"}, "没有这个名称或统一社会信用代码的单位"),
        ({"effective_on": "昨天"}, "日期写法不对"),
        ({"name": ""}, "请填单位名称。"),
        ({"region": ""}, "请选所在区划。"),
    ],
)
def test_bad_input_is_told_in_a_sentence(signed_in, changed, sentence):
    clerk = signed_in(make.make_user("employer_staff"))
    answer = clerk.post("/posts/registrations/new/", data(**changed))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not EmployerRegistration.objects.exists()


@pytest.mark.django_db
def test_a_taken_code_is_refused_at_submission():
    taken = make.make_employer("E01", region="350203001")
    clerk = make.make_user("employer_staff")
    made = drafted(clerk, credit_code=taken.credit_code)
    attach(clerk, REGISTRATION, made.pk, "证书.pdf", PDF)
    with pytest.raises(Refused, match="已有单位登记"):
        move(clerk, REGISTRATION, made.pk, "submit")


@pytest.mark.django_db
def test_a_listed_community_is_claimed_and_stays_one(officer, signed_in):
    community = Employer.objects.of_kind("C02").within("350203").first()
    count = Employer.objects.of_kind("C02").count()
    clerk = make.make_user("employer_staff")
    execute_here(start_run(day=TODAY, present=True, reason="request", dispatch=False))
    page, link = f"/supervision/without-post/?q={community.region_id}", f"/posts/employers/{community.pk}/"
    assert link in signed_in(officer).get(page).content.decode()
    made = handed_in(clerk, kind="C02", region_id=community.region_id, credit_code="", name=community.name)
    assert "不另建单位" in signed_in(officer).get(f"/desk/registration/{made.pk}/").content.decode()
    move(officer, REGISTRATION, made.pk, "approve")
    drain()
    assert link in signed_in(officer).get(page).content.decode(), "registered is not yet with a post"
    community.refresh_from_db()
    assert Employer.objects.of_kind("C02").count() == count
    assert (community.state, community.start) == (Employer.State.APPROVED, date(2017, 1, 1))
    assert Membership.objects.filter(employer=community, user=clerk).exists()
    second = drafted(make.make_user("employer_staff"), kind="C02", region_id=community.region_id, credit_code="")
    assert any("已经有经办人" in each for each in actions.faults(second))


@pytest.mark.django_db
def test_a_move_to_another_district_changes_who_sees_it(officer):
    employer = make.make_employer("E01", region="350203001")
    clerk = make.make_member(employer)
    asked = actions.of_employer(employer, "move", clerk, TODAY)
    asked.region_id = "350206001"
    made = actions.save_draft(clerk, asked)
    move(clerk, REGISTRATION, made.pk, "submit")
    huli = make.make_user("district_officer", region="350206")
    with pytest.raises(Overtaken, match="待迁出区同意"):
        move(officer, REGISTRATION, made.pk, "approve")
    move(officer, REGISTRATION, made.pk, "release")
    move(huli, REGISTRATION, made.pk, "approve")
    assert not Employer.objects.visible_to(officer).filter(pk=employer.pk).exists()
    assert Employer.objects.visible_to(huli).filter(pk=employer.pk).exists()


@pytest.mark.django_db
def test_parents_make_no_circle(officer):
    top = make.make_employer("E01", region="350203001")
    below = make.make_employer("E01", region="350203001", parent=top)
    clerk = make.make_member(top)
    asked = actions.of_employer(top, "move", clerk, TODAY)
    asked.parent = below
    made = actions.save_draft(clerk, asked)
    with pytest.raises(Refused, match="自己或它的下级"):
        move(clerk, REGISTRATION, made.pk, "submit")


@pytest.mark.django_db
def test_closing_waits_for_posts_and_subsidiaries(officer):
    employer = make.make_employer("E01", region="350203001")
    clerk = make.make_member(employer)
    post = make.make_post(employer)
    asked = actions.of_employer(employer, "close", clerk, TODAY)
    made = actions.save_draft(clerk, asked)
    with pytest.raises(Refused, match="先撤销岗位"):
        move(clerk, REGISTRATION, made.pk, "submit")
    post.state, post.end = "abolished", TODAY - timedelta(days=1)
    post.save()
    move(clerk, REGISTRATION, made.pk, "submit")
    move(officer, REGISTRATION, made.pk, "approve")
    employer.refresh_from_db()
    assert (employer.state, employer.end) == (Employer.State.CLOSED, TODAY)


@pytest.mark.django_db
def test_one_open_application_an_employer():
    employer = make.make_employer("E01", region="350203001")
    clerk = make.make_member(employer)
    actions.save_draft(clerk, actions.of_employer(employer, "change", clerk, TODAY))
    with pytest.raises(Refused, match="没有办完的申请"):
        actions.save_draft(clerk, actions.of_employer(employer, "close", clerk, TODAY))


@pytest.mark.django_db
def test_strangers_apply_for_nobody_else(signed_in):
    employer = make.make_employer("E01", region="350203001")
    stranger = make.make_member(make.make_employer("E01"))
    with pytest.raises(PermissionDenied):
        actions.save_draft(stranger, actions.of_employer(employer, "close", stranger, TODAY))
    assert signed_in(stranger).get(f"/posts/employers/{employer.pk}/apply/close/").status_code == 404


@pytest.mark.django_db
def test_colleagues_come_and_go(signed_in):
    employer = make.make_employer("E01", region="350203001")
    clerk = make.make_member(employer)
    client, address = signed_in(clerk), f"/posts/employers/{employer.pk}/colleagues/"
    page = client.post(address, {"username": "new.colleague", "display_name": "李莉"})
    password = page.context["password"]
    colleague = User.objects.get(username="new.colleague")
    assert colleague.check_password(password)
    assert password not in client.get(address).content.decode(), "told once"
    assert Employer.objects.visible_to(colleague).filter(pk=employer.pk).exists()
    officer = make.make_user("district_officer", region="350203")
    refused = client.post(address, {"username": officer.username, "display_name": str(officer)})
    assert "不能用" in refused.content.decode()
    client.post(f"{address}remove/", {"user": clerk.pk})
    assert not Membership.objects.filter(user=clerk).exists()
    with pytest.raises(Refused, match="至少要留一位"):
        actions.remove_colleague(colleague, employer, colleague.pk)


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_make_one_employer():
    clerk = make.make_user("employer_staff")
    made = handed_in(clerk)
    officers = [make.make_user("district_officer", region="350203") for _ in range(2)]
    together, outcomes = Barrier(2), []

    def decide(user: User, name: str) -> None:
        together.wait()
        try:
            move(user, REGISTRATION, made.pk, name, Decision("看过了"))
            outcomes.append("won")
        except Overtaken as refusal:
            outcomes.append(refusal.sentence)
        finally:
            connection.close()

    threads = [Thread(target=decide, args=(user, "approve")) for user in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each == "won" for each in outcomes) == [False, True]
    assert Employer.objects.filter(credit_code=made.credit_code).count() == 1
