"""A client asks for a token and uses it: what opens, what is refused, and how each refusal is told."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from oauth2_provider.models import AccessToken

from tests import builders as make
from tests.clients.conftest import READ, WRITE, unit_of
from tests.forms import post_form
from xmsw.clients import actions

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.clients.trial_urls")]


def later(**span: float) -> time_machine.travel:
    """The clock, moved on."""
    return time_machine.travel(timezone.now() + timedelta(**span), tick=True)


class TestTokens:
    def test_a_secret_is_changed_for_a_token_of_an_hour_that_opens_the_units_line_and_area(self, calling):
        inside, outside = make.make_employer("A01"), make.make_employer("A01", region="350206001")
        caller = calling(unit_of(), scopes=[READ, WRITE])
        answer = caller.token()
        told = answer.json()
        assert (answer.status_code, told["token_type"], told["expires_in"]) == (200, "Bearer", 3600)
        assert set(told["scope"].split()) == {READ, WRITE}
        assert "no-store" in answer.headers["Cache-Control"]
        seen = caller.get(told["access_token"]).json()
        assert inside.name in seen["names"] and outside.name not in seen["names"] and seen["may"]

    def test_an_employers_client_sees_the_employer_alone(self, calling):
        own, other = make.make_employer("A01"), make.make_employer("A01")
        seen = calling(employer=own.credit_code).get().json()["names"]
        assert seen == [own.name] and other.name not in seen

    def test_basic_authentication_is_understood(self, calling):
        caller = calling()
        told = base64.b64encode(f"{caller.client.client_id}:{caller.secret}".encode()).decode()
        asked = {"grant_type": "client_credentials"}
        answer = post_form(caller.http, "/api/v1/token", asked, headers={"Authorization": f"Basic {told}"})
        assert answer.status_code == 200

    def test_of_a_token_only_the_checksum_is_kept(self, calling):
        calling().token()
        kept = AccessToken.objects.get()
        assert kept.token == "" and len(kept.token_checksum) == 64

    def test_a_token_ends_after_its_hour(self, calling):
        caller = calling()
        token = caller.token().json()["access_token"]
        with later(minutes=59):
            assert caller.get(token).status_code == 200
        with later(minutes=61):
            assert caller.get(token).status_code == 401

    def test_scopes_can_be_asked_for_but_not_beyond_the_clients(self, calling):
        caller = calling(scopes=[READ])
        assert caller.token(scope=READ).json()["scope"] == READ
        refused = caller.token(scope=WRITE)
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")

    def test_a_scope_that_is_taken_away_is_gone_with_the_next_request(self, calling, admin):
        caller = calling(scopes=[READ, WRITE])
        token = caller.token().json()["access_token"]
        actions.change(admin, caller.client, actions.Terms("区平台", [READ], [], 300))
        assert caller.get(token).json()["scopes"] == [READ]

    def test_a_request_with_a_token_costs_one_query_to_know_who_asks(self, calling, django_assert_num_queries):
        caller = calling()
        token = caller.token().json()["access_token"]
        with django_assert_num_queries(3):  # who asks, the employers, the access log
            caller.get(token)

    @pytest.mark.parametrize("told", ["", "Bearer", "Bearer x", "Bearer \udcff", "Basic eDp5"])
    def test_without_a_token_the_answer_says_how_to_come(self, client, told):
        answer = client.get("/api/v1/trial", headers={"Authorization": told})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


class TestRefusals:
    @pytest.mark.parametrize(
        "told", [{"client_secret": "xmsw_wrong"}, {"client_id": "nobody"}, {"client_id": ""}, {"client_id": "a\x00b"}]
    )
    def test_wrong_credentials_are_all_refused_alike(self, calling, told):
        answer = calling().token(**told)
        assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})

    def test_the_secret_of_another_client_does_not_open(self, calling):
        assert calling().token(calling(label="另一个").secret).status_code == 401

    @pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token", "", "urn:x"])
    def test_no_other_grant_is_offered(self, calling, grant):
        answer = calling().token(grant_type=grant, username="a", password="b")
        assert answer.status_code == 400 and "error" in answer.json()

    def test_a_stopped_client_gets_no_token_and_its_tokens_are_useless_at_once_and_for_good(self, calling, admin):
        caller = calling()
        token = caller.token().json()["access_token"]
        actions.stop(admin, caller.client)
        assert caller.token().status_code == 401
        assert caller.get(token).status_code == 401
        actions.resume(admin, caller.client)
        assert caller.get(token).status_code == 401
        assert caller.get().status_code == 200

    def test_a_token_is_worth_nothing_while_its_client_is_stopped_however_it_came_to_be(self, calling):
        caller = calling()
        token = caller.token().json()["access_token"]
        type(caller.client).objects.filter(pk=caller.client.pk).update(stopped_at=timezone.now())
        assert caller.get(token).status_code == 401

    def test_a_foreign_network_is_refused_for_tokens_and_for_their_use(self, calling):
        caller = calling(networks=["10.1.0.0/16", "2001:db8::/32"])
        refused = caller.token()
        assert (refused.status_code, refused.json()["error"]) == (403, "access_denied")
        caller.http.defaults["REMOTE_ADDR"] = "10.1.200.7"
        token = caller.token().json()["access_token"]
        assert caller.get(token).status_code == 200
        assert caller.get(token, REMOTE_ADDR="::ffff:10.1.0.1").status_code == 200
        foreign = caller.get(token, REMOTE_ADDR="10.2.0.1")
        assert foreign.status_code == 403 and "网络地址" in foreign.json()["detail"]

    def test_a_client_ends_its_own_token_and_nobody_elses(self, calling):
        own, other = calling(), calling(label="另一个")
        token, foreign = (each.token().json()["access_token"] for each in (own, other))
        known = {"client_id": own.client.client_id, "client_secret": own.secret}
        for each in (token, foreign):
            assert post_form(own.http, "/api/v1/revoke", {"token": each, **known}).status_code == 200
        assert (own.get(token).status_code, other.get(foreign).status_code) == (401, 200)
        assert post_form(own.http, "/api/v1/revoke", {"token": foreign}).status_code == 401


class TestRotation:
    def test_old_and_new_secret_open_during_the_overlap_then_the_new_one_alone(self, calling, admin):
        caller = calling()
        new = actions.rotate(admin, caller.client, caller.client.secrets.get().pk)
        with later(days=6, hours=23):
            assert caller.token().status_code == caller.token(new).status_code == 200
        with later(days=7, hours=1):
            assert (caller.token().status_code, caller.token(new).status_code) == (401, 200)
        with later(days=366):
            assert caller.token(new).status_code == 401

    def test_a_secret_can_be_stopped_at_once_and_takes_the_tokens_with_it(self, calling, admin):
        caller = calling()
        token, old = caller.token().json()["access_token"], caller.client.secrets.get()
        new = actions.rotate(admin, caller.client, old.pk)
        actions.stop_secret(admin, caller.client, old.pk)
        assert (caller.token().status_code, caller.get(token).status_code) == (401, 401)
        assert caller.token(new).status_code == 200

    def test_the_secret_is_kept_nowhere(self, calling):
        caller = calling()
        kept = caller.client.secrets.get()
        assert caller.secret not in (kept.hash, kept.hint) and caller.secret.endswith(kept.hint)
