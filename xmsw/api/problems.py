"""How the interface says no: application/problem+json (RFC 9457), one Chinese sentence, and what to mend.

Every problem has a code; `/api/v1/problems` lists them. Where a rule refused, `clauses` names the clauses it follows.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, RequestDataTooBig
from django.core.signals import got_request_exception
from django.db import DatabaseError, OperationalError
from django.http import Http404, HttpResponse
from rest_framework import exceptions as rest

from xmsw.api.encoding import encoded
from xmsw.clients.authentication import ForeignNetwork
from xmsw.feed.reading import Resync
from xmsw.workflow.refusals import Overtaken, Refused

log = logging.getLogger(__name__)
UNFIT = "unfit"  # code of errors that no schema can foresee: they depend on what is stored
MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 100  # that one answer tells
CLAUSE = re.compile(r"[一二三四]（[一二三四五]）-\d+|[一二三四]\([一二三四五]\)-\d+|[一二三四]-\d+|文末")


@dataclass(frozen=True)
class Kind:
    """One kind of problem: HTTP status, title, and what to do about it."""

    code: str
    status: int
    title: str
    advice: str


KINDS = {
    kind.code: kind
    for kind in (
        Kind("malformed", 400, "请求写法不对", "请求体应是一个合法的 JSON，编码 UTF-8。"),
        Kind("invalid-parameter", 400, "参数不对", "按 errors 里的说明改正参数，再发一次。"),
        Kind(
            "unauthenticated",
            401,
            "没有有效的令牌",
            "用编号和密钥到 /api/v1/token 取令牌，放进 Authorization 头。",
        ),
        Kind("forbidden", 403, "账号没有这项权限", "需要这项权限时，请联系市级管理员。"),
        Kind("scope", 403, "客户端没有这个范围", "请管理员为客户端加上范围，取新令牌后重试。"),
        Kind("network", 403, "来源地址不在允许的网段", "从登记的网段访问，或请管理员修改网段。"),
        Kind("purpose", 403, "没有写明用途", "读取个人敏感字段时加上 purpose，写明为什么读取，至少 4 个字。"),
        Kind("position", 404, "没有这个位置", "照抄上一次响应里 next 或 changes 的地址，或者从头读取。"),
        Kind("not-found", 404, "没有这条记录", "编号可能写错，记录可能已删除，或不在你的条线和地区内。"),
        Kind("method", 405, "这个地址不支持这种方法", "看响应头 Allow 列出的方法。"),
        Kind("refused", 409, "规则不允许", "按 detail 的说明先改正数据；clauses 是依据的条款。"),
        Kind("unfit", 409, "与现有数据不符", "写法没有错，但与现有的数据对不上。按 errors 里的说明核对编号和内容。"),
        Kind("overtaken", 409, "已被别人办理", "重新读取这条记录，按最新情况决定。"),
        Kind("resync", 410, "变更位置已失效", "重新完整读取一次，再用新的 changes 地址跟踪变更。"),
        Kind("changed", 412, "记录已变", "重新读取，用新的 ETag 再提交。"),
        Kind("too-large", 413, "内容太大", "拆成几次提交。"),
        Kind("media-type", 415, "内容类型不对", "用 Content-Type: application/json。"),
        Kind("invalid", 422, "内容不符合要求", "按 errors 里的说明改正，再提交。"),
        Kind("key-reused", 409, "幂等键已用于别的内容", "新的内容用新的 Idempotency-Key。"),
        Kind("throttled", 429, "请求太频繁", "等 Retry-After 指明的秒数后再试。"),
        Kind("error", 500, "系统出错", "系统已记录这个错误。请稍后再试；仍不行时告诉管理员发生的时间。"),
        Kind("busy", 503, "系统忙", "等 Retry-After 指明的秒数后再试。"),
    )
}


class Problem(rest.APIException):
    """A refusal of one kind; `errors` are {pointer|parameter, detail}."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        errors: Sequence[dict[str, str]] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        self.kind = KINDS[code]
        self.status_code = self.kind.status
        self.detail = detail or self.kind.advice
        self.errors = list(errors)
        self.headers = headers or {}

    def body(self, instance: str = "") -> dict[str, Any]:
        """What travels."""
        told: dict[str, Any] = {
            "type": f"/api/v1/problems/{self.kind.code}",
            "title": self.kind.title,
            "status": self.status_code,
            "code": self.kind.code,
            "detail": self.detail,
        }
        if instance:
            told["instance"] = instance
        if self.errors:
            told["errors"] = self.errors
        clauses = clauses_in(self.detail) if self.kind.code == "refused" else []
        return told | ({"clauses": clauses} if clauses else {})


def clauses_in(sentence: str) -> list[str]:
    """Codes of the clauses a sentence quotes, as the policy's list writes them: «二(四)-6»."""
    found = (each.replace("（", "(").replace("）", ")") for each in CLAUSE.findall(sentence))
    return list(dict.fromkeys(found))


def answer(problem: Problem, instance: str = "") -> HttpResponse:
    """The HTTP answer."""
    response = HttpResponse(
        encoded(problem.body(instance)), status=problem.status_code, content_type=MEDIA_TYPE, headers=problem.headers
    )
    response.problem = problem.kind.code
    return response


def problem_of(error: Exception) -> Problem:
    """The problem an exception stands for; whatever is unknown is an error of the portal."""
    if isinstance(error, Problem):
        return error
    for kinds, made in _MADE:
        if isinstance(error, kinds):
            return made(error)
    return Problem("error")


def handle(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """DRF's exception handler."""
    found, request = problem_of(error), context["request"]
    if found.kind.code == "error":
        log.exception("the interface failed at %s", request.path, exc_info=error)
        got_request_exception.send(sender=None, request=request)
    response = answer(found, request.path)
    if found.kind.code == "method":
        response.headers["Allow"] = ", ".join(context["view"].allowed_methods)
    for name, value in getattr(error, "headers", {}).items():
        response.headers[name] = value
    return response


def _refused(error: Refused) -> Problem:
    return Problem("overtaken" if isinstance(error, Overtaken) else "refused", error.sentence)


def _invalid(error: rest.ValidationError) -> Problem:
    errors = list(islice(_pointed(error.detail, ""), MOST_ERRORS))
    told = (f"{each['pointer']} {each['detail']}".strip() for each in errors[:3])
    fits = set(_codes(error.get_codes())) == {UNFIT}
    return Problem("unfit" if fits else "invalid", "；".join(told), errors=errors)


def _codes(told: Any) -> Iterator[str]:
    """The codes of nested errors."""
    if isinstance(told, str):
        yield told
    else:
        for each in told.values() if isinstance(told, dict) else told:
            yield from _codes(each)


def _pointed(detail: Any, pointer: str) -> Any:
    """Errors of a nested structure with the JSON pointer of each."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _pointed(inner, pointer if name == "non_field_errors" else f"{pointer}/{_escaped(name)}")
    elif isinstance(detail, list) and any(isinstance(each, dict | list) for each in detail):
        for place, inner in enumerate(detail):
            if inner:
                yield from _pointed(inner, f"{pointer}/{place}")
    else:
        for each in detail if isinstance(detail, list) else [detail]:
            yield {"pointer": pointer, "detail": str(each)}


def _escaped(name: Any) -> str:
    """A name as RFC 6901 writes it in a pointer."""
    return str(name).replace("~", "~0").replace("/", "~1")


def _failed_sign_in(error: rest.APIException) -> Problem:
    return Problem("unauthenticated", headers={"WWW-Authenticate": 'Bearer realm="xmsw"'})


def _method(error: rest.MethodNotAllowed) -> Problem:
    return Problem("method")


def _throttled(error: rest.Throttled) -> Problem:
    wait = str(int(error.wait or 1) + 1)
    return Problem("throttled", f"请求太频繁，请等 {wait} 秒再试。", headers={"Retry-After": wait})


def _forbidden(error: Exception) -> Problem:
    if isinstance(error, ForeignNetwork):
        return Problem("network", str(error.detail))
    told = str(getattr(error, "detail", error))
    return Problem("forbidden", told if re.search(r"[一-鿿]", told) else "")


def _busy(error: Exception) -> Problem:
    return Problem("busy", headers={"Retry-After": "5"})


_MADE: tuple[tuple[Any, Any], ...] = (
    (Refused, _refused),
    (Resync, lambda error: Problem("resync", str(error))),
    ((Http404, ObjectDoesNotExist, rest.NotFound), lambda error: Problem("not-found")),
    ((rest.NotAuthenticated, rest.AuthenticationFailed), _failed_sign_in),
    ((PermissionDenied, rest.PermissionDenied), _forbidden),
    (rest.MethodNotAllowed, _method),
    (rest.ParseError, lambda error: Problem("malformed")),
    (rest.UnsupportedMediaType, lambda error: Problem("media-type")),
    (rest.Throttled, _throttled),
    (rest.ValidationError, _invalid),
    (RequestDataTooBig, lambda error: Problem("too-large")),
    ((OperationalError,), _busy),
    (DatabaseError, lambda error: Problem("error")),
)
