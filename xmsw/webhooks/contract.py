"""Operations of webhooks as the contract (OpenAPI) tells them, and the one body that they take."""

from __future__ import annotations

import re
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from xmsw.api import resources
from xmsw.api.asking import LIMIT, MOST
from xmsw.api.contract import NULLABLE_ADDRESS, body_schema, etag_parameter, query
from xmsw.api.described import Operation
from xmsw.api.inputs import Input, Text
from xmsw.webhooks.apps import MANAGE
from xmsw.webhooks.models import LONGEST_URL, Delivery
from xmsw.webhooks.targets import FORM

TAG = "变更通知（webhook）"
MOMENT = {"type": "string", "format": "date-time"}
NO_MOMENT = {"type": ["string", "null"], "format": "date-time"}
NUMBER = {"type": "integer", "format": "int64"}
EXAMPLE = {"url": "https://receiver.example/xmsw", "resources": ["posts"]}
AT = "2026-01-05T09:00:00+08:00"
ROW = {
    "id": 1,
    **EXAMPLE,
    "made_at": AT,
    "failures": 0,
    "failing_since": None,
    "next_try_at": None,
    "old_secret_until": None,
}
SENT = {
    "id": 7,
    "event": "0f0c7a0e-5a3c-4d0c-9f57-3a4a2b9d7c11",
    "type": "ping",
    "body": {"type": "ping", "timestamp": AT, "data": {}},
    "state": Delivery.State.DELIVERED.value,
    "attempts": 1,
    "made_at": AT,
    "tried_at": AT,
    "next_at": None,
    "delivered_at": AT,
    "status": 204,
    "error": "",
}


class Wanted(Input):
    """What a new subscription says."""

    url = Text(max_length=LONGEST_URL, trim_whitespace=False)
    resources = serializers.ListField(child=Text(), min_length=1)

    def validate_url(self, value: str) -> str:
        """Of the form that the contract tells."""
        if not re.fullmatch(FORM, value):
            raise serializers.ValidationError("应写成 https://主机/路径")
        return value

    def validate_resources(self, value: list[str]) -> list[str]:
        """Keys that the feed tells of."""
        for each in value:
            if each not in mirrored():
                raise serializers.ValidationError(f"没有「{each[:40]}」这种可以跟踪变更的资源")
        return value


def mirrored() -> list[str]:
    """Keys of resources that a webhook can be about."""
    return [each.key for each in resources.resources() if each.mirrored]


def wanted_schema() -> dict[str, Any]:
    """The same as JSON Schema."""
    url = {"type": "string", "pattern": FORM, "maxLength": LONGEST_URL, "description": "接收的地址，https"}
    listed = {"type": "array", "minItems": 1, "items": {"type": "string", "enum": mirrored()}}
    return body_schema({"url": url, "resources": listed}, ["url", "resources"])


def webhook_schema(**more: Any) -> dict[str, Any]:
    """A subscription."""
    told = {
        "id": NUMBER,
        "url": {"type": "string"},
        "resources": {"type": "array", "items": {"type": "string"}},
        "made_at": MOMENT,
        "failures": {"type": "integer", "minimum": 0, "description": "连续失败次数，0 为正常"},
        "failing_since": NO_MOMENT,
        "next_try_at": NO_MOMENT | {"description": "失败后暂停发送到这个时间"},
        "old_secret_until": NO_MOMENT | {"description": "换密钥后，旧密钥同时签名到这个时间"},
        **more,
    }
    return body_schema(told, list(told))


def secret_schema() -> dict[str, Any]:
    """A subscription with its secret."""
    text = "签名密钥，只在这一次响应里给出"
    return webhook_schema(secret={"type": "string", "pattern": "^whsec_", "description": text})


def delivery_schema() -> dict[str, Any]:
    """A message."""
    told = {
        "id": NUMBER,
        "event": {"type": "string", "format": "uuid", "description": "请求头 webhook-id，重发时不变"},
        "type": {"type": "string", "description": "posts.changed、ping、resync"},
        "body": {"type": "object", "description": "发送的内容"},
        "state": {"type": "string", "enum": list(Delivery.State.values)},
        "attempts": {"type": "integer", "minimum": 0},
        "made_at": MOMENT,
        "tried_at": NO_MOMENT,
        "next_at": NO_MOMENT,
        "delivered_at": NO_MOMENT,
        "status": {"type": ["integer", "null"], "description": "对方最近一次回应的状态码"},
        "error": {"type": "string"},
    }
    return body_schema(told, list(told))


def _items(row: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = {"items": {"type": "array", "items": row}, **more}
    return body_schema(told, list(told))


def _number(name: str, text: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.INT64, OpenApiParameter.PATH, description=text)


def _one(id: str, summary: str, answers: dict[int, Any], *problems: str, **more: Any) -> Operation:
    told = {"parameters": [_number("id", "订阅的编号")]} | more
    return Operation(
        id,
        summary,
        TAG,
        answers=answers,
        problems=("invalid-parameter", "not-found", *problems),
        scopes=[MANAGE],
        **told,
    )


def of_list() -> Operation:
    """GET /webhooks."""
    return Operation(
        "webhooks_list",
        "自己的订阅",
        TAG,
        "只有接口客户端能用；已停止的不列出。",
        parameters=[etag_parameter()],
        answers={200: (_items(webhook_schema()), "订阅"), 304: (None, "没有变化")},
        problems=("invalid-parameter",),
        scopes=[MANAGE],
        example={"items": [ROW]},
    )


def of_create() -> Operation:
    """POST /webhooks."""
    return Operation(
        "webhooks_create",
        "订阅变更通知",
        TAG,
        "从现在起，这些资源有变更时向地址发一个签名的 POST（Standard Webhooks）。要有各资源的读取范围。",
        body={"application/json": wanted_schema()},
        answers={201: (secret_schema(), "订阅和签名密钥")},
        problems=("malformed", "invalid-parameter", "refused", "too-large", "media-type", "invalid"),
        scopes=[MANAGE],
        body_example=EXAMPLE,
        example=ROW | {"secret": "whsec_…"},
    )


def of_one() -> Operation:
    """GET /webhooks/<id>."""
    parameters = [_number("id", "订阅的编号"), etag_parameter()]
    answers = {200: (webhook_schema(), "订阅"), 304: (None, "没有变化")}
    return _one("webhooks_get", "读取一个订阅", answers, parameters=parameters, example=ROW)


def of_stop() -> Operation:
    """DELETE /webhooks/<id>."""
    return _one("webhooks_stop", "停止一个订阅", {204: (None, "已停止，不再发送")}, "refused")


def of_rotate() -> Operation:
    """POST /webhooks/<id>/rotate."""
    text = "给出新密钥；旧密钥再同时签名几天，好让接收方换过去。"
    return _one(
        "webhooks_rotate",
        "换签名密钥",
        {200: (secret_schema(), "新密钥")},
        "refused",
        text=text,
        example=ROW | {"secret": "whsec_…"},
    )


def of_trial() -> Operation:
    """POST /webhooks/<id>/test."""
    text = "发一条 type 为 ping 的通知，只发一次。"
    return _one("webhooks_test", "试发", {202: (delivery_schema(), "等待发送")}, "refused", text=text, example=SENT)


def of_deliveries() -> Operation:
    """GET /webhooks/<id>/deliveries."""
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}
    parameters = [
        _number("id", "订阅的编号"),
        query("limit", "一页多少条", limit),
        query("cursor", "照抄上一页 next 里的值"),
        query("state", "状态", enum=list(Delivery.State.values)),
        etag_parameter(),
    ]
    page_example = {"items": [SENT], "next": None}
    page = _items(delivery_schema(), next=NULLABLE_ADDRESS)
    answers = {200: (page, "新的在前"), 304: (None, "没有变化")}
    return _one(
        "webhooks_deliveries", "通知的投递记录", answers, "position", parameters=parameters, example=page_example
    )


def of_resend() -> Operation:
    """POST /webhooks/<id>/deliveries/<n>/resend."""
    parameters = [_number("id", "订阅的编号"), _number("number", "投递的编号")]
    answers = {202: (delivery_schema(), "等待发送")}
    return _one("webhooks_resend", "重发一条通知", answers, "refused", parameters=parameters, example=SENT)
