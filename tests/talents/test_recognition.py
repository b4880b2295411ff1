"""High-level talent: tags, benefits routed to the handling bureau, the special allowance, the 专技 file."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.utils import timezone

from supervision.runs import execute_here, start_run
from supervision.selectors.measures import measures
from talents.actions import benefits as actions
from talents.actions.specialists import confirm, holders
from talents.flows.benefits import ALLOWANCE, BENEFIT
from talents.models import (
    AllowanceRecommendation,
    BenefitApplication,
    BenefitType,
    HighLevelTag,
    SocialWorker,
    SpecialistFile,
    TalentCategory,
)
from tests import builders as make
from xmsw.accounts.models import User
from xmsw.workflow.actions import history, move
from xmsw.workflow.models import Waiting
from xmsw.workflow.refusals import Refused
from xmsw.workflow.registry import Decision

pytestmark = pytest.mark.django_db
TODAY = date.today()
SAID = Decision("材料齐全，已办结")


@pytest.fixture
def worker(db) -> SocialWorker:
    person = make.make_staff(make.make_employer("A01"), level=2, name="高层次")
    make.make_account(person)
    return person


def recognise(worker: SocialWorker, **dates: date) -> HighLevelTag:
    category, _ = TalentCategory.objects.get_or_create(name="领军人才", document="示例文件", start=make.LONG_AGO)
    fields = {"document": "示例〔2024〕1号", "recognised_by": "市民政局", "start": date(2024, 1, 1)} | dates
    return HighLevelTag.objects.create(worker=worker, category=category, **fields)


def application(worker: SocialWorker, name: str = "户籍落地") -> BenefitApplication:
    return BenefitApplication(worker=worker, type=BenefitType.objects.get(name=name))


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_officer_records_a_recognition_with_its_document(worker):
    client = logged_in(make.make_user("district_officer"))
    category = TalentCategory.objects.create(name="领军人才", document="示例文件", start=make.LONG_AGO)
    address = f"/people/{worker.pk}/high-level/new/"
    fields = {"category": category.pk, "recognised_by": "市民政局", "start": "2024-01-01"}
    refused = client.post(address, fields)
    assert refused.status_code == 422
    assert "没有文件不能认定" in refused.content.decode()
    assert client.post(address, fields | {"document": "示例〔2024〕1号"}).status_code == 302
    assert "高层次" in client.get("/people/high-level/").content.decode()
    assert "高层次人才认定" in client.get(f"/people/{worker.pk}/").content.decode(), "the timeline tells it"


def test_only_a_valid_recognition_opens_the_benefits(worker):
    with pytest.raises(Refused, match="没有有效的高层次人才认定"):
        actions.apply_for(worker.account, application(worker))
    recognise(worker, end=TODAY - timedelta(days=1))
    with pytest.raises(Refused, match="没有有效的高层次人才认定"):
        actions.apply_for(worker.account, application(worker))
    recognise(worker, start=date(2025, 1, 1))
    assert actions.apply_for(worker.account, application(worker)).state == "draft"


def test_one_open_application_a_type(worker):
    recognise(worker)
    first = actions.apply_for(worker.account, application(worker))
    with pytest.raises(Refused, match="已有一件申请在办"):
        actions.apply_for(worker.account, application(worker))
    actions.apply_for(worker.account, application(worker, "保障房申请"))
    move(worker.account, BENEFIT, first.pk, "withdraw")
    actions.apply_for(worker.account, application(worker))


def test_an_application_waits_at_the_handling_bureau_and_nowhere_else(worker):
    recognise(worker)
    made = actions.apply_for(worker.account, application(worker))
    move(worker.account, BENEFIT, made.pk, "submit")
    police = make.make_user("bureau_officer", bureau="public_security")
    education = make.make_user("bureau_officer", bureau="education")
    elsewhere = make.make_user("bureau_officer", bureau="public_security", region="350206")
    waiting = Waiting.objects.filter(flow="benefit")
    assert waiting.visible_to(police).count() == 1
    assert waiting.visible_to(education).count() == waiting.visible_to(elsewhere).count() == 0
    employer = made.employer
    employer.competent_bureau = "education"
    employer.save()
    assert waiting.visible_to(police).count() == 1, "the employer's own bureau has nothing to do with it"
    with pytest.raises(BenefitApplication.DoesNotExist):
        move(education, BENEFIT, made.pk, "accept")
    move(police, BENEFIT, made.pk, "accept")
    with pytest.raises(Refused, match="请选理由或写明意见"):
        move(police, BENEFIT, made.pk, "grant")
    move(police, BENEFIT, made.pk, "grant", SAID)
    made.refresh_from_db()
    assert (made.state, made.result, made.result_on) == ("granted", SAID.opinion, TODAY)
    assert [step.move for step in history("benefit", made.pk)] == ["grant", "accept", "submit"]
    assert not waiting.exists()


def days_ago(days: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() - timedelta(days=days), tick=False)


def test_a_past_day_counts_what_was_asked_for_and_granted_by_then(worker):
    recognise(worker)
    police, officer = make.make_user("bureau_officer", bureau="public_security"), make.make_user("city_officer")
    with days_ago(9):
        made = actions.apply_for(worker.account, application(worker))
    with days_ago(7):
        move(worker.account, BENEFIT, made.pk, "submit")
    with days_ago(5):
        move(police, BENEFIT, made.pk, "accept")
    with days_ago(3):
        move(police, BENEFIT, made.pk, "grant", SAID)
    told = [measures(officer, TODAY - timedelta(days=days))["三(一)-10"] for days in (8, 7, 4, 3, 0)]
    counted = [(0, 0), (1, 0), (1, 0), (1, 1), (1, 1)]
    assert told == [f"优惠待遇申请 {asked} 件，已落实 {granted} 件" for asked, granted in counted]


def test_a_benefit_entered_with_its_result_counts_from_that_day(worker):
    fields = {"tag": recognise(worker), "employer": worker.employments.get().employer}
    made = application(worker)
    for name, value in fields.items():
        setattr(made, name, value)
    made.state, made.result_on = "granted", TODAY - timedelta(days=3)
    made.save()
    officer = make.make_user("city_officer")
    told = [measures(officer, TODAY - timedelta(days=days))["三(一)-10"] for days in (4, 3)]
    assert told == ["优惠待遇申请 1 件，已落实 0 件", "优惠待遇申请 1 件，已落实 1 件"]


def test_a_past_day_counts_who_was_recommended_by_then(worker):
    city, june = make.make_user("city_officer"), date(TODAY.year - 1, 6, 10)
    district = make.make_user("district_officer")
    noon = datetime(june.year, 6, 10, 12, tzinfo=timezone.get_current_timezone())
    with time_machine.travel(noon, tick=False):
        named = AllowanceRecommendation(worker=worker, year=june.year, achievements="十年一线")
        move(district, ALLOWANCE, actions.recommend(district, named).pk, "submit")
    assert measures(city, june)["三(一)-11"] == f"{june.year} 年度推荐 1 人"
    assert measures(city, june - timedelta(days=1))["三(一)-11"] == f"{june.year} 年度还没有推荐人选"


def test_the_person_applies_in_the_own_account_and_follows_it(worker):
    recognise(worker)
    client = logged_in(worker.account)
    kind = BenefitType.objects.get(name="户籍落地")
    made = client.post(f"/people/{worker.pk}/benefits/new/", {"type": kind.pk, "statement": "随迁"})
    page = client.get(made.url).content.decode()
    assert "提交" in page
    assert "领军人才" in page
    client.post(f"/desk/benefit/{BenefitApplication.objects.get().pk}/move/", {"move": "submit"})
    assert "待受理" in client.get("/people/benefits/").content.decode()
    stranger = make.make_staff(make.make_employer("A01"))
    other = logged_in(make.make_account(stranger))
    assert other.get(made.url).status_code == 404
    assert other.post(f"/people/{worker.pk}/benefits/new/", {"type": kind.pk}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_applications_at_once_leave_one_open(worker):
    recognise(worker)
    answers: list[str] = []
    start = threading.Barrier(2)

    def act() -> None:
        try:
            start.wait(10)
            actions.apply_for(worker.account, application(worker))
            answers.append("made")
        except Refused as refusal:
            answers.append(refusal.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert sorted(answers)[0] == "made"
    assert "已有一件申请在办" in sorted(answers)[1]


def test_a_recommendation_goes_to_the_city_and_gets_its_result(worker):
    district, city = make.make_user("district_officer"), make.make_user("city_officer")
    made = actions.recommend(district, AllowanceRecommendation(worker=worker, year=2026, achievements="十年一线"))
    move(district, ALLOWANCE, made.pk, "submit")
    assert Waiting.objects.filter(flow="allowance").visible_to(city).count() == 1
    with pytest.raises(PermissionDenied):
        move(district, ALLOWANCE, made.pk, "forward")
    move(city, ALLOWANCE, made.pk, "forward")
    page = logged_in(city).get(ALLOWANCE.url(made)).content.decode()
    assert "登记入选" in page
    move(city, ALLOWANCE, made.pk, "grant", Decision("国务院文件"))
    made.refresh_from_db()
    assert (made.state, made.result_document) == ("granted", "国务院文件")
    with pytest.raises(Refused, match="这一年已经有一份推荐"):
        actions.recommend(district, AllowanceRecommendation(worker=worker, year=2026, achievements="再一次"))
    foreign = make.make_user("district_officer", region="350206")
    with pytest.raises(PermissionDenied):
        actions.recommend(foreign, AllowanceRecommendation(worker=worker, year=2027, achievements="不归本区"))


def test_human_resources_confirms_holders_of_its_area_in_bulk(worker):
    community = make.make_staff(make.make_employer("C02"), level=1, name="社区持证")
    abroad = make.make_staff(make.make_employer("A01", region="350206001"), level=1, name="外区持证")
    plain = make.make_staff(make.make_employer("A01"), name="无证")
    officer = make.make_user("bureau_officer", bureau="human_resources")
    assert set(holders(officer, TODAY)) == {worker, community}, "every line, the own area, certificate holders alone"
    client = logged_in(officer)
    chosen = {"worker": [worker.pk, community.pk, abroad.pk, plain.pk, "²", "9" * 30], "back": "file=no"}
    answer = client.post("/people/specialists/confirm/", chosen)
    assert answer.url == "/people/specialists/?file=no"
    assert "已把 2 人纳入" in client.get(answer.url).content.decode()
    assert set(SpecialistFile.objects.values_list("worker_id", flat=True)) == {worker.pk, community.pk}
    assert confirm(officer, [worker.pk], TODAY) == 0
    with pytest.raises(PermissionDenied):
        confirm(make.make_user("city_officer"), [worker.pk], TODAY)


def test_the_rule_warns_until_the_holder_is_in_the_file(worker):
    from supervision.models import Finding

    def findings() -> list[int]:
        execute_here(start_run(day=TODAY, present=True, reason="request", dispatch=False))
        return list(Finding.objects.filter(rule=41060, closed_on=None).values_list("employer_id", flat=True))

    assert findings() == [worker.employments.get().employer_id]
    confirm(make.make_user("bureau_officer", bureau="human_resources"), [worker.pk], TODAY)
    assert findings() == []


def test_the_clause_board_leads_to_the_pages_with_what_is_measured(worker):
    recognise(worker)
    page = logged_in(make.make_user("district_officer")).get("/supervision/clauses/").content.decode()
    assert "有效认定的高层次人才 1 人" in page
    assert "年度还没有推荐人选" in page
    for address in ("/people/high-level/", "/people/benefits/", "/people/allowances/", "/people/specialists/?file=no"):
        assert f'href="{address}"' in page, address
