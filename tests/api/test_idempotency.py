"""Idempotency-Key: a write sent again is answered the same and done once, two at a time as well."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from posts.models import Employer, NeedAssessment
from tests import builders as make
from tests.api.conftest import Caller, Calling
from tests.api.test_writes import NEEDS, need
from xmsw.api import tasks
from xmsw.api.models import KeptAnswer
from xmsw.celery import app

KEY = "3f1b2c00-0000-4000-8000-000000000001"


@pytest.fixture
def school(db) -> Employer:
    return make.make_employer("B02", region="350203001")


@pytest.fixture
def caller(calling: Calling, school: Employer) -> Caller:
    return calling(employer=school)


def sent(caller: Caller, body: Any, key: str = KEY, address: str = NEEDS) -> Any:
    return caller.post(address, body, Idempotency_Key=key)


@pytest.mark.django_db
class TestAgain:
    def test_the_same_request_is_answered_the_same_and_changes_nothing(self, caller: Caller, school: Employer):
        first = sent(caller, need(school))
        NeedAssessment.objects.update(headcount=7)
        again = sent(caller, need(school))
        assert (again.status_code, again.content) == (201, first.content)
        for name in ("Location", "ETag", "Content-Type"):
            assert again.headers[name] == first.headers[name]
        assert again.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first.headers
        assert NeedAssessment.objects.count() == 1

    def test_the_same_key_for_something_else_is_refused(self, caller: Caller, school: Employer):
        sent(caller, need(school))
        for body, address in ((need(school, headcount=3), NEEDS), (need(school), "inclusions")):
            answer = sent(caller, body, address=address)
            assert (answer.status_code, answer.json()["code"]) == (409, "key-reused")
        assert NeedAssessment.objects.get().headcount == 2

    def test_a_refused_write_leaves_nothing_and_its_key_free(self, caller: Caller, school: Employer):
        NeedAssessment.objects.create(**need(school, employer=school))
        assert sent(caller, need(school)).status_code == 409
        assert sent(caller, need(school, headcount="x")).status_code == 422
        assert not KeptAnswer.objects.exists()
        NeedAssessment.objects.all().delete()
        assert sent(caller, need(school)).status_code == 201
        assert NeedAssessment.objects.count() == 1

    def test_a_bulk_write_is_done_once_with_its_refusals(self, caller: Caller, school: Employer):
        body = {"items": [need(school), need(school), need(school, assessed_on="2026-01-06")]}
        first = sent(caller, body, address=f"{NEEDS}/bulk")
        again = sent(caller, body, address=f"{NEEDS}/bulk")
        assert again.content == first.content
        assert [each["status"] for each in again.json()["results"]] == [201, 409, 201]
        assert NeedAssessment.objects.count() == 2

    def test_a_key_is_the_accounts_own(self, caller: Caller, calling: Calling, school: Employer):
        sent(caller, need(school))
        other = calling(employer=school)
        assert sent(other, need(school, assessed_on="2026-01-06")).status_code == 201

    @pytest.mark.parametrize("key", ["", "a b", "长", "k" * 201])
    def test_a_key_that_is_none_is_told(self, caller: Caller, school: Employer, key: str):
        answer = sent(caller, need(school), key)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid-parameter")

    def test_who_lost_the_scope_is_not_answered_from_memory(self, caller: Caller, school: Employer):
        sent(caller, need(school))
        caller.client.scopes = [f"{NEEDS}:read"]
        caller.client.save()
        assert sent(caller, need(school)).json()["code"] == "scope"

    def test_answers_are_forgotten_after_the_time_that_is_promised(self, caller: Caller, school: Employer, settings):
        sent(caller, need(school))
        sent(caller, need(school, assessed_on="2026-01-06"), "younger")
        promised = timedelta(days=settings.API_KEY_DAYS)
        KeptAnswer.objects.filter(key=KEY).update(at=timezone.now() - promised - timedelta(minutes=1))
        KeptAnswer.objects.filter(key="younger").update(at=timezone.now() - promised + timedelta(minutes=1))
        assert tasks.forget() == 1
        assert [each.key for each in KeptAnswer.objects.all()] == ["younger"]
        assert "api.forget" in {each["task"] for each in app.conf.beat_schedule.values()} and "api.forget" in app.tasks


@pytest.mark.django_db(transaction=True)
def test_two_at_once_under_one_key_are_one_write(caller: Caller, school: Employer):
    barrier, answers = Barrier(4), []

    def send() -> None:
        try:
            barrier.wait()
            answers.append(sent(Caller(caller.client, caller.token, Client()), need(school)))
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert [each.status_code for each in answers] == [201] * 4
    assert len({each.content for each in answers}) == 1
    assert sum("Idempotency-Replayed" in each.headers for each in answers) == 3
    assert NeedAssessment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_goes_its_own_way_where_the_first_is_refused(caller: Caller, school: Employer):
    """The refused one rolls its key back; whoever waited for it finds the way free."""
    NeedAssessment.objects.create(**need(school, employer=school))
    barrier, answers = Barrier(2), []

    def send() -> None:
        try:
            barrier.wait()
            answers.append(sent(Caller(caller.client, caller.token, Client()), need(school)).status_code)
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers == [409, 409] and not KeptAnswer.objects.exists()
