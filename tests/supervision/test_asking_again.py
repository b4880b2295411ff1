"""Who is judged again, and when: parameters during a run, standards, second employers, runs that outlive their day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from payroll.benchmarking import months_back
from payroll.publishing import publish
from supervision.models import Run
from supervision.recheck import drain
from supervision.runs import execute_here, execute_shard, rescue, start_run
from tests import builders as make
from xmsw.policy.actions import set_parameter
from xmsw.policy.recheck import RecheckRequest

pytestmark = pytest.mark.django_db
TODAY = date.today()


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    monkeypatch.setattr("supervision.runs.send", lambda ids: None)
    RecheckRequest.objects.all().delete()


def begin() -> Run:
    return start_run(day=TODAY, present=True, reason="request", dispatch=False)


def test_a_parameter_changed_during_a_run_is_asked_again_after_it():
    run = begin()
    execute_shard(run.shards.first().pk)
    set_parameter(make.make_user("city_officer"), "insurance_grace_days", "20", TODAY, "会议纪要")
    drain()
    assert RecheckRequest.objects.filter(employer_id=None).exists(), "not swallowed by the run under way"
    execute_here(run)
    drain()
    assert Run.objects.filter(reason=Run.Reason.PARAMETER).exists()
    assert not RecheckRequest.objects.filter(employer_id=None).exists()


def test_a_new_standard_asks_for_everybody():
    make.make_standard(sector="social", start=TODAY)
    assert RecheckRequest.objects.filter(employer_id=None).exists()


def test_an_appointment_concerns_every_employer_of_the_person():
    first, second = (make.make_employer("E01", region="350203001") for _ in range(2))
    worker = make.make_worker()
    for employer in (first, second):
        make.make_employment(worker, employer)
    post = make.make_post(first)
    RecheckRequest.objects.all().delete()
    make.make_appointment(worker, post)
    assert set(RecheckRequest.objects.values_list("employer_id", flat=True)) == {first.pk, second.pk}


def test_changed_benchmarks_ask_for_the_employers_of_their_city():
    employer = make.make_employer("E01", region="350203001")
    month = months_back(TODAY, 3)
    for _ in range(6):
        make.make_pay(make.make_employment(make.make_worker(), employer), period=month)
    RecheckRequest.objects.all().delete()
    publish(month, TODAY, reason="测试")
    assert RecheckRequest.objects.filter(employer_id=employer.pk).exists()
    RecheckRequest.objects.all().delete()
    publish(month, TODAY, reason="测试")
    assert not RecheckRequest.objects.exists(), "the same figures ask for nothing"


def test_a_run_that_outlives_its_day_is_replaced():
    old = begin()
    Run.objects.filter(pk=old.pk).update(day=TODAY - timedelta(days=1))
    execute_shard(old.shards.first().pk)
    assert not old.shards.filter(done_at__isnull=False).exists(), "yesterday is not written over today"
    rescue()
    old.refresh_from_db()
    assert old.state == Run.State.FAILED
    assert Run.objects.filter(day=TODAY, present=True, state=Run.State.RUNNING).exists()
