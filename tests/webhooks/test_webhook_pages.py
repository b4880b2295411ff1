"""A client's webhooks on the pages: whoever sees the client sees them, whoever manages clients acts."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import builders as make
from tests.webhooks.conftest import Receiver, Subscribing, told
from xmsw.webhooks.models import Delivery
from xmsw.webhooks.sending import send_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(subscribing: Subscribing, receiver: Receiver):
    """A subscription whose first message was refused."""
    hook = subscribing(url=f"{receiver.url}?key=7f3c91")
    receiver.statuses = [500]
    make.make_post(make.make_employer("A01", region="350203001"))
    told()
    send_due()
    return hook


def page(hook, name: str = "deliveries") -> str:
    return reverse(f"hooks:{name}", args=[hook.id])


def test_the_clients_page_lists_its_webhooks_and_leads_to_their_messages(failed, signed_in, admin):
    browser = signed_in(admin)
    shown = browser.get(reverse("clients:client", args=[failed.caller.client.pk])).content.decode()
    assert "连续失败 1 次" in shown and page(failed) in shown
    listed = browser.get(page(failed)).content.decode()
    assert "岗位 1 处变更" in listed and "对方回应 500。" in listed and "失败，会重试" in listed
    for text in (shown, listed):
        assert "7f3c91" not in text and failed.secret not in text


def test_the_administrator_sends_again_and_stops(failed, signed_in, admin, receiver: Receiver):
    browser, message = signed_in(admin), Delivery.objects.get()
    answer = browser.post(page(failed, "resend"), {"delivery": [message.pk, "x", "9" * 30]}, follow=True)
    assert "马上再发一次" in answer.content.decode()
    assert send_due() == 1 and receiver.ids == [str(message.event)] * 2
    again = browser.post(page(failed, "resend"), {"delivery": []}, follow=True)
    assert "不用重发" in again.content.decode()
    browser.post(page(failed, "stop"))
    assert failed.row.stopped_at is not None
    shown = browser.get(page(failed)).content.decode()
    assert "不再发送" in shown and "再发一次</button>" not in shown


def test_an_officer_of_the_area_reads_and_does_nothing_another_finds_nothing(failed, signed_in):
    officer = make.make_user("district_officer", region="350203")
    browser = signed_in(officer)
    shown = browser.get(page(failed))
    assert shown.status_code == 200 and "确认停止" not in shown.content.decode()
    for name in ("resend", "stop"):
        assert browser.post(page(failed, name), {"delivery": [Delivery.objects.get().pk]}).status_code == 403
    assert Delivery.objects.get().state == "failed" and failed.row.stopped_at is None
    browser = signed_in(make.make_user("district_officer", region="350206"))
    assert browser.get(page(failed)).status_code == 404


def test_another_clients_message_is_not_sent_by_this_ones_page(failed, subscribing: Subscribing, signed_in, admin):
    other = subscribing()
    message = Delivery.objects.get()
    signed_in(admin).post(page(other, "resend"), {"delivery": [message.pk]})
    assert Delivery.objects.get().state == "failed"


def test_the_page_costs_the_same_for_one_message_and_for_many(failed, signed_in, admin, django_assert_max_num_queries):
    browser, first = signed_in(admin), Delivery.objects.get()
    browser.get(page(failed))
    with django_assert_max_num_queries(60) as few:
        browser.get(page(failed))
    Delivery.objects.bulk_create(
        Delivery(subscription=first.subscription, resource="posts", body=first.body) for _ in range(20)
    )
    with django_assert_max_num_queries(60) as many:
        browser.get(page(failed))
    assert len(many) == len(few)
