"""The page 提醒设置: an address counts once confirmed; kinds of one's role only; the administrator sees what failed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests import builders as make
from tests.notices.people import AT_ONCE, LATER, address_of, confirmed, delivery, notify, states
from tests.notices.post_office import html_of, text_of
from xmsw.accounts.throttle import TRIES
from xmsw.notices.addresses import settings_of
from xmsw.notices.kinds import Way
from xmsw.notices.models import Notice, NoticeChoice
from xmsw.notices.sending import send_due
from xmsw.notices.state import mail_state

pytestmark = pytest.mark.django_db
ADDRESS = "clerk@office.cn"
NO_MAILBOXES = (f"a@{'é' * 60}.cn", "root@[127.0.0.1]", "root@[IPv6:::1]", "root@10.0.0.25")


def someone():
    """An account of a registered employer, without an address."""
    return make.make_member(make.make_employer("E01"))


def page(client) -> str:
    return client.get("/notices/settings/").content.decode()


def asked(client, address=ADDRESS):
    return client.post("/notices/settings/address/", {"address": address, "password": "pass-for-tests"})


def link(post) -> str:
    return re.search(r"https://portal\.xmsw\.cn(/notices/settings/confirm/\S+)", text_of(post.mails[-1]))[1]


def test_an_address_counts_once_confirmed(signed_in, post):
    clerk = someone()
    client = signed_in(clerk)
    assert asked(client).url == "/notices/settings/"
    notify(clerk)
    assert send_due(Way.NOW) == 0, "nothing but the confirmation goes to an unconfirmed address"
    assert ADDRESS in page(client) and "等待确认" in page(client)
    found = link(post)
    assert "确认这个邮箱" in client.get(found).content.decode()
    assert settings_of(clerk).address is None, "opening the link confirms nothing yet"
    client.post(found)
    assert "已确认" in page(client)
    notify(clerk)
    assert send_due(Way.NOW) == 1
    assert post.receivers == [ADDRESS] * 2


def test_a_new_address_leaves_the_old_one_until_it_is_confirmed(signed_in, post):
    clerk = confirmed("district_officer")
    client = signed_in(clerk)
    asked(client, "new@office.cn")
    assert settings_of(clerk).address == address_of(clerk)
    found = link(post)
    client.post(found)
    assert settings_of(clerk).address == "new@office.cn"
    assert "已经用过" in client.post(found, follow=True).content.decode()


def test_a_change_asks_for_the_password_and_tells_the_former_address(signed_in, post):
    clerk = confirmed("district_officer")
    client = signed_in(clerk)
    for password, said in (("", "请输入登录密码"), ("guessed", "密码不对")):
        answer = client.post("/notices/settings/address/", {"address": "new@office.cn", "password": password})
        assert answer.status_code == 422 and said in answer.content.decode()
    assert post.mails == []
    asked(client, "new@office.cn")
    client.post(link(post))
    assert post.receivers == ["new@office.cn", address_of(clerk)]
    said = text_of(post.mails[-1]) + html_of(post.mails[-1])
    assert "不再发到这里" in said and "new@office.cn" not in said
    client.post("/notices/settings/address/forget/")
    assert post.receivers[-1] == "new@office.cn" and "不再发到这里" in text_of(post.mails[-1])


def test_passwords_are_not_guessed_here(signed_in, post):
    client = signed_in(someone())
    given = {"address": ADDRESS, "password": "guessed"}
    for _ in range(TRIES):
        client.post("/notices/settings/address/", given)
    assert "输错的次数太多" in asked(client).content.decode()
    assert post.mails == []


def test_a_former_address_that_cannot_be_told_hinders_no_change(signed_in, post):
    clerk = confirmed("district_officer")
    post.answers[address_of(clerk)] = "550 no such mailbox"
    client = signed_in(clerk)
    asked(client, "new@office.cn")
    client.post(link(post))
    assert settings_of(clerk).address == "new@office.cn"


def test_a_link_is_good_for_a_day_for_its_own_account_and_as_it_was_sent(signed_in, client, post):
    clerk, other = someone(), someone()
    asked(signed_in(clerk))
    found = link(post)
    assert "不完整" in client.get(found[:-4] + "/", follow=True).content.decode()
    assert "另一个账号" in signed_in(other).post(found, follow=True).content.decode()
    signed_in(clerk)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        client.force_login(clerk)
        assert "超过一天" in client.post(found, follow=True).content.decode()
    assert settings_of(clerk).address is settings_of(other).address is None


@pytest.mark.parametrize(
    "address", ["", "写错", "a@b@c", "x@example.invalid", "a@office.cn\nBcc: b@office.cn", *NO_MAILBOXES]
)
def test_what_is_no_address_is_refused_with_a_sentence(signed_in, post, address):
    answer = asked(signed_in(someone()), address)
    assert answer.status_code == 422 and "没有提交成功" in answer.content.decode()
    assert post.mails == []


def test_a_server_that_is_away_is_told_at_once(signed_in, mail_port):
    answer = asked(signed_in(someone()))
    assert answer.status_code == 422 and "没有应答" in answer.content.decode()


def test_without_mail_the_page_says_so(signed_in):
    client = signed_in(someone())
    assert "还没有设置邮件" in page(client) and "请联系系统管理员" in page(client)
    assert asked(client).status_code == 422


def test_kinds_of_ones_role_are_chosen_and_no_others(signed_in, post):
    clerk = confirmed()
    client = signed_in(clerk)
    shown = page(client)
    assert "责令整改" in shown and "派给你的现场核查" not in shown and "抽调" not in shown
    ways = {f"way_{code}": way for code, way in ((AT_ONCE, "portal"), (LATER, "now"), ("standard-below", "digest"))}
    kept = {"way_first-registration": "digest"}
    answer = client.post("/notices/settings/", {**ways, **kept, "way_inspection": "now", "hour": "18"})
    assert answer.url == "/notices/settings/"
    assert settings_of(clerk).digest_hour == 18
    assert dict(NoticeChoice.objects.values_list("code", "way")) == {
        AT_ONCE: "portal", LATER: "now", "standard-below": "digest", "first-registration": "digest",
    }  # fmt: skip
    assert client.post("/notices/settings/", {**ways, **kept, "hour": "24"}).status_code == 422
    notify(clerk, AT_ONCE, "不发")
    notify(clerk, LATER, "即时发")
    assert send_due(Way.NOW) == 1
    assert post.subjects() == ["【社工岗位平台】即时发"]


def test_whoever_forgets_the_address_gets_nothing_more(signed_in, post):
    clerk = confirmed()
    notify(clerk)
    signed_in(clerk).post("/notices/settings/address/forget/")
    assert send_due(Way.NOW) == 0
    assert (post.subjects(), states(clerk)) == (["【社工岗位平台】提醒不再发到这个邮箱"], ["dropped"])


def test_the_link_in_a_mail_marks_it_read_and_leads_on(signed_in):
    clerk, other = confirmed(), confirmed()
    notify(clerk, url="/desk/")
    found = Notice.objects.get()
    assert signed_in(other).get(f"/notices/{found.pk}/").status_code == 404
    assert signed_in(clerk).get(f"/notices/{found.pk}/").url == "/desk/"
    found.refresh_from_db()
    assert found.read_at is not None


def test_the_administrator_sees_what_failed_but_not_what_it_says_and_sends_it_again(signed_in, post):
    clerk, admin = confirmed(), make.make_user("system_admin")
    post.answers[address_of(clerk)] = "550 no"
    notify(clerk, title="不该给管理员看的标题")
    send_due(Way.NOW)
    assert "有一封没有送到" in page(signed_in(clerk))
    client = signed_in(admin)
    shown = client.get("/notices/mail/?state=failed").content.decode()
    assert clerk.username in shown and "对方拒收" in shown and "责令整改" in shown
    assert "不该给管理员看的标题" not in shown
    post.answers.clear()
    client.post("/notices/mail/resend/", {"delivery": [delivery(clerk).pk, "x"]})
    assert send_due(Way.NOW) == 1
    client.post("/notices/mail/resend/", {"delivery": [delivery(clerk).pk]})
    assert send_due(Way.NOW) == 0, "what went out is not sent again"


@pytest.mark.parametrize("role", ["city_officer", "employer_staff", "reviewer"])
def test_mails_of_others_are_for_whoever_manages_accounts(signed_in, role):
    client = signed_in(make.make_user(role))
    assert client.get("/notices/mail/").status_code == 403
    assert client.post("/notices/mail/resend/", {"delivery": ["1"]}).status_code == 403


def test_health_tells_of_a_server_that_is_away_and_not_of_a_wrong_address(post, settings):
    clerk = confirmed()
    post.answers[address_of(clerk)] = "550 no"
    notify(clerk)
    send_due(Way.NOW)
    well, told = mail_state()
    assert well and "对方拒收 1 条" in told
    notify(clerk)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        well, told = mail_state()
        assert not well and "积压 1 条" in told
    settings.MAIL_ON = False
    assert mail_state()[0]
