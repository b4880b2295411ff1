"""A client's webhooks as a part of the client's page."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import F, OuterRef, Subquery

from xmsw.clients.models import ApiClient
from xmsw.webhooks.models import Delivery, Subscription
from xmsw.webhooks.words import labels, standing

register = template.Library()
SHOWN = 30


@register.inclusion_tag("webhooks/_of_client.html")
def webhooks_of(client: ApiClient) -> dict[str, Any]:
    """Live ones first, then those stopped last; one query. Whoever sees the client's page sees them."""
    last = Delivery.objects.filter(subscription=OuterRef("pk"), state=Delivery.State.DELIVERED).order_by("-pk")
    rows = Subscription.objects.filter(client=client).annotate(last=Subquery(last.values("delivered_at")[:1]))
    found = rows.order_by(F("stopped_at").desc(nulls_first=True), "-pk")[:SHOWN]
    return {
        "client": client,
        "webhooks": [{"row": each, "about": labels(each), "standing": standing(each)} for each in found],
    }
