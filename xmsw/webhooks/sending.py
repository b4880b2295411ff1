"""Sending: a subscription is claimed and the claim committed before anybody is spoken to; settled afterwards.

One sender at a time speaks to a receiver, oldest message first. A claim lapses after LEASE, so what a dead process had
in hand is sent again: at least once, under the same id. Several receivers are spoken to side by side, so that a slow
one holds up nobody; threads do nothing but HTTP, the database belongs to the one that started them.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from xmsw.accounts.models import User
from xmsw.accounts.roles import Role
from xmsw.notices.writing import Told, tell
from xmsw.webhooks.kinds_of_notices import GIVEN_UP
from xmsw.webhooks.models import Delivery, Subscription
from xmsw.webhooks.posting import GONE, Answer, post
from xmsw.webhooks.signing import signed

log = logging.getLogger(__name__)
_S = Delivery.State
LANES = 8  # receivers spoken to at once
BUDGET = 20.0  # seconds that one run begins new messages
LEASE = timedelta(seconds=90)  # longer than one message can take
PAUSES = tuple(timedelta(seconds=each) for each in (10, 60, 300, 1_800, 7_200, 21_600))
LONGEST = timedelta(days=3)
# Of receivers that may be spoken to and have something due, the one not spoken to for the longest time.
_CLAIM = """
WITH chosen AS MATERIALIZED (
    SELECT s.id FROM webhooks_subscription s
    JOIN clients_apiclient c ON c.id = s.client_id AND c.stopped_at IS NULL
    WHERE s.stopped_at IS NULL AND s.busy_until <= %(now)s AND s.held_until <= %(now)s
    AND EXISTS (SELECT FROM webhooks_delivery d WHERE d.subscription_id = s.id
                AND d.state IN ('waiting', 'failed') AND d.next_at <= %(now)s)
    ORDER BY s.busy_until, s.id LIMIT 1 FOR UPDATE OF s SKIP LOCKED
), busy AS (
    UPDATE webhooks_subscription s SET busy_until = %(until)s FROM chosen WHERE s.id = chosen.id RETURNING s.id
)
UPDATE webhooks_delivery d SET attempts = d.attempts + 1, tried_at = %(now)s,
    first_tried_at = COALESCE(d.first_tried_at, %(now)s)
FROM busy WHERE d.id = (SELECT o.id FROM webhooks_delivery o WHERE o.subscription_id = busy.id
                        AND o.state IN ('waiting', 'failed') AND o.next_at <= %(now)s ORDER BY o.id LIMIT 1)
RETURNING d.id
"""


@dataclass(frozen=True)
class Claim:
    """A message in hand, and until when it is this sender's."""

    delivery: Delivery
    until: datetime


def send_due() -> int:
    """Send what is due; returns how many messages arrived. Safe to run at once with others."""
    ends, arrived = time.monotonic() + BUDGET, 0
    with ThreadPoolExecutor(LANES) as lanes:
        flying: dict[Future[Answer], Claim] = {}
        while True:
            while len(flying) < LANES and time.monotonic() < ends and (claim := claimed()):
                flying[lanes.submit(post, *_written(claim.delivery))] = claim
            if not flying:
                return arrived
            for each in wait(flying, return_when=FIRST_COMPLETED).done:
                arrived += settled(flying.pop(each), _answer(each))


def claimed() -> Claim | None:
    """The next message, stored as being sent."""
    now = timezone.now()
    until = now + LEASE
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "until": until})
        row = cursor.fetchone()
    if row is None:
        return None
    return Claim(Delivery.objects.select_related("subscription").get(pk=row[0]), until)


def _written(delivery: Delivery) -> tuple[str, bytes, dict[str, str]]:
    """Address, body and signed headers; the body is the same bytes each time."""
    subscription, now = delivery.subscription, timezone.now()
    keys = [subscription.secret]
    if subscription.old_until is not None and subscription.old_until > now:
        keys.append(subscription.old_secret)
    body = orjson.dumps(delivery.body, option=orjson.OPT_SORT_KEYS)
    return subscription.url, body, signed(keys, str(delivery.event), int(now.timestamp()), body)


def _answer(future: Future[Answer]) -> Answer:
    try:
        return future.result()
    except Exception:  # a fault of ours at one receiver must not keep messages from others
        log.exception("a webhook could not be sent")
        return Answer(None, "发送时出错，原因在日志里。")


def settled(claim: Claim, answer: Answer) -> bool:
    """Store what came of it; whether it arrived. A lapsed claim that another sender took over frees nothing."""
    with transaction.atomic():
        found = Subscription.objects.select_for_update().get(pk=claim.delivery.subscription_id)
        delivery = Delivery.objects.select_for_update().get(pk=claim.delivery.pk)
        if found.busy_until == claim.until:
            found.busy_until = timezone.now()
        if answer.well or delivery.state in Delivery.OPEN:
            delivery.status, delivery.error = answer.status, answer.error
            _arrived(found, delivery) if answer.well else _failed(found, delivery, answer)
            delivery.save()
        found.save(update_fields=["busy_until", "held_until", "failures", "failing_since", "stopped_at"])
    return answer.well


def _arrived(subscription: Subscription, delivery: Delivery) -> None:
    delivery.state, delivery.delivered_at = _S.DELIVERED, timezone.now()
    subscription.failures, subscription.failing_since = 0, None
    subscription.held_until = timezone.now()


def _failed(subscription: Subscription, delivery: Delivery, answer: Answer) -> None:
    """Later again, ever later, and not before the receiver wants it; a trial message once. After LONGEST it is given
    up and the administrators are told; at once where the receiver says that it is gone for good."""
    now = timezone.now()
    if answer.status == GONE:
        delivery.state = _S.GIVEN_UP
        _end(subscription, now)
        return
    if not delivery.resource:
        delivery.state = _S.GIVEN_UP
        return
    subscription.failures += 1
    subscription.failing_since = subscription.failing_since or now
    pause = max(PAUSES[min(subscription.failures, len(PAUSES)) - 1], answer.wait)
    subscription.held_until = delivery.next_at = now + pause
    delivery.state = _S.FAILED
    if now - (delivery.first_tried_at or now) >= LONGEST:
        delivery.state = _S.GIVEN_UP
        title = f"「{subscription.client.label}」的变更通知三天送不到"
        text = f"{subscription.shown_url} 一直没有收下，已放弃的可以重发。请联系对方检查。"
        _tell_administrators(subscription, f"{subscription.failing_since:%Y%m%d%H%M%S}", title, text)


def _end(subscription: Subscription, now: datetime) -> None:
    """The receiver wants nothing more: as if its client had stopped the subscription."""
    subscription.end(now)
    title = f"「{subscription.client.label}」的一个变更通知订阅已停止"
    text = f"{subscription.shown_url} 回应 410，表示不再接收。对方还需要的话，要重新订阅。"
    _tell_administrators(subscription, "gone", title, text)


def _tell_administrators(subscription: Subscription, stage: str, title: str, text: str) -> None:
    """Once for each stage: each time that a receiver is away, or its end."""
    receivers = User.objects.filter(role=Role.SYSTEM_ADMIN, is_active=True).values_list("pk", flat=True)
    address = reverse("hooks:deliveries", args=[subscription.pk])
    tell(GIVEN_UP, [Told(pk, subscription.pk, stage, title, text, address) for pk in receivers])
