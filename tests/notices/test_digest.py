"""The digest: one mail a day at one's own hour, by kind, of what is still unread; none when there is nothing."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from tests import builders as make
from tests.notices.people import LATER, address_of, choose, confirmed, notify, states
from tests.notices.post_office import PostOffice, html_of, text_of
from xmsw.accounts.models import User
from xmsw.notices.addresses import choose as chosen
from xmsw.notices.deliveries import resend
from xmsw.notices.kinds import Way
from xmsw.notices.letters import MOST
from xmsw.notices.models import Delivery, Notice, NoticeSettings
from xmsw.notices.sending import Sender, send_due

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


def told_at(moment: datetime, user: User, title: str) -> None:
    """A notice for the digest, written at that moment."""
    with time_machine.travel(moment, tick=False):
        notify(user, LATER, title)


@pytest.mark.parametrize(("before", "after", "due"), [(8, 18, 18), (8, 7, 7), (18, 8, 8)])
def test_an_hour_changed_after_the_days_digest_brings_no_second_one_that_day(db, post, before, after, due):
    clerk = confirmed()
    with time_machine.travel(at(before) - timedelta(hours=1), tick=False):
        chosen(clerk, {}, before)
        notify(clerk, LATER, "第一份")
    assert send_due(Way.DIGEST, at(before)) == 1
    told_at(at(before, 1), clerk, "改以前")
    with time_machine.travel(at(before, 2), tick=False):
        chosen(clerk, {LATER: "digest"}, after)
    told_at(at(before, 3), clerk, "改以后")
    assert send_due(Way.DIGEST, at(23, 59)) == 0
    assert send_due(Way.DIGEST, at(due, days=2) - timedelta(minutes=1)) == 0, "not at midnight: at the hour"
    assert send_due(Way.DIGEST, at(due, days=2)) == 1
    assert all(each in text_of(post.mails[1]) for each in ("改以前", "改以后"))


def test_an_hour_changed_before_the_days_digest_holds_the_same_day(db, post):
    clerk = confirmed()
    told_at(at(7), clerk, "今天的")
    with time_machine.travel(at(7, 30), tick=False):
        chosen(clerk, {LATER: "digest"}, 18)
    assert send_due(Way.DIGEST, at(17, 59)) == 0
    assert send_due(Way.DIGEST, at(18)) == 1


def test_a_failed_one_sent_again_by_the_administrator_waits_for_tomorrows(db, post):
    clerk, admin = confirmed(), make.make_user("system_admin")
    post.answers[address_of(clerk)] = "550 no"
    told_at(at(7), clerk, "昨天没有送到")
    assert send_due(Way.DIGEST, at(8)) == 0
    post.answers.clear()
    told_at(at(7, days=2), clerk, "今天的")
    assert send_due(Way.DIGEST, at(8, days=2)) == 1
    with time_machine.travel(at(9, days=2), tick=False):
        assert resend(admin, Delivery.objects.filter(state="failed").values_list("pk", flat=True)) == 1
    assert send_due(Way.DIGEST, at(9, 1, days=2)) == 0
    assert send_due(Way.DIGEST, at(0, 5, days=3)) == 0
    assert send_due(Way.DIGEST, at(8, days=3)) == 1
    assert "昨天没有送到" in text_of(post.mails[1])


@pytest.mark.parametrize("answer", ["451 later", "550 no"])
def test_a_day_whose_digest_was_not_taken_may_still_have_one(db, post, answer):
    clerk = confirmed()
    told_at(at(7), clerk, "第一份")
    post.answers[address_of(clerk)] = answer
    assert send_due(Way.DIGEST, at(8)) == 0
    post.answers.clear()
    Delivery.objects.update(state="queued", next_try_at=at(8, 5))
    assert send_due(Way.DIGEST, at(8, 5)) == 1


def test_what_may_have_arrived_was_the_days_digest(db, post):
    clerk = confirmed()
    told_at(at(7), clerk, "不确定")
    post.broken = True
    assert send_due(Way.DIGEST, at(8)) == 0
    post.broken = False
    told_at(at(7, 30), clerk, "同一天的")
    Delivery.objects.filter(state="queued").update(next_try_at=at(9))
    assert send_due(Way.DIGEST, at(9)) == 0
    assert send_due(Way.DIGEST, at(8, days=2)) == 1
    assert "不确定" not in text_of(post.mails[1])


def test_a_day_that_got_its_digest_after_the_run_began_gets_no_second_one(db, post, monkeypatch):
    """By another sender, between this one's settling and its first claim."""
    clerk, opened = confirmed(), Sender._open
    notify(clerk, LATER)

    def overtaken(sender: Sender) -> bool:
        NoticeSettings.objects.update(digested_on=at(8).date())
        return opened(sender)

    monkeypatch.setattr(Sender, "_open", overtaken)
    assert send_due(Way.DIGEST, at(8)) == 0
    assert states(clerk) == ["queued"]


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
