"""Mails that ask for a confirmation: who may have them sent, how many go out, whose words they are."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import builders as make
from tests.notices.post_office import html_of, text_of
from xmsw.accounts import throttle
from xmsw.accounts.models import LoginFailure
from xmsw.notices import addresses
from xmsw.workflow.refusals import Refused

pytestmark = pytest.mark.django_db
ADDRESS, HERE = "clerk@office.cn", "192.0.2.1"


@pytest.fixture
def employer():
    return make.make_employer("E01", region="350203001")


def met(**fields):
    return make.make_account(make.make_worker(), **fields)


def asks(user, address=ADDRESS, network_address=HERE) -> bool:
    """Whether a mail went out; False where too many did."""
    try:
        addresses.ask(user, address, network_address)
    except Refused as refusal:
        assert "刚刚发过几封" in refusal.sentence
        return False
    return True


def test_who_merely_signed_up_has_no_mail_sent(employer, signed_in, post):
    for user in (make.make_user("employer_staff"), met(within=employer)):
        client = signed_in(user)
        answer = client.post(reverse("notices:address"), {"address": ADDRESS, "password": "pass-for-tests"})
        assert answer.status_code == 422 and "单位登记通过" in answer.content.decode()
        shown = client.get(reverse("notices:settings")).content.decode()
        assert "单位登记通过" in shown and "发确认邮件" not in shown
    assert post.mails == []


@pytest.mark.parametrize("role", ["city_officer", "bureau_officer", "reviewer", "system_admin"])
def test_who_was_let_in_has(employer, post, role):
    for user in (make.make_user(role), make.make_member(employer), met()):
        assert asks(user)
    assert len(post.mails) == 3


def test_a_mail_to_a_stranger_has_no_word_of_the_account(employer, post):
    assert asks(make.make_member(employer, display_name="你中奖了\r\n请打开 https://evil.cn"))
    (mail,) = post.mails
    for said in (text_of(mail), html_of(mail), mail["Subject"]):
        assert "evil" not in said and "中奖" not in said


def test_one_account_asks_a_few_times_an_hour(employer, post):
    clerk = make.make_member(employer)
    assert [asks(clerk) for _ in range(throttle.MAILS + 1)] == [True] * throttle.MAILS + [False]
    more = throttle.MAILS_OF_AN_ACCOUNT - throttle.MAILS
    assert [asks(clerk, f"{at}@office.cn") for at in range(more + 1)] == [True] * more + [False]
    assert len(post.mails) == throttle.MAILS_OF_AN_ACCOUNT


def test_many_accounts_do_not_fill_a_mailbox_nor_keep_its_officer_out(employer, post):
    victim = make.make_user("district_officer")
    crowd = [make.make_member(employer) for _ in range(throttle.MAILS_TO_A_MAILBOX + 1)]
    sent = [asks(each, ADDRESS.upper(), f"192.0.2.{at}") for at, each in enumerate(crowd, start=1)]
    assert sent == [True] * throttle.MAILS_TO_A_MAILBOX + [False]
    assert asks(victim), "an officer confirms his own mailbox whatever others asked"


def test_one_account_that_asks_for_an_others_mailbox_hinders_nobody(employer, post):
    nuisance, owner = make.make_member(employer), make.make_member(employer)
    while asks(nuisance):
        pass
    assert asks(owner)


def test_mails_are_counted_by_network_address_and_in_all(employer, post, monkeypatch):
    monkeypatch.setattr(throttle, "MAILS_FROM_AN_ADDRESS", 2)
    monkeypatch.setattr(throttle, "MAILS_IN_ALL", 3)
    clerks = [make.make_member(employer) for _ in range(5)]
    places = (HERE, HERE, HERE, "192.0.2.2", "192.0.2.3")
    sent = [asks(each, f"{each.username}@office.cn", place) for each, place in zip(clerks, places, strict=True)]
    assert sent == [True, True, False, True, False]


def test_what_is_counted_names_no_mailbox(employer, post):
    asks(make.make_member(employer))
    (kept,) = LoginFailure.objects.values()
    assert "office" not in str(kept).lower()
