"""The as-of date: asked for once, kept for the session; a past day may be looked at, not changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from supervision.models import Run
from tests.builders import make_user
from xmsw.accounts.roles import Role

pytestmark = pytest.mark.django_db
PAGE = "/policy/"
START = "/supervision/runs/start/"


@pytest.fixture
def officer(client: Client) -> Client:
    client.force_login(make_user(Role.CITY_OFFICER))
    return client


def shown(answer: object) -> tuple[date, bool]:
    return answer.context["on"], answer.context["is_past"]


def today() -> date:
    return timezone.localdate()


def test_without_a_word_it_is_today(officer: Client) -> None:
    answer = officer.get(PAGE)
    assert shown(answer) == (today(), False)
    assert "past-banner" not in answer.content.decode()


def test_a_past_day_is_kept_for_the_session_until_it_is_cleared(officer: Client) -> None:
    assert shown(officer.get(f"{PAGE}?on=2024-06-30")) == (date(2024, 6, 30), True)
    later = officer.get("/posts/")
    assert shown(later) == (date(2024, 6, 30), True)
    assert "正在查看" in later.content.decode() and "is-past" in later.content.decode()
    assert shown(officer.get(f"{PAGE}?on=")) == (today(), False)
    assert shown(officer.get("/posts/")) == (today(), False)


def test_today_itself_and_yesterday(officer: Client) -> None:
    assert shown(officer.get(f"{PAGE}?on={today()}")) == (today(), False)
    yesterday = today() - timedelta(days=1)
    assert shown(officer.get(f"{PAGE}?on={yesterday}")) == (yesterday, True)


@pytest.mark.parametrize("text", ["昨天", "2024-13-01", "2024-02-30", "0", "2024-06-30'--", "\x00"])
def test_nonsense_leads_to_today_with_a_message(officer: Client, text: str) -> None:
    officer.get(f"{PAGE}?on=2024-06-30")
    answer = officer.get(PAGE, {"on": text})
    assert shown(answer) == (today(), False)
    assert "写法不对" in answer.content.decode()


def test_a_future_day_leads_to_today_with_a_message(officer: Client) -> None:
    answer = officer.get(f"{PAGE}?on={today() + timedelta(days=1)}")
    assert shown(answer) == (today(), False)
    assert "不能查看将来的日期" in answer.content.decode()


def test_the_form_of_the_date_keeps_the_filters_but_not_the_page_number(officer: Client) -> None:
    answer = officer.get("/posts/?kind=C02&q=a&after=x&export=no&on=2024-06-30")
    assert sorted(answer.context["kept_query"]) == [("kind", "C02"), ("q", "a")]
    assert answer.context["today_url"] == "/posts/?kind=C02&q=a&on="


def test_changes_are_refused_on_a_past_day_and_work_again_today(officer: Client) -> None:
    officer.get(f"{PAGE}?on=2024-06-30")
    answer = officer.post(START, headers={"Referer": "http://testserver/supervision/runs/"})
    assert answer.status_code == 409
    assert "过去的日期不能修改" in answer.content.decode()
    assert 'href="/supervision/runs/?on="' in answer.content.decode()
    assert not Run.objects.exists()
    officer.get(f"{PAGE}?on=")
    assert officer.post(START).status_code == 302
    assert Run.objects.count() == 1


@pytest.mark.parametrize("referer", ["", "https://example.org/supervision/", "javascript:alert(1)", "//example.org/x"])
def test_the_way_back_never_leaves_the_portal(officer: Client, referer: str) -> None:
    officer.get(f"{PAGE}?on=2024-06-30")
    answer = officer.post(START, headers={"Referer": referer})
    assert answer.context["today_url"] == "/?on="


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_every_way_of_writing_is_refused(officer: Client, method: str) -> None:
    officer.get(f"{PAGE}?on=2024-06-30")
    assert getattr(officer, method)(PAGE).status_code == 409


def test_one_may_sign_out_from_the_past(officer: Client) -> None:
    officer.get(f"{PAGE}?on=2024-06-30")
    assert officer.post("/accounts/logout/").status_code == 302
    assert "_auth_user_id" not in officer.session


def test_the_day_does_not_pass_to_the_next_account(officer: Client) -> None:
    officer.get(f"{PAGE}?on=2024-06-30")
    officer.post("/accounts/logout/")
    officer.force_login(make_user(Role.DISTRICT_OFFICER))
    assert shown(officer.get(PAGE)) == (today(), False)


def test_a_fragment_whose_session_is_over_sends_the_whole_page_to_sign_in(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/posts/?q=a"}
    answer = client.get("/posts/", headers=headers)
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=%2Fposts%2F%3Fq%3Da"
