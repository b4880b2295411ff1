"""A webhook of the demo's first client: some days of messages that arrived, one given up, one that is tried again.

Its host does not exist (RFC 2606), so nothing leaves the machine.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from xmsw.clients.models import ApiClient
from xmsw.feed.reading import position
from xmsw.synthetic.plan import Plan
from xmsw.webhooks.models import Delivery, Subscription
from xmsw.webhooks.signing import new_secret
from xmsw.webhooks.telling import body

ORDER = 92
URL = "https://hooks.siming.invalid/xmsw"
ABOUT = ("posts", "employers", "appointments")
MESSAGES = 12
_S = Delivery.State


def load(plan: Plan) -> None:
    """Clients come later."""


def open_accounts(plan: Plan) -> None:
    """The webhook with its messages."""
    client = ApiClient.objects.order_by("pk").first()
    if client is None or Subscription.objects.exists():
        return
    now = timezone.now()
    made = Subscription.objects.create(
        client=client,
        url=URL,
        resources=list(ABOUT),
        secret=new_secret(),
        made_by=client.account,
        made_at=now - timedelta(days=6),
        position=position(),
        failures=1,
        failing_since=now,
    )
    rows = [_message(made, number) for number in range(MESSAGES)]
    plan.made("变更通知", len(Delivery.objects.bulk_create(rows)))


def hand_in(plan: Plan) -> None:
    """Nothing waits for people."""


def _message(webhook: Subscription, number: int) -> Delivery:
    """The fifth was given up, the last waits."""
    at = timezone.now() - timedelta(hours=11 * (MESSAGES - 1 - number))
    key = ABOUT[number % len(ABOUT)]
    data = {"resource": key, "count": 1 + number % 4, "ids": [], "changes": f"/api/v1/{key}"}
    told: dict[str, Any] = {"state": _S.DELIVERED, "delivered_at": at, "status": 204}
    if number == 4:
        told = {"state": _S.GIVEN_UP, "status": 503, "error": "对方回应 503。"}
    if number == MESSAGES - 1:
        told = {"state": _S.FAILED, "error": "找不到对方主机。"}
    tried = {"attempts": 18 if number == 4 else 1, "first_tried_at": at, "tried_at": at, "made_at": at, "next_at": at}
    return Delivery(subscription=webhook, resource=key, body=body(f"{key}.changed", at, data), **told, **tried)
