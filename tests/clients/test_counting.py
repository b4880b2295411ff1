"""Rates are counted in Valkey, for all processes alike; every call is written down, without values that name people."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import InternalError, transaction
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from tests import builders as make
from xmsw.clients import throttling
from xmsw.clients.models import ApiCall
from xmsw.clients.tasks import prune

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.clients.trial_urls")]
NOON = timezone.now().replace(hour=4, minute=0, second=10, microsecond=0)


class TestRates:
    def test_a_client_is_refused_beyond_its_rate_until_the_next_minute(self, calling):
        with time_machine.travel(NOON, tick=False) as clock:
            caller = calling(rate=2)
            token = caller.token().json()["access_token"]
            answers = [caller.get(token) for _ in range(3)]
            assert [each.status_code for each in answers] == [200, 200, 429]
            assert [each.headers["RateLimit-Remaining"] for each in answers] == ["1", "0", "0"]
            assert answers[0].headers["RateLimit-Limit"] == "2" and answers[0].headers["RateLimit-Reset"] in (
                "50",
                "51",
            )
            assert answers[2].headers["Retry-After"] in ("50", "51")
            clock.shift(51)
            assert caller.get(token).status_code == 200

    def test_clients_do_not_use_up_each_others_rate(self, calling):
        with time_machine.travel(NOON, tick=False):
            one, other = calling(rate=1), calling(rate=1, label="另一个")
            tokens = [each.token().json()["access_token"] for each in (one, other)]
            assert [one.get(tokens[0]).status_code for _ in range(2)] == [200, 429]
            assert other.get(tokens[1]).status_code == 200

    def test_an_officers_browser_has_a_rate_of_its_own(self, settings):
        settings.API_SESSION_RATE = 1
        client = Client()
        client.force_login(make.make_user("city_officer"))
        with time_machine.travel(NOON, tick=False):
            assert [client.get("/api/v1/trial").status_code for _ in range(2)] == [200, 429]

    def test_tokens_are_asked_for_so_often_from_an_address(self, calling, settings):
        settings.API_ADDRESS_RATE = 2
        with time_machine.travel(NOON, tick=False):
            caller = calling()
            answers = [caller.token("wrong"), caller.token("wrong"), caller.token()]
            assert [each.status_code for each in answers] == [401, 401, 429]
            assert answers[2].json()["error"] == "slow_down" and answers[2].headers["Retry-After"] in ("50", "51")
            caller.http.defaults["REMOTE_ADDR"] = "203.0.113.9"
            assert caller.token().status_code == 200

    def test_without_the_broker_requests_pass_and_the_log_says_so(self, calling, settings, caplog):
        caller = calling(rate=1)
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        token = caller.token().json()["access_token"]
        assert [caller.get(token).status_code for _ in range(2)] == [200, 200]
        assert "requests are not counted" in caplog.text


class TestLog:
    def test_a_call_is_written_down_with_who_what_and_how_it_went(self, calling):
        caller = calling()
        token = caller.token().json()["access_token"]
        caller.http.get("/api/v1/trial?area=350203&name=王小明&limit=5", headers={"Authorization": f"Bearer {token}"})
        asked, used = ApiCall.objects.order_by("pk")
        assert (asked.method, asked.route, asked.status, asked.client) == ("POST", "token", 200, caller.client)
        assert (used.path, used.route, used.status, used.client) == ("/api/v1/trial", "trial", 200, caller.client)
        assert (used.user, used.address) == (caller.client.account, "127.0.0.1") and used.bytes > 0
        assert used.query == "area=350203&name=•&limit=5"

    def test_refusals_are_written_down_too(self, calling):
        caller = calling(networks=["10.0.0.0/8"])
        caller.token("wrong")
        caller.token()
        told = list(ApiCall.objects.order_by("pk").values_list("status", "problem", "client"))
        assert told == [(401, "invalid_client", None), (403, "access_denied", caller.client.pk)]

    @pytest.mark.parametrize("change", [{"status": 500}, None])
    def test_no_call_is_edited_or_removed(self, calling, change):
        calling().token()
        with pytest.raises(InternalError), transaction.atomic():
            ApiCall.objects.update(**change) if change else ApiCall.objects.all().delete()

    def test_only_the_daily_task_removes_what_is_older_than_the_log_is_kept(self, calling, settings):
        calling().token()
        settings.API_LOG_DAYS = 30
        with time_machine.travel(timezone.now() + timedelta(days=29)):
            prune()
            assert ApiCall.objects.count() == 1 and not AccessToken.objects.exists()
        with time_machine.travel(timezone.now() + timedelta(days=31)):
            assert prune() == 1
        assert throttling.count("still-there", 1).admitted
