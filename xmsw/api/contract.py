"""Operations of a resource as the contract tells them, and its rows as JSON Schema (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from xmsw.api.asking import LIMIT, MOST, ONE_ROW, SHORTEST_PURPOSE, filters_of
from xmsw.api.described import Operation
from xmsw.api.fields import LONGEST, SAID, SEVERAL, Field, Type
from xmsw.api.resources import Resource

NULLABLE_ADDRESS = {"type": ["string", "null"], "format": "uri-reference"}
PLAIN_TEXT = {"type": "string", "maxLength": LONGEST, "pattern": r"^[^\x00]*$"}


def camel(key: str) -> str:
    """«need-assessments» → «NeedAssessments»."""
    return "".join(part.capitalize() for part in key.replace("_", "-").split("-"))


def schema_of(field: Field) -> dict[str, Any]:
    """JSON Schema of a field."""
    kind, _, form = field.type.partition(":")
    told: dict[str, Any] = {
        "type": kind,
        "description": field.said + ("（按用途申请，读取留痕）" if field.asked else ""),
    }
    if field.type == Type.ANY:
        del told["type"]
        return told
    if kind == "array":
        told["items"] = {"type": form}
        if field.codes:
            told["items"]["enum"] = field.codes
    elif form:
        told["format"] = form
    if field.codes and kind != "array":
        told["enum"] = [*field.codes, *([None] if field.null else [])]
    if field.null or field.needs:
        told["type"] = [kind, "null"]
        if "enum" in told and None not in told["enum"]:
            told["enum"].append(None)
    if field.example is not None:
        told["examples"] = [field.example]
    return told


def row_schema(resource: Resource) -> dict[str, Any]:
    """JSON Schema of a row; only the id is always there (`fields` leaves others out)."""
    return {
        "type": "object",
        "description": resource.text,
        "properties": {each.name: schema_of(each) for each in resource.fields},
        "required": ["id"],
        "additionalProperties": False,
    }


def tombstone_schema(id_type: Type) -> dict[str, Any]:
    """What stands for a row that is gone."""
    return {
        "type": "object",
        "description": "已删除，或已不在你的条线和地区内",
        "properties": {"id": {"type": str(id_type)}, "deleted": {"type": "boolean", "const": True}},
        "required": ["id", "deleted"],
        "additionalProperties": False,
    }


def ref(name: str) -> dict[str, str]:
    """A reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def page_schema(resource: Resource) -> dict[str, Any]:
    """A page of rows."""
    row = ref(camel(resource.key))
    items = {"anyOf": [row, tombstone_schema(resource.id_type)]} if resource.mirrored else row
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": items},
            "next": NULLABLE_ADDRESS | {"description": "下一页的地址；最后一页为 null"},
            "changes": NULLABLE_ADDRESS | {"description": "最后一页才有：以后从这里读取变更"},
        },
        "required": ["items", "next", "changes"],
        "additionalProperties": False,
    }


def example_of(resource: Resource) -> dict[str, Any]:
    """A row as it may look."""
    return {each.name: example_value(each) for each in resource.usual}


def example_value(field: Field) -> Any:
    """What the field may hold."""
    if field.example is not None:
        return field.example
    if field.codes:
        return field.codes[:1] if field.type in (Type.TEXTS, Type.INTEGERS) else field.codes[0]
    return None if field.null else _EXAMPLES[field.type]


_EXAMPLES: dict[Type, Any] = {
    Type.TEXT: "",
    Type.INTEGER: 1,
    Type.BOOLEAN: True,
    Type.DECIMAL: "5250.00",
    Type.DAY: "2026-01-01",
    Type.MOMENT: "2026-01-01T08:00:00+08:00",
    Type.TEXTS: [],
    Type.INTEGERS: [],
    Type.OBJECTS: [],
    Type.ANY: None,
}


def query(name: str, text: str, schema: Any = OpenApiTypes.STR, **more: Any) -> OpenApiParameter:
    """A parameter of the address."""
    return OpenApiParameter(name, schema, OpenApiParameter.QUERY, description=text, **more)


def several(name: str, text: str, items: dict[str, Any], **more: Any) -> OpenApiParameter:
    """A parameter that takes several values, with commas between them."""
    return query(name, text, {"type": "array", "items": items} | more, style="form", explode=False)


def filter_parameter(field: Field, ending: str) -> OpenApiParameter:
    """The parameter of a filter."""
    text = f"{field.text.split('：')[0]}{SAID[ending]}"
    name = field.name + ending
    if ending == "_prefix":
        return query(name, text, PLAIN_TEXT | {"minLength": 1})
    kind, _, form = field.type.partition(":")
    schema = {"type": kind} | ({"format": form} if form else {}) | ({"enum": field.codes} if field.codes else {})
    if field.type == Type.INTEGER:
        schema["format"] = "int64"
    if field.type == Type.DECIMAL:
        schema = {"type": "number", "minimum": -(10**14), "maximum": 10**14}
    if field.type == Type.TEXT and not field.codes:
        schema = PLAIN_TEXT if ending != "_in" else PLAIN_TEXT | {"pattern": r"^[^\x00,]+$"}
    return several(name, text, schema, minItems=1, maxItems=SEVERAL) if ending == "_in" else query(name, text, schema)


def fields_parameters(resource: Resource) -> list[OpenApiParameter]:
    """`fields`, and `purpose` where a field asks for it."""
    names = [each.name for each in resource.fields]
    told = [several("fields", "只要这些字段，用逗号分隔", {"type": "string", "enum": names}, minItems=1)]
    if any(each.asked for each in resource.fields):
        text = "读取个人敏感字段的用途，记入查看记录"
        told.append(query("purpose", text, PLAIN_TEXT | {"minLength": SHORTEST_PURPOSE}))
    return told


def _filters(resource: Resource) -> list[OpenApiParameter]:
    return [filter_parameter(field, ending) for field, ending in filters_of(resource)]


def etag_parameter() -> OpenApiParameter:
    """If-None-Match."""
    return OpenApiParameter(
        "If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="上次响应的 ETag；没有变化时回 304"
    )


def of_list(resource: Resource) -> Operation:
    """GET /<key>."""
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}
    orders = [side + name for name in resource.orders for side in ("", "-")]
    parameters = [
        *fields_parameters(resource),
        query("limit", "一页多少条", limit),
        query("cursor", "照抄上一页 next 里的值"),
        query("order", "排序，前面加 - 为倒序；对 changed_since 不起作用", enum=orders),
    ]
    if resource.mirrored:
        parameters.append(query("changed_since", "照抄上一次 changes 里的值：只读变更，已删除的以 deleted 标出"))
    page = {"items": [example_of(resource)], "next": None, "changes": None}
    return Operation(
        id=f"{resource.key.replace('-', '_')}_list",
        summary=f"{resource.label}列表",
        tag=resource.label,
        text=_text(resource),
        parameters=[*parameters, *_filters(resource), etag_parameter()],
        answers={200: (page_schema(resource), "一页"), 304: (None, "没有变化")},
        problems=("invalid-parameter", "purpose", "position", *(("resync",) if resource.mirrored else ())),
        scopes=[resource.scope],
        example=page,
    )


def of_one(resource: Resource) -> Operation:
    """GET /<key>/<id>."""
    return Operation(
        id=f"{resource.key.replace('-', '_')}_get",
        summary=f"读取一条{resource.label}",
        tag=resource.label,
        text=_text(resource),
        parameters=[id_parameter(resource), *fields_parameters(resource), etag_parameter()],
        answers={200: (ref(camel(resource.key)), "这一条"), 304: (None, "没有变化")},
        problems=("invalid-parameter", "purpose", "not-found"),
        scopes=[resource.scope],
        example=example_of(resource),
    )


def of_export(resource: Resource) -> Operation:
    """GET /<key>/export."""
    return Operation(
        id=f"{resource.key.replace('-', '_')}_export",
        summary=f"导出{resource.label}",
        tag=resource.label,
        text="每行一个 JSON 对象，边查边传。连接中断时没有结尾的分块，客户端因此知道没有收全。",
        parameters=[fields_parameters(resource)[0], *_filters(resource)],
        answers={200: ({"type": "string"}, "NDJSON")},
        media_type="application/x-ndjson",
        problems=("invalid-parameter",),
        scopes=[resource.scope],
    )


def of_counts(resource: Resource) -> Operation:
    """GET /<key>/counts."""
    properties = {name: schema_of(field) for name, field in resource.counted.items()}
    group = {
        "type": "object",
        "properties": properties | {"count": {"type": "integer", "minimum": 0}},
        "required": ["count"],
        "additionalProperties": False,
    }
    items = {"type": "array", "items": group}
    answer = {"type": "object", "properties": {"items": items}, "required": ["items"], "additionalProperties": False}
    by = "按这些分组，用逗号分隔：" + "、".join(f"{name}（{field.text}）" for name, field in resource.counted.items())
    names = {"type": "string", "enum": list(resource.counted)}
    return Operation(
        id=f"{resource.key.replace('-', '_')}_counts",
        summary=f"{resource.label}数量",
        tag=resource.label,
        text=(
            f"只有数量，没有名单。范围 {resource.key}:counts 或 {resource.scope} 都可以读。筛选参数与列表相同；"
            f"没有 {resource.scope} 的，不能按 {'、'.join(ONE_ROW)} 筛选。"
        ),
        parameters=[several("by", by, names, uniqueItems=True, minItems=1), *_filters(resource), etag_parameter()],
        answers={200: (answer, "各组数量"), 304: (None, "没有变化")},
        problems=("invalid-parameter",),
        scopes=[f"{resource.key}:counts"],
    )


def id_parameter(resource: Resource) -> OpenApiParameter:
    """The id in the path."""
    schema = OpenApiTypes.INT64 if resource.id_type == Type.INTEGER else OpenApiTypes.STR
    return OpenApiParameter("id", schema, OpenApiParameter.PATH, description="编号")


def _text(resource: Resource) -> str:
    clause = f"依据：厦民〔2017〕317号 {resource.clause}。" if resource.clause else ""
    return f"{resource.text}{clause}"


def components(resources: Iterable[Resource]) -> dict[str, Any]:
    """Schemas of all rows."""
    return {camel(each.key): row_schema(each) for each in resources}


def body_schema(properties: dict[str, Any], required: Sequence[str]) -> dict[str, Any]:
    """A closed object."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
