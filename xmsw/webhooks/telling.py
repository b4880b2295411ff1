"""Making messages out of the feed: for each subscription what changed since it was last told, one message a resource.

A message and the position that it moves are stored together, under the subscription's lock, so nothing is left out
and nothing told twice. What was not yet tried is told anew in place of a second message: a receiver that is away finds
one message a resource when it is back, not one for each change.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from xmsw.api import cursors, resources
from xmsw.api.asker import Asker
from xmsw.api.resources import Resource
from xmsw.feed.reading import Resync, check_position, position, seen
from xmsw.webhooks.models import Delivery, Subscription

log = logging.getLogger(__name__)
MOST_IDS = 100
MOST_COUNTED = 10_000
RESYNC = "resync"


def tell_all() -> int:
    """Tell every live subscription that is behind the feed; returns how many."""
    end = position()
    behind = Subscription.objects.live().exclude(position=end).order_by("pk").values_list("pk", flat=True)
    return sum(_told(pk) for pk in list(behind))


def _told(pk: int) -> bool:
    """Tell one, unless another process is at it or it was stopped meanwhile."""
    rows = Subscription.objects.live().select_related("client__account__org_unit__region")
    with transaction.atomic():
        found = rows.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
        if found is None:
            return False
        end = position()
        try:
            check_position(found.position)
        except Resync:
            _anew(found)
        else:
            for resource in readable(found):
                _changed(found, resource, end)
        found.position = end
        found.save(update_fields=["position"])
    return True


def readable(subscription: Subscription) -> list[Resource]:
    """Of what it is about, whatever client and account may read today."""
    asker = asker_of(subscription)
    listed = {each.key: each for each in resources.resources()}
    found = (listed[key] for key in subscription.resources if key in listed)
    return [each for each in found if each.mirrored and asker.holds(each.scope) and each.permits(asker.user)]


def asker_of(subscription: Subscription) -> Asker:
    """Who reads: the client's account with all its scopes."""
    client = subscription.client
    return Asker(client.account, frozenset(client.scopes))


def _changed(subscription: Subscription, resource: Resource, end: int) -> None:
    untried = subscription.deliveries.filter(resource=resource.key, state=Delivery.State.WAITING, attempts=0).first()
    since = untried.since if untried else subscription.position
    account = subscription.client.account
    rows = seen(account, resource.key).filter(seq__gt=since, seq__lte=end).order_by("seq", "object_id")
    found = [key for _, key in rows.values_list("seq", "object_id").distinct()[:MOST_IDS]]
    if not found:
        return
    objects = rows.order_by().values("object_id").distinct()
    count = len(found) if len(found) < MOST_IDS else objects[:MOST_COUNTED].count()
    now = timezone.now()
    told = untried or Delivery(subscription=subscription, resource=resource.key, since=since, made_at=now, next_at=now)
    cursor = {"r": resource.key, "s": since, "m": asker_of(subscription).mark}
    address = f"/api/v1/{resource.key}?changed_since={cursors.written(cursors.CHANGES, cursor)}"
    data = {"resource": resource.key, "count": count, "ids": found, "changes": address}
    told.body = body(f"{resource.key}.changed", now, data)
    told.save()


def _anew(subscription: Subscription) -> None:
    """The feed no longer reaches back to where it was told: whatever it is about is to be read anew."""
    log.warning("webhook %s is told to read everything anew", subscription.pk)
    data = {"resources": subscription.resources}
    now = timezone.now()
    said = body(RESYNC, now, data)
    Delivery.objects.create(subscription=subscription, resource=RESYNC, body=said, made_at=now, next_at=now)


def body(kind: str, moment: datetime, data: dict[str, Any]) -> dict[str, Any]:
    """A message: `type`, `timestamp`, `data`."""
    return {"type": kind, "timestamp": timezone.localtime(moment).isoformat(timespec="seconds"), "data": data}
