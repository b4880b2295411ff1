"""Subscriptions are made, get another secret and are stopped; a trial is sent, a message sent again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability
from xmsw.clients.models import ApiClient
from xmsw.feed.reading import position
from xmsw.webhooks.models import Delivery, Subscription
from xmsw.webhooks.signing import new_secret
from xmsw.webhooks.targets import Unfit, parsed
from xmsw.webhooks.telling import body
from xmsw.workflow.refusals import Refused

MOST_LIVE = 20  # of a client
MOST_TRIALS = 5  # that wait
_S = Delivery.State


def may_manage(user: User) -> None:
    """Raises PermissionDenied: on the pages only whoever manages clients stops and sends again."""
    if not user.can(Capability.MANAGE_API_CLIENTS):
        raise PermissionDenied("只有系统管理员可以停止订阅或重发。")


def subscribe(client: ApiClient, url: str, resources: Sequence[str]) -> tuple[Subscription, str]:
    """A subscription from now on, and its secret in clear. Raises Refused for an address that is not allowed, one
    that the client has already, or one too many."""
    try:
        parsed(url)
    except Unfit as error:
        raise Refused(str(error)) from error
    with transaction.atomic():
        ApiClient.objects.select_for_update(of=("self",)).get(pk=client.pk)  # two at once count each other
        live = list(client.webhooks.live().values_list("url", flat=True))
        if url in live:
            raise Refused("已经订阅了这个地址。要改资源或换密钥，请先停止原来的订阅，或用 rotate。")
        if len(live) >= MOST_LIVE:
            raise Refused(f"一个客户端最多 {MOST_LIVE} 个订阅。请先停止不用的。")
        secret, now = new_secret(), timezone.now()
        made = Subscription.objects.create(
            client=client,
            url=url,
            resources=list(dict.fromkeys(resources)),
            secret=secret,
            made_by=client.account,
            made_at=now,
            busy_until=now,
            held_until=now,
            position=position(),
        )
    return made, secret


def rotate(subscription: Subscription) -> str:
    """A new secret in clear; the one before signs as well for the overlap, so that the receiver changes over."""
    with transaction.atomic():
        locked = _locked(subscription)
        secret = new_secret()
        locked.old_secret, locked.secret = locked.secret, secret
        locked.old_until = timezone.now() + timedelta(days=settings.API_SECRET_OVERLAP_DAYS)
        locked.save(update_fields=["secret", "old_secret", "old_until"])
    return secret


def stop(subscription: Subscription) -> None:
    """Nothing is sent there any more, and what waits is given up; for good."""
    with transaction.atomic():
        locked = _locked(subscription)
        locked.end(timezone.now())
        locked.save(update_fields=["stopped_at"])


def trial(subscription: Subscription) -> Delivery:
    """A message that says nothing, sent once and at once."""
    with transaction.atomic():
        locked, now = _locked(subscription), timezone.now()
        if locked.deliveries.filter(resource="", state=_S.WAITING).count() >= MOST_TRIALS:
            raise Refused("前面的试发还没有发出，请等一等。")
        _let(locked)
        return Delivery.objects.create(subscription=locked, body=body("ping", now, {}), made_at=now, next_at=now)


def resend(subscription: Subscription, chosen: Sequence[int]) -> int:
    """Send these again, under their own ids, whether they arrived or not; returns how many. Raises Refused where all
    of them wait anyway."""
    with transaction.atomic():
        locked, now = _locked(subscription), timezone.now()
        rows = locked.deliveries.filter(pk__in=list(chosen)).exclude(state=_S.WAITING)
        count = rows.update(
            state=_S.WAITING, next_at=now, first_tried_at=None, delivered_at=None, status=None, error=""
        )
        if not count:
            raise Refused("还在等待发送，不用重发。")
        _let(locked)
    return count


def _let(locked: Subscription) -> None:
    """A receiver that was left alone after failures is spoken to at once."""
    locked.held_until, locked.failures, locked.failing_since = timezone.now(), 0, None
    locked.save(update_fields=["held_until", "failures", "failing_since"])


def _locked(subscription: Subscription) -> Subscription:
    """The row, locked; raises Refused where it or its client was stopped."""
    locked = Subscription.objects.select_for_update(of=("self",)).select_related("client").get(pk=subscription.pk)
    if locked.stopped_at is not None:
        raise Refused("这个订阅已经停止。")
    if locked.client.stopped_at is not None:
        raise Refused("这个客户端已经停用。")
    return locked
