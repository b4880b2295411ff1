"""The contract: OpenAPI 3.1 out of the `Operation` each view tells about each of its methods."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework.serializers import ListSerializer

from xmsw.api import contract, problems, resources
from xmsw.api.described import Operation
from xmsw.api.inputs import Text

ANY_TEXT = r"^[^\x00]*$"
SOME_TEXT = r"^[^\x00]*[^\s\x00-\x1f][^\x00]*$"
EVERYWHERE = ("unauthenticated", "scope", "network", "forbidden", "throttled", "error", "busy")
OPEN = ("throttled", "error", "busy")


class Contract(AutoSchema):
    """Asks the view."""

    @property
    def told(self) -> Operation | None:
        tell = getattr(self.view, "operation", None)
        return tell(self.method) if tell is not None else None

    def is_excluded(self) -> bool:
        return self.told is None

    def get_operation_id(self) -> str:
        """Unique in the contract: clients are generated with it."""
        return self.told.id

    def get_summary(self) -> str:
        """What it does, in a few Chinese words."""
        return self.told.summary

    def get_description(self) -> str:
        """What there is to know, in Chinese; may be empty."""
        return self.told.text

    def get_tags(self) -> list[str]:
        """The heading it stands under."""
        return [self.told.tag]

    def get_override_parameters(self) -> list[Any]:
        """Parameters of address and headers; nothing is guessed from the view."""
        return list(self.told.parameters)

    def get_filter_backends(self) -> list[Any]:
        """None: filters are parameters like others."""
        return []

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        """What drf-spectacular leaves out: texts are not blank and hold no NUL, lists have lengths."""
        told = super()._map_serializer_field(field, direction, bypass_extensions)
        if isinstance(field, Text):
            told = told | {"pattern": ANY_TEXT if field.allow_blank else SOME_TEXT}
        if isinstance(field, ListSerializer):
            told = told | {key: most for key, most in _lengths(field) if most is not None}
        return told

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Ways to be let in, any one of which is enough; [] where it is open to everybody."""
        told = self.told
        return [] if told.open else [{"oauth2": list(told.scopes)}, {"session": []}]

    def get_request_serializer(self) -> Any:
        """The body it takes, None for none."""
        return self.told.body

    def get_examples(self) -> list[OpenApiExample]:
        """An example of the body, if there is one."""
        told = self.told
        if told.body_example is None:
            return []
        return [OpenApiExample("请求", value=told.body_example, request_only=True)]

    def get_response_serializers(self) -> Any:
        """Answers and problems by (status, media type)."""
        told = self.told
        found: dict[Any, OpenApiResponse] = {}
        for status, (schema, text) in told.answers.items():
            examples = [OpenApiExample("响应", value=told.example)] if told.example and status < 300 else []
            found[(status, told.media_type) if schema is not None else status] = OpenApiResponse(
                schema, description=text, examples=examples
            )
        for status, codes in self._problems(told).items():
            kinds = [problems.KINDS[code] for code in codes]
            text = "；".join(f"`{kind.code}` {kind.title}" for kind in kinds)
            example = problems.Problem(codes[0]).body(self.path)
            found[status, problems.MEDIA_TYPE] = OpenApiResponse(
                contract.ref("Problem"), description=text, examples=[OpenApiExample("问题", value=example)]
            )
        return found

    def _problems(self, told: Operation) -> dict[int, list[str]]:
        by_status: dict[int, list[str]] = defaultdict(list)
        for code in dict.fromkeys([*told.problems, *(OPEN if told.open else EVERYWHERE)]):
            by_status[problems.KINDS[code].status].append(code)
        return by_status


def _lengths(field: ListSerializer) -> list[tuple[str, int | None]]:
    return [("minItems", field.min_length), ("maxItems", field.max_length)]


PROBLEM = {
    "type": "object",
    "description": "RFC 9457。code 的含义见 /api/v1/problems。",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "enum": list(problems.KINDS)},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string", "description": "请求体里的位置（JSON Pointer）"},
                    "parameter": {"type": "string", "description": "参数名"},
                    "detail": {"type": "string"},
                },
                "required": ["detail"],
            },
        },
        "clauses": {"type": "array", "items": {"type": "string"}, "description": "规则依据的条款"},
    },
    "required": ["type", "title", "status", "code", "detail"],
}


def finish(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Postprocessing hook of drf-spectacular: components of the rows, the ways to sign in, the scopes."""
    parts = result.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    for each in schemas.values():  # bodies: closed, and their docstrings are for those who read the code
        each.pop("description", None)
        each["additionalProperties"] = False
    schemas.update({"Problem": PROBLEM} | contract.components(resources.resources()))
    parts["securitySchemes"] = {
        "oauth2": {
            "type": "oauth2",
            "description": "客户端凭证：用编号和密钥取令牌，一小时有效。",
            "flows": {"clientCredentials": {"tokenUrl": "/api/v1/token", "scopes": all_scopes()}},
        },
        "session": {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "在浏览器里登录"},
    }
    return result


def all_scopes() -> dict[str, str]:
    """Every OAuth scope and what it opens."""
    from xmsw.clients.scopes import all_scopes as registered

    return registered()
