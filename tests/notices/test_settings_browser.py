"""提醒设置 in a real browser, on a phone: mail turned on, the address confirmed by the mailed link, ways chosen; and
the mails themselves, as a mail program shows them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import builders as make
from tests.browser import accessibility
from tests.notices.people import AT_ONCE, LATER, confirmed, notify
from tests.notices.post_office import html_of, text_of
from xmsw.notices.addresses import settings_of
from xmsw.notices.kinds import Way
from xmsw.notices.models import Delivery
from xmsw.notices.sending import send_due

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "pass-for-tests"
ADDRESS = "clerk.of.a.rather.long.name@welfare-office.xiamen.cn"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 900}
SAID = "「社会工作者薪酬指导标准」要求补足。" * 8


def link(post) -> str:
    return re.search(r"https?://\S+/notices/settings/confirm/\S+", text_of(post.mails[-1]))[0]


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_mail_is_turned_on_confirmed_and_chosen_on_a_phone(page_as, page, post, settings, live_server):
    settings.PORTAL_URL = live_server.url
    clerk = make.make_member(make.make_employer())
    page.set_viewport_size(PHONE)
    page_as(clerk).goto("/notices/")
    page.get_by_role("link", name="提醒设置").first.click()
    page.get_by_text("还没有邮箱，提醒只在系统内").wait_for()
    assert fits(page) and not accessibility(page)
    refused(page, post)
    asked(page, clerk, post)
    turned_on(page, clerk, post)
    chosen(page, clerk)
    taken_back(page, clerk, post)


def refused(page, post):
    page.get_by_role("textbox", name="邮箱").fill("clerk＠office")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="发确认邮件").click()
    page.get_by_text("邮箱写法不对，应为 name@example.cn 这样的格式。").first.wait_for()
    assert page.get_by_role("textbox", name="邮箱").input_value() == "clerk＠office", "what was typed stays"
    assert fits(page) and not accessibility(page)
    assert post.mails == []


def asked(page, clerk, post):
    page.get_by_role("textbox", name="邮箱").fill(ADDRESS)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="发确认邮件").click()
    page.get_by_text(f"确认邮件已发到 {ADDRESS}").wait_for()
    page.get_by_text("等待确认").wait_for()
    assert fits(page)
    assert post.receivers == [ADDRESS]
    notify(clerk)
    assert send_due(Way.NOW) == 0, "nothing but the confirmation goes to an unconfirmed address"


def turned_on(page, clerk, post):
    page.goto(link(post))
    page.get_by_role("heading", name="确认邮箱").wait_for()
    assert fits(page) and not accessibility(page)
    assert settings_of(clerk).address is None, "opening the link confirms nothing yet"
    page.get_by_role("button", name="确认这个邮箱").click()
    page.get_by_text("邮箱已确认，以后的提醒会发到这里。").wait_for()
    page.get_by_text("已确认，提醒发到这里").wait_for()
    assert fits(page) and not accessibility(page)


def chosen(page, clerk):
    page.get_by_label("责令整改").select_option("每日汇总邮件")
    page.get_by_label("每日汇总在几点发").select_option("18:00")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("提醒设置已保存。").wait_for()
    assert page.get_by_label("每日汇总在几点发").input_value() == "18"
    assert page.get_by_label("责令整改").input_value() == "digest"
    notify(clerk)
    due = timezone.localtime(Delivery.objects.get().next_try_at)
    assert (due.hour, Delivery.objects.get().way) == (18, "digest")


def taken_back(page, clerk, post):
    page.get_by_role("button", name="删除邮箱").click()
    page.get_by_text("邮箱已删除，提醒只在系统内。").wait_for()
    page.get_by_text("还没有邮箱").wait_for()
    assert send_due(Way.DIGEST, timezone.now() + timedelta(days=1)) == 0
    assert len(post.mails) == 1


def test_letters_are_read_on_a_phone_and_at_a_desk(page, post):
    """Both mails: their words, one button that leads to the portal, no wider than the screen, nothing hard to read."""
    clerk = confirmed()
    url = "https://gov.example.cn/" + "a" * 90
    notify(clerk, AT_ONCE, "责令整改：厦思民社工改〔2026〕12号", f"{SAID}\n请看 {url}")
    for number in range(3):
        notify(clerk, LATER, f"林小明的证书登记还有 {number + 1} 天到期", "登记证号 350203201900" * 4)
    assert send_due(Way.NOW) == 1
    assert send_due(Way.DIGEST, timezone.now() + timedelta(days=1)) == 1
    for mail, words in zip(post.mails, ("到平台查看", "查看全部提醒"), strict=True):
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            page.set_content(html_of(mail))
            assert fits(page), words
            assert page.get_by_role("link", name=words).bounding_box()["height"] >= 40, "a finger finds it"
            assert not accessibility(page)
