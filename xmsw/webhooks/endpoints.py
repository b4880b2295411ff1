"""/api/v1/webhooks: a client keeps its own subscriptions. Nobody else's are there for it (404)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from xmsw.api import cursors, resources
from xmsw.api.asking import limit_of, only, refused
from xmsw.api.described import Operation
from xmsw.api.fields import WHOLE
from xmsw.api.problems import Problem
from xmsw.api.views.base import Endpoint
from xmsw.clients.models import ApiClient
from xmsw.webhooks import actions, contract
from xmsw.webhooks.apps import MANAGE
from xmsw.webhooks.models import Delivery, Subscription

KEY = "webhooks"


class _Own(Endpoint):
    """What a client may do with its own subscriptions; for nobody at a browser."""

    route = KEY

    @property
    def client(self) -> ApiClient:
        """Who asks. Raises Problem for a browser session and for a token without the scope."""
        if self.request.auth is None:
            raise Problem("forbidden", "只有接口客户端能管理自己的订阅。管理员请到客户端的页面查看。")
        self.asker.must_hold(MANAGE)
        return self.request.auth.client

    @property
    def webhooks(self) -> QuerySet[Subscription]:
        """The client's live ones."""
        return self.client.webhooks.live().order_by("-pk")

    def one(self, id: str) -> Subscription:
        """Raises Problem «not-found»."""
        return _found(self.webhooks, id)


def _found(rows: QuerySet, text: str) -> Any:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    found = rows.filter(pk=number).first() if 0 < number <= WHOLE else None
    if found is None:
        raise Problem("not-found")
    return found


def _moment(value: Any) -> str | None:
    return None if value is None else timezone.localtime(value).isoformat()


def told(found: Subscription, **more: Any) -> dict[str, Any]:
    """A subscription as it travels."""
    now = timezone.now()
    return {
        "id": found.pk,
        "url": found.url,
        "resources": found.resources,
        "made_at": _moment(found.made_at),
        "failures": found.failures,
        "failing_since": _moment(found.failing_since),
        "next_try_at": _moment(found.held_until if found.held_until > now else None),
        "old_secret_until": _moment(found.old_until if found.old_until and found.old_until > now else None),
        **more,
    }


def told_delivery(found: Delivery) -> dict[str, Any]:
    """A message as it travels."""
    return {
        "id": found.pk,
        "event": str(found.event),
        "type": found.body["type"],
        "body": found.body,
        "state": found.state,
        "attempts": found.attempts,
        "made_at": _moment(found.made_at),
        "tried_at": _moment(found.tried_at),
        "next_at": _moment(found.next_at if found.state in Delivery.OPEN else None),
        "delivered_at": _moment(found.delivered_at),
        "status": found.status,
        "error": found.error,
    }


class WebhooksView(_Own):
    """GET and POST /webhooks."""

    def operation(self, method: str) -> Operation:
        """How the contract tells it."""
        return contract.of_create() if method == "POST" else contract.of_list()

    def get(self, request: Request) -> HttpResponse:
        """The client's subscriptions, newest first; at most MOST_LIVE."""
        rows = self.webhooks
        only(request.query_params)
        items = [told(each) for each in rows]
        return self.answered({"items": items}, rows=len(items))

    def post(self, request: Request) -> HttpResponse:
        """A new one, with its secret."""
        client = self.client
        only(request.query_params)
        wanted = contract.Wanted(data=request.data)
        wanted.is_valid(raise_exception=True)
        for key in wanted.validated_data["resources"]:
            self.asker.must_read(resources.get(key))
        made, secret = actions.subscribe(client, **wanted.validated_data)
        return self.answered(told(made, secret=secret), 201, **_kept_nowhere(f"/api/v1/{KEY}/{made.pk}"))


def _kept_nowhere(location: str = "") -> dict[str, str]:
    return {"Cache-Control": "no-store, private", **({"Location": location} if location else {})}


class WebhookView(_Own):
    """GET and DELETE /webhooks/<id>."""

    def operation(self, method: str) -> Operation:
        """How the contract tells it."""
        return contract.of_stop() if method == "DELETE" else contract.of_one()

    def get(self, request: Request, id: str) -> HttpResponse:
        """How it stands."""
        found = self.one(id)
        only(request.query_params)
        return self.answered(told(found))

    def delete(self, request: Request, id: str) -> HttpResponse:
        """Stops it for good."""
        found = self.one(id)
        only(request.query_params)
        actions.stop(found)
        response = HttpResponse(status=204)
        response.rows = 0
        return response


class RotateView(_Own):
    """POST /webhooks/<id>/rotate."""

    def operation(self, method: str) -> Operation:
        """How the contract tells it."""
        return contract.of_rotate()

    def post(self, request: Request, id: str) -> HttpResponse:
        """Another secret, told once."""
        found = self.one(id)
        only(request.query_params)
        secret = actions.rotate(found)
        found.refresh_from_db()
        response = self.answered(told(found, secret=secret), **_kept_nowhere())
        del response.headers["ETag"]
        return response


class TrialView(_Own):
    """POST /webhooks/<id>/test."""

    def operation(self, method: str) -> Operation:
        """How the contract tells it."""
        return contract.of_trial()

    def post(self, request: Request, id: str) -> HttpResponse:
        """A message that says nothing, on its way."""
        found = self.one(id)
        only(request.query_params)
        return self.answered(told_delivery(actions.trial(found)), 202)


class DeliveriesView(_Own):
    """GET /webhooks/<id>/deliveries."""

    def operation(self, method: str) -> Operation:
        """How the contract tells it."""
        return contract.of_deliveries()

    def get(self, request: Request, id: str) -> HttpResponse:
        """A page of messages, newest first."""
        subscription = self.one(id)
        said = only(request.query_params, "limit", "cursor", "state")
        limit, rows, place = limit_of(said), subscription.deliveries.order_by("-pk"), f"{KEY}/{subscription.pk}"
        if "state" in said:
            rows = rows.filter(state=_state(said["state"]))
        if "cursor" in said:
            rows = rows.filter(pk__lt=cursors.read(cursors.PAGE, said["cursor"], place, "cursor")["k"])
        found = list(rows[: limit + 1])
        items, more = [told_delivery(each) for each in found[:limit]], None
        if len(found) > limit:
            cursor = cursors.written(cursors.PAGE, {"r": place, "k": items[-1]["id"]})
            more = f"{request.path}?{urlencode(said | {'cursor': cursor})}"
        return self.answered({"items": items, "next": more}, rows=len(items))


def _state(text: str) -> str:
    if text not in Delivery.State.values:
        raise refused("state", "应是 " + "、".join(Delivery.State.values) + " 之一")
    return text


class ResendView(_Own):
    """POST /webhooks/<id>/deliveries/<number>/resend."""

    def operation(self, method: str) -> Operation:
        """How the contract tells it."""
        return contract.of_resend()

    def post(self, request: Request, id: str, number: str) -> HttpResponse:
        """The message, on its way again under its own id."""
        subscription = self.one(id)
        only(request.query_params)
        found = _found(subscription.deliveries.all(), number)
        actions.resend(subscription, [found.pk])
        found.refresh_from_db()
        return self.answered(told_delivery(found), 202)
