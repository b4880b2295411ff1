"""Operations of writes as the contract tells them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field, inline_serializer
from rest_framework.serializers import JSONField, ListField

from xmsw.api.contract import body_schema, camel, example_of, id_parameter, ref
from xmsw.api.described import Operation
from xmsw.api.writes import Write

PROBLEMS = (
    "malformed",
    "invalid-parameter",
    "not-found",
    "refused",
    "unfit",
    "overtaken",
    "too-large",
    "media-type",
    "invalid",
)


def key_parameter() -> OpenApiParameter:
    """Idempotency-Key."""
    schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[\x21-\x7e]+$"}
    text = "同一个键的同一个请求只办一次，再发得到同样的响应；例如一个 UUID"
    return OpenApiParameter("Idempotency-Key", schema, OpenApiParameter.HEADER, description=text)


def match_parameter() -> OpenApiParameter:
    """If-Match."""
    text = "读取这条记录时的 ETag（不带 fields）；记录已变时回 412"
    return OpenApiParameter("If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description=text)


def _named(write: Write, ending: str) -> str:
    return "_".join([write.key.replace("-", "_"), *([write.name.replace("-", "_")] if write.name else []), ending])


def _operation(write: Write, ending: str, **more: Any) -> Operation:
    clause = f"依据：厦民〔2017〕317号 {write.clause}。" if write.clause else ""
    told = {
        "id": _named(write, ending),
        "summary": write.summary,
        "tag": write.resource.label,
        "text": write.text + clause,
        "body": write.body,
        "parameters": [key_parameter()],
        "answers": {write.status: (ref(camel(write.resource.key)), "办好的记录")},
        "problems": (*PROBLEMS, "key-reused"),
        "scopes": [write.scope],
        "body_example": dict(write.example),
        "example": example_of(write.resource),
    }
    return Operation(**(told | more))


def of_create(write: Write) -> Operation:
    """POST /<key>."""
    return _operation(write, "create")


def of_do(write: Write) -> Operation:
    """POST /<key>/<id>/<name>."""
    parameters = [id_parameter(write.resource), key_parameter(), match_parameter()]
    return _operation(write, "do", parameters=parameters, problems=(*PROBLEMS, "key-reused", "changed"))


@extend_schema_field({"type": "object"})
class _Each(JSONField):
    """An item is judged by itself: what is wrong with it stands in its result, and refuses no other."""


def of_bulk(write: Write, most: int) -> Operation:
    """POST /<key>/bulk."""
    result = body_schema(
        {
            "index": {"type": "integer", "minimum": 0, "description": "items 里的第几条，从 0 起"},
            "status": {"type": "integer", "description": "这一条的状态码"},
            "id": {"type": ["integer", "string"]},
            "problem": ref("Problem"),
        },
        ["index", "status"],
    )
    body = inline_serializer(
        f"{write.body.__name__}Bulk", {"items": ListField(child=_Each(), min_length=1, max_length=most)}
    )
    answer = body_schema({"results": {"type": "array", "items": result}}, ["results"])
    return _operation(
        write,
        "bulk",
        summary=f"成批{write.summary}",
        text=f"每一条写法同「{write.summary}」。最多 {most} 条，逐条办理，一条不成不影响别的；results 按次序说明结果。",
        body=body,
        answers={200: (answer, "逐条结果")},
        body_example={"items": [dict(write.example)]},
        example={"results": [{"index": 0, "status": write.status, "id": 1}]},
    )
