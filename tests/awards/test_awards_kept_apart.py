"""Pools, call-ups, funds and results: what an account not yet met, a second entry or a hurry must not reach."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from awards import commending, honouring
from awards.funds import enter
from awards.models import CallUp, PoolMember
from tests import builders as make
from tests.awards.rounds import TODAY, client_of, make_call, make_cycle, make_expert, make_nominee, make_person_member
from tests.awards.test_funds import line, make_fund
from tests.awards.test_honours import honour_of
from xmsw.workflow.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make.make_user("city_officer")


def test_an_account_that_no_officer_has_met_sees_neither_pool_nor_calls():
    employer = make.make_employer("E01")
    worker = make.make_staff(employer)
    member = make_person_member("350203", worker=worker)
    call = make_call(member)
    account = make.make_account(worker, within=employer)
    assert not PoolMember.objects.visible_to(account).exists()
    assert not CallUp.objects.visible_to(account).exists()
    worker.account_met = True
    worker.save()
    assert PoolMember.objects.visible_to(account).get() == member
    assert CallUp.objects.visible_to(account).get() == call


def test_an_outside_expert_is_in_a_pool_once_at_a_time():
    make_expert(name="外聘甲", organisation="某大学")
    make_expert(name="外聘甲", organisation="另一所大学")
    with pytest.raises(IntegrityError, match="an_outside_expert_is_in_a_pool_once_at_a_time"), transaction.atomic():
        make_expert(name="外聘甲", organisation="某大学")


def test_the_ledger_of_a_fund_tells_no_part_of_an_identity_number():
    officer, fund, worker = make.make_user("district_officer"), make_fund(), make.make_worker()
    enter(officer, fund, line("donation", "500", party="某企业"))
    enter(officer, fund, line("grant", "200", worker=worker))
    page = client_of(officer).get(f"/awards/funds/{fund.pk}/").content.decode()
    assert worker.name in page
    assert worker.identity_mask not in page and worker.identity[:6] not in page


def test_results_wait_until_every_nominee_was_looked_at(city):
    cycle = make_cycle("preliminary", level="province", quota=2)
    winner, waiting = make_nominee(cycle), make_nominee(cycle, "recommended")
    with pytest.raises(Refused, match="还有 1 名人选没有初审"):
        commending.enter_results(city, cycle, [winner.pk], TODAY, "省优秀社工", "闽民〔2026〕3号")
    waiting.state = "eligible"
    waiting.save()
    assert commending.enter_results(city, cycle, [winner.pk], TODAY, "省优秀社工", "闽民〔2026〕3号")


@pytest.mark.parametrize(("level", "proposed"), [("nation", 1), ("province", 1), ("district", 0)])
def test_who_is_recorded_as_a_higher_winner_is_proposed_for_the_pool(city, level, proposed):
    worker = make.make_staff(make.make_employer("E01"))
    honouring.record(city, honour_of(worker, level))
    assert PoolMember.objects.proposed().filter(worker=worker, region="3502").count() == proposed
