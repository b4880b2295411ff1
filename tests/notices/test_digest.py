"""The digest: one mail a day at one's own hour, by kind, of what is still unread; none when there is nothing."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from tests.notices.people import LATER, choose, confirmed, notify, states
from tests.notices.post_office import PostOffice, html_of, text_of
from xmsw.notices.addresses import choose as chosen
from xmsw.notices.kinds import Way
from xmsw.notices.letters import MOST
from xmsw.notices.models import Delivery, Notice, NoticeSettings
from xmsw.notices.sending import send_due

CHINA = ZoneInfo("Asia/Shanghai")


def at(hour: int, minute: int = 0, days: int = 1) -> datetime:
    """That time of day, so many days from today."""
    day = timezone.localdate() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHINA)


def test_one_mail_a_day_by_kind(db, post):
    clerk = confirmed()
    choose(clerk, "rectification", "digest")
    for title in ("证书甲", "证书乙"):
        notify(clerk, LATER, title)
    notify(clerk, "rectification", "整改丙")
    assert send_due(Way.NOW, at(9)) == 0
    assert send_due(Way.DIGEST, at(8)) == 1
    assert send_due(Way.DIGEST, at(8, 1)) == send_due(Way.DIGEST, at(8, 0, days=2)) == 0
    (mail,) = post.mails
    assert post.subjects() == ["【社工岗位平台】今日汇总：3 条提醒"]
    for said in (text_of(mail), html_of(mail)):
        places = [said.index(each) for each in ("证书登记快到期", "证书甲", "证书乙", "整改丙")]
        assert places == sorted(places)
        assert "/notices/settings/" in said
    assert states(clerk) == ["sent"] * 3


@pytest.mark.parametrize("hour", [0, 8, 23])
def test_it_comes_at_ones_own_hour(db, post, hour):
    clerk = confirmed()
    NoticeSettings.objects.update(digest_hour=hour)
    notify(clerk, LATER)
    due = Delivery.objects.get().next_try_at.astimezone(CHINA)
    assert (due.hour, due.minute) == (hour, 0)
    assert timedelta(0) < due - timezone.now() <= timedelta(days=1)
    assert send_due(Way.DIGEST, due - timedelta(minutes=1)) == 0
    assert send_due(Way.DIGEST, due) == 1


def test_what_was_read_is_left_out_and_nothing_is_no_mail(db, post):
    clerk, idle = confirmed(), confirmed()
    for user in (clerk, idle):
        for title in ("读过", "没读"):
            notify(user, LATER, title)
    Notice.objects.filter(title="读过").update(read_at=timezone.now())
    Notice.objects.filter(user=idle).update(read_at=timezone.now())
    assert send_due(Way.DIGEST, at(8)) == 1
    assert "没读" in text_of(post.mails[0]) and "读过" not in text_of(post.mails[0]).replace("没有读过", "")


def test_what_failed_comes_with_the_next_days_and_not_apart(db, mail_port):
    clerk = confirmed()
    notify(clerk, LATER, "昨天的")
    assert send_due(Way.DIGEST, at(8)) == 0
    notify(clerk, LATER, "今天的")
    Delivery.objects.filter(notice__title="今天的").update(next_try_at=at(8, days=2))
    Delivery.objects.filter(notice__title="昨天的").update(next_try_at=at(8, 20, days=2))
    office = PostOffice()
    with office.open(mail_port):
        assert send_due(Way.DIGEST, at(8, days=2)) == 1
        assert send_due(Way.DIGEST, at(9, days=2)) == 0
    assert "昨天的" in text_of(office.mails[0]) and "今天的" in text_of(office.mails[0])


def test_a_long_one_says_how_many_more(db, post):
    clerk = confirmed()
    for number in range(MOST + 2):
        notify(clerk, LATER, f"第{number}件")
    assert send_due(Way.DIGEST, at(8)) == 1
    assert "还有 2 条" in text_of(post.mails[0])
    assert set(states(clerk)) == {"sent"}


def test_a_changed_choice_or_hour_holds_for_what_waits(db, post):
    clerk = confirmed()
    notify(clerk, LATER, "改成即时")
    notify(clerk, "registration-digest", "不归他")
    chosen(clerk, {LATER: "now"}, 8)
    assert send_due(Way.NOW) == 1
    notify(clerk, LATER, "改成不发")
    chosen(clerk, {LATER: "portal"}, 8)
    assert send_due(Way.NOW) == 0
    chosen(clerk, {LATER: "digest"}, 23)
    notify(clerk, LATER, "改了钟点")
    chosen(clerk, {LATER: "digest"}, 5)
    due = Delivery.objects.get(state="queued").next_try_at.astimezone(CHINA)
    assert due.hour == 5
    assert post.subjects() == ["【社工岗位平台】改成即时"]


def test_two_senders_at_once_send_one_digest_each(transactional_db, post):
    clerks = [confirmed() for _ in range(12)]
    for each in clerks * 3:
        notify(each, LATER)
    start, sent = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        sent.append(send_due(Way.DIGEST, at(8)))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(sent) == len(post.mails) == len(set(post.receivers)) == 12
    assert all("今日汇总：3 条" in each for each in post.subjects())
