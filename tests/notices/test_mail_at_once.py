"""Mail at once, against a real server: once, to whom it should go, and tried again when the server was away."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from posts.models import Membership
from tests import builders as make
from tests.notices.people import AT_ONCE, address_of, choose, confirmed, delivery, in_hours, notify, states
from tests.notices.post_office import PORTAL, PostOffice, html_of, text_of
from xmsw.accounts.models import OrgUnit
from xmsw.notices.deliveries import resend
from xmsw.notices.kinds import Way
from xmsw.notices.models import Delivery, Notice, NoticeSettings
from xmsw.notices.sending import send_due
from xmsw.notices.writing import Told, tell


def test_a_mail_says_title_text_and_a_link_and_comes_once(db, post):
    clerk = confirmed()
    notify(clerk, title="责令整改：<第 1 号>", text="证件 110101199003070031 的人。")
    assert send_due(Way.NOW) == 1
    assert send_due(Way.NOW) == 0
    (mail,) = post.mails
    assert post.receivers == [address_of(clerk)]
    assert post.subjects() == ["【社工岗位平台】责令整改：<第 1 号>"]
    link = f"{PORTAL}/notices/{Notice.objects.get().pk}/"
    assert link in text_of(mail) and link in html_of(mail)
    assert "责令整改：<第 1 号>" in text_of(mail) and "责令整改：&lt;第 1 号&gt;" in html_of(mail)
    assert "110101199003070031" not in mail.as_string() + text_of(mail) + html_of(mail)
    assert mail["List-Unsubscribe"] == f"<{PORTAL}/notices/settings/>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert states(clerk) == ["sent"]


def test_many_go_over_one_connection(db, post):
    clerk = confirmed()
    for number in range(5):
        notify(clerk, title=f"第 {number} 件")
    assert send_due(Way.NOW) == 5
    assert post.subjects() == [f"【社工岗位平台】第 {number} 件" for number in range(5)]
    assert post.connections == 1


def test_two_senders_at_once_send_each_mail_once(transactional_db, post):
    clerks = [confirmed() for _ in range(3)]
    for each in clerks * 10:
        notify(each)
    start, sent = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        sent.append(send_due(Way.NOW))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(sent) == len(post.mails) == 30
    assert len({each["Message-ID"] for each in post.mails}) == 30
    assert all(sent), "both took part"


def test_what_was_read_is_not_mailed(db, post):
    clerk = confirmed()
    notify(clerk)
    Notice.objects.update(read_at=timezone.now())
    assert send_due(Way.NOW) == 0
    assert (post.mails, states(clerk)) == ([], ["dropped"])


@pytest.mark.parametrize(
    "change",
    [
        lambda user: setattr(user, "is_active", False),
        lambda user: setattr(user, "role", "reviewer"),
        lambda user: NoticeSettings.objects.filter(user=user).update(address=None, confirmed_at=None),
        lambda user: NoticeSettings.objects.filter(user=user).update(address="clerk@example.invalid"),
    ],
    ids=["deactivated", "another role", "address gone", "an address of the demonstration"],
)
def test_who_may_not_get_it_any_more_gets_nothing(db, post, change):
    clerk = confirmed()
    notify(clerk)
    change(clerk)
    clerk.save()
    assert send_due(Way.NOW) == 0
    assert (post.mails, states(clerk)) == ([], ["dropped"])


def leaves(user):
    Membership.objects.filter(user=user).delete()


def is_moved(user):
    user.org_unit = OrgUnit.objects.get(bureau="civil_affairs", region_id="350206", valid_to=None)
    user.save()


@pytest.mark.parametrize(("role", "goes"), [("employer_staff", leaves), ("district_officer", is_moved)])
def test_what_waits_for_who_left_an_employer_or_a_unit_is_not_mailed(db, post, role, goes):
    user, stays = confirmed(role), confirmed(role)
    for each in (user, stays):
        if role == "employer_staff":
            Membership.objects.create(employer=make.make_employer("E01"), user=each)
        notify(each)
    user.display_name = "改名"
    user.save()
    assert states(user) == ["queued"], "another change of the account changes nothing"
    goes(user)
    assert (states(user), states(stays)) == (["dropped"], ["queued"])
    assert send_due(Way.NOW) == 1
    assert post.receivers == [address_of(stays)]
    assert Notice.objects.filter(user=user).count() == 1, "the portal keeps what was said"


def test_a_mail_that_failed_is_not_sent_again_to_who_left(db, post):
    clerk = confirmed()
    Membership.objects.create(employer=make.make_employer("E01"), user=clerk)
    notify(clerk)
    Delivery.objects.update(state="failed")
    leaves(clerk)
    assert resend(make.make_user("system_admin"), [delivery(clerk).pk]) == 0


def test_the_portal_only_means_no_mail(db, post):
    clerk = confirmed()
    choose(clerk, AT_ONCE, "portal")
    assert notify(clerk) == 1
    assert send_due(Way.NOW) == 0
    assert post.mails == []


def test_without_a_mail_server_named_nothing_is_tried(db, settings):
    clerk = confirmed()
    notify(clerk)
    settings.MAIL_ON = False
    assert send_due(Way.NOW) == 0
    assert delivery(clerk).attempts == 0


def test_a_server_that_was_away_gets_it_later_once(db, mail_port):
    clerk = confirmed()
    notify(clerk)
    assert send_due(Way.NOW) == 0
    row = delivery(clerk)
    assert (row.state, row.attempts, row.error) == ("queued", 1, "unreachable")
    assert row.next_try_at > timezone.now() + timedelta(minutes=4)
    office = PostOffice()
    with office.open(mail_port):
        assert send_due(Way.NOW) == 0, "it waits"
        assert send_due(Way.NOW, in_hours(0.2)) == 1
        assert send_due(Way.NOW, in_hours(9)) == 0
    assert len(office.mails) == 1


def test_a_server_that_stays_away_is_asked_ever_more_rarely_for_a_day(db, mail_port):
    clerk = confirmed()
    notify(clerk)
    moment, tries = timezone.now(), []
    while states(clerk) == ["queued"]:
        send_due(Way.NOW, moment)
        row = delivery(clerk)
        tries.append(row.next_try_at - moment)
        moment = row.next_try_at
    assert tries == sorted(tries) and tries[-1] <= timedelta(hours=4)
    assert timedelta(days=1) <= row.tried_at - row.first_tried_at < timedelta(hours=29)
    assert (row.state, row.error) == ("failed", "unreachable")
    office = PostOffice()
    with office.open(mail_port):
        assert send_due(Way.NOW, in_hours(100)) == 0


def test_a_refused_receiver_fails_at_once_and_others_get_theirs(db, post):
    wrong, right = confirmed(), confirmed()
    post.answers[address_of(wrong)] = "550 no such mailbox"
    notify(wrong)
    notify(right)
    assert send_due(Way.NOW) == 1
    assert (states(wrong), states(right)) == (["failed"], ["sent"])
    assert delivery(wrong).error == "refused"
    assert send_due(Way.NOW, in_hours(30)) == 0


def test_a_server_that_takes_it_later_is_asked_again(db, post):
    clerk = confirmed()
    post.answers[address_of(clerk)] = "451 try again later"
    notify(clerk)
    assert send_due(Way.NOW) == 0
    assert (delivery(clerk).state, delivery(clerk).error) == ("queued", "deferred")
    post.answers.clear()
    assert send_due(Way.NOW, in_hours(1)) == 1
    assert len(post.mails) == 1


def test_a_connection_that_breaks_with_the_mail_on_it_leaves_doubt_and_no_second_mail(db, post):
    clerk = confirmed()
    notify(clerk)
    post.broken = True
    assert send_due(Way.NOW) == 0
    post.broken = False
    assert states(clerk) == ["unclear"]
    assert send_due(Way.NOW, in_hours(30)) == 0
    assert len(post.mails) == 1, "the server had it"


def test_what_a_dead_sender_left_is_not_sent_again(db, post):
    clerk = confirmed()
    notify(clerk)
    Delivery.objects.update(state="sending", attempts=1, tried_at=timezone.now())
    assert send_due(Way.NOW, in_hours(0.1)) == 0
    assert states(clerk) == ["sending"]
    assert send_due(Way.NOW, in_hours(1)) == 0
    assert (states(clerk), post.mails) == (["unclear"], [])


def test_what_is_told_anew_while_it_is_being_sent_is_mailed_anew(db, post):
    person = confirmed("social_worker")
    said = Told(person.pk, 1, "returned", "更正申请未采纳", "", "/")
    tell("correction", [said])
    Delivery.objects.update(state="sending", attempts=1, tried_at=timezone.now())
    tell("correction", [said], again=True)
    assert send_due(Way.NOW) == 1
    assert send_due(Way.NOW) == 0


def test_old_mail_is_not_sent_when_the_server_is_named_at_last(db, post):
    clerk = confirmed()
    notify(clerk)
    assert send_due(Way.NOW, in_hours(80)) == 0
    assert (states(clerk), post.mails) == (["dropped"], [])
