"""An account that an employer's code opened may be the employer's: until an officer has met the person it sees what
that employer holds anyway, and gives and asks nothing beyond it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from posts.models import Employer
from talents.actions import corrections, stories
from talents.actions.learning import may_enter
from talents.actions.oneself import confirm, invite, join
from talents.flows.learning import LEARNING
from talents.models import Employment, PersonStory, SocialWorker, StandingRecord, SupervisionPair
from tests import builders as make
from tests.talents.hours import attend
from xmsw.accounts.models import LoginFailure, User
from xmsw.notices.models import Notice
from xmsw.workflow.actions import attach
from xmsw.workflow.refusals import Refused

TODAY = date.today()
PASSWORD = "Xiamen-317-社工"


@pytest.fixture
def worker(employer) -> SocialWorker:
    return make.make_staff(employer, name="张三丰")


@pytest.fixture
def elsewhere(worker) -> Employment:
    """A later employment at another employer, with pay."""
    held = make.make_employment(worker, make.make_employer("E01", region="350206001"), start=date(2024, 1, 1))
    make.make_pay(held, base=Decimal(12345))
    return held


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def pay_page(user: User, worker: SocialWorker) -> str:
    return logged_in(user).get(f"/payroll/people/{worker.pk}/").content.decode()


def test_an_employer_invites_only_whom_nobody_else_ever_employed(member, officer, worker, elsewhere):
    elsewhere.end = elsewhere.start + timedelta(days=30)
    elsewhere.save()
    with pytest.raises(Refused, match="请本人到区民政局开通账号"):
        invite(member, worker)
    page = logged_in(member).get(f"/people/{worker.pk}/").content.decode()
    assert "请本人到区民政局开通账号" in page and "邀请开通本人账号" not in page
    code, _ = invite(officer, worker)
    account = join(User(username="met"), code, worker.identity[-4:])
    assert "12,345" in pay_page(account, worker)


def test_whoever_registers_a_person_by_number_opens_nothing_that_others_hold(member, employer, elsewhere):
    worker = make.make_staff(elsewhere.employer, name="别家的人")
    make.make_pay(worker.employments.get(), base=Decimal(12345))
    data = {"name": "别家的人", "identity": worker.identity, "form": "contract", "start": f"{TODAY:%Y-%m-%d}"}
    client = logged_in(member)
    assert client.post(f"/people/posts/{make.make_post(employer).pk}/employ/", data).status_code == 302
    answer = client.post(f"/people/{worker.pk}/invite/", follow=True).content.decode()
    assert "请本人到区民政局开通账号" in answer
    assert not re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", answer)


def test_an_account_of_an_employers_code_sees_that_employers_rows_alone(member, employer, worker, officer):
    make.make_pay(worker.employments.get(), base=Decimal(6789))
    code, _ = invite(member, worker)
    account = join(User(username="unmet"), code, worker.identity[-4:])
    held = make.make_employment(worker, make.make_employer("E01", region="350206001"), start=date(2024, 1, 1))
    make.make_pay(held, base=Decimal(12345))
    make.make_appointment(worker, make.make_post(held.employer, name="别处的岗位"))
    pair = {"document": "-", "start": held.start}
    SupervisionPair.objects.create(supervisor=make.make_worker(), supervisee=worker, employer=held.employer, **pair)
    page = pay_page(account, worker)
    assert "6,789" in page and "12,345" not in page and held.employer.name not in page
    record = logged_in(account).get(f"/people/{worker.pk}/").content.decode()
    assert employer.name in record and "带身份证去区民政局确认" in record
    assert held.employer.name not in record and "别处的岗位" not in record
    assert not SupervisionPair.objects.visible_to(account).exists()
    confirm(officer, worker)
    assert "12,345" in pay_page(account, worker)
    assert SupervisionPair.objects.visible_to(account).exists()
    assert "带身份证去区民政局确认" not in logged_in(account).get(f"/people/{worker.pk}/").content.decode()


def test_only_the_officer_who_sees_the_person_confirms(member, employer, worker, officer):
    with pytest.raises(Refused, match="还没有开通"):
        confirm(officer, worker)
    make.make_account(worker, within=employer)
    for user in (member, worker.account, make.make_user("district_officer", region="350206")):
        with pytest.raises(PermissionDenied):
            confirm(user, worker)
    page = logged_in(officer).get(f"/people/{worker.pk}/").content.decode()
    assert "确认本人账号" in page and "还没有经区民政局当面确认" in page
    assert worker.account.username in page, "the person says whether this account is the own one"
    told = logged_in(officer).post(f"/people/{worker.pk}/confirm/", follow=True).content.decode()
    assert "已确认" in told and "确认本人账号</button>" not in told
    assert SocialWorker.objects.get(pk=worker.pk).account_met


def test_an_account_that_nobody_met_agrees_to_no_story(employer, worker, elsewhere):
    make.make_account(worker, within=employer)
    here, there = (
        PersonStory.objects.create(worker=worker, employer=each, title=f"写在{place}", text="-")
        for each, place in ((employer, "此处"), (elsewhere.employer, "别处"))
    )
    client = logged_in(worker.account)
    told = client.post(f"/people/stories/{here.pk}/consent/", {"agree": "yes"}, follow=True).content.decode()
    assert "不能在线同意" in told
    assert client.post(f"/people/stories/{there.pk}/consent/", {"agree": "yes"}).status_code == 404
    assert not PersonStory.objects.filter(consented_online=True).exists()
    stories.write(make.make_member(elsewhere.employer), PersonStory(worker=worker, title="新的", text="-"), {"title"})
    assert not Notice.objects.filter(user=worker.account).exists(), "a story elsewhere is not told to it either"


def test_an_account_that_nobody_met_asks_corrections_of_that_employers_records_alone(employer, worker, elsewhere):
    make.make_account(worker, within=employer)
    account = worker.account
    assert worker.identity not in logged_in(account).get("/people/corrections/choose/").content.decode()
    choose = logged_in(account).get("/people/corrections/choose/").content.decode()
    assert employer.name in choose and elsewhere.employer.name not in choose
    with pytest.raises(PermissionDenied):
        corrections.ask(account, worker, "employment_role", elsewhere, "主任", "录错")
    with pytest.raises(Refused, match="只能申请更正邀请你的单位的记录"):
        corrections.ask(account, worker, "name", worker, "张四丰", "录错")
    here = worker.employments.get(employer=employer)
    assert corrections.ask(account, worker, "employment_role", here, "主任", "录错").employer == employer


def test_with_a_former_employers_code_nothing_is_entered_or_read_that_a_former_employer_may_not(
    member, employer, worker, elsewhere, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    make.make_account(worker, within=employer)
    hours = attend(worker, 3, TODAY, state="draft")
    proof = attach(make.make_member(elsewhere.employer), LEARNING, hours.pk, "住院证明.pdf", b"%PDF-1.7")
    assert may_enter(worker.account, worker.pk) and proof.case(worker.account) == hours
    worker.employments.filter(employer=employer).update(end=TODAY - timedelta(days=1))
    assert not may_enter(worker.account, worker.pk)
    assert proof.case(worker.account) is None and proof.case(member) is None


def test_a_code_of_a_clerk_who_became_somebody_else_meets_nobody(member, employer: Employer, worker):
    """Whoever meets the person is an officer when the code is used; a code without one opens nothing."""
    code, _ = invite(member, worker)
    worker.invitations.update(employer=None)
    account = join(User(username="unmet"), code, worker.identity[-4:])
    StandingRecord.objects.create(worker=worker, region_id="350203", kind="party", body="-", start=TODAY, source="-")
    assert not Employment.objects.visible_to(account).exists()
    assert not StandingRecord.objects.visible_to(account).exists()


def test_a_code_is_one_code_however_it_is_typed(officer, worker):
    code, _ = invite(officer, worker)
    plain = code.replace("-", "")
    typed = [plain, plain.lower(), f"{plain[:1]}.{plain[1:]}", f"{plain[:5]} {plain[5:]}", f"{plain[:7]}-.{plain[7:]}"]
    fields = {"username": "guess", "password1": PASSWORD, "password2": PASSWORD}
    for place, each in enumerate(typed):
        Client().post("/people/join/", fields | {"code": each, "tail": f"000{place}"})
    told = Client().post("/people/join/", fields | {"code": f"{plain[:9]}.{plain[9:]}", "tail": worker.identity[-4:]})
    assert "试的次数太多" in told.content.decode()
    assert LoginFailure.objects.filter(kind="join").values("username").distinct().count() == 1
