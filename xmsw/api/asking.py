"""What a list is asked for: fields, filters, order, limit, cursor. Unknown or malformed parameters are refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import QueryDict

from xmsw.api import cursors
from xmsw.api.asker import Asker
from xmsw.api.fields import COMMON, LONGEST, LOOKUPS, OF_LISTS, Field
from xmsw.api.problems import Problem
from xmsw.api.resources import Resource
from xmsw.identifiers import like_an_identity

LIMIT, MOST = 100, 5_000
SHORTEST_PURPOSE = 4  # characters
ONE_ROW = ("id", "worker")  # filters that single somebody out: not for whoever may only count


@dataclass(frozen=True)
class Asked:
    """A list that was asked for: `where` narrows it, `order` is a field's name, «-» before it turns it round."""

    fields: tuple[Field, ...]
    where: Q
    order: str
    limit: int
    cursor: dict[str, Any]
    since: dict[str, Any]
    purpose: str


def refused(parameter: str, sentence: str) -> Problem:
    """The problem with one parameter."""
    detail = f"参数 {parameter} {sentence}。"
    return Problem("invalid-parameter", detail, errors=[{"parameter": parameter, "detail": detail}])


def asked(query: QueryDict, resource: Resource, asker: Asker) -> Asked:
    """Read the address of a list."""
    said = _once(query)
    fields, purpose = shown(said, resource, asker)
    filters = {name: value for name, value in said.items() if name not in COMMON + OF_LISTS}
    cursor = cursors.read(cursors.PAGE, said["cursor"], resource.key, "cursor") if "cursor" in said else {}
    order = _order(said.get("order", "id"), resource)
    if cursor and cursor["o"] != order:
        raise Problem("position", "cursor 属于另一种排序，请从第一页开始。")
    since = _since(said["changed_since"], resource, asker) if "changed_since" in said else {}
    return Asked(fields, _where(filters, resource, asker), order, limit_of(said), cursor, since, purpose)


def shown(said: dict[str, str], resource: Resource, asker: Asker) -> tuple[tuple[Field, ...], str]:
    """The fields to show, the id always first, and what the data is wanted for."""
    purpose = said.get("purpose", "").strip()
    if "purpose" in said and not SHORTEST_PURPOSE <= len(purpose) <= LONGEST:
        raise refused("purpose", f"要写明为什么读取，{SHORTEST_PURPOSE} 到 {LONGEST} 个字；会记入查看记录")
    if "fields" not in said:
        return resource.usual, purpose
    names = said["fields"].split(",")
    unknown = [name for name in names if name not in resource.by_name]
    if unknown:
        raise refused("fields", f"里没有「{unknown[0][:40]}」这个字段")
    fields = tuple(resource.by_name[name] for name in dict.fromkeys(["id", *names]))
    for each in fields:
        if each.asked:
            asker.must_hold(each.needs)
            if not asker.sees(each):
                raise Problem("forbidden", f"你的账号不能读取 {each.name}。")
            if not purpose:
                raise Problem("purpose", errors=[{"parameter": "purpose", "detail": "没有写明用途"}])
    return fields, purpose


def only(query: QueryDict, *allowed: str) -> dict[str, str]:
    """The parameters of an address that takes no others."""
    said = _once(query)
    for name in said:
        if name not in allowed:
            raise refused(name[:40], "不是这个地址的参数")
    return said


def counted(query: QueryDict, resource: Resource, asker: Asker) -> tuple[list[str], Q]:
    """What a number is asked by, and of which rows."""
    said = _once(query)
    by = said.pop("by").split(",") if "by" in said else []
    if set(by) - set(resource.counted) or len(set(by)) < len(by):
        raise refused("by", "应从 " + "、".join(resource.counted) + " 里选，用逗号分隔，不重复")
    for name in said:
        if not asker.holds(resource.scope) and _filter(name, resource)[0].name in ONE_ROW:
            raise refused(name, "对这个客户端不可用")
    return by, _where(said, resource, asker)


def _once(query: QueryDict) -> dict[str, str]:
    said: dict[str, str] = {}
    for name, values in query.lists():
        if len(values) > 1:
            raise refused(name[:40], "只能写一次")
        if "\x00" in values[0] or "\x00" in name:
            raise refused(name.replace("\x00", "")[:40], "里有不能用的字符")
        if like_an_identity(values[0]):
            raise refused(name[:40], "里不能放完整的身份证号，网址会留在日志里")
        said[name] = values[0]
    return said


def _where(filters: dict[str, str], resource: Resource, asker: Asker) -> Q:
    where = Q()
    for name, text in filters.items():
        field, ending = _filter(name, resource)
        if not asker.sees(field) or field.asked:
            raise refused(name, "对这个客户端不可用")
        try:
            value = field.value(text, ending)
        except ValueError as error:
            raise refused(name, str(error)) from None
        lookup = "in" if isinstance(value, list) else LOOKUPS[ending]  # one code outside may be several stored values
        where &= Q(**{f"{field.path}__{lookup}": value})
    return where


def _filter(name: str, resource: Resource) -> tuple[Field, str]:
    for field, ending in filters_of(resource):
        if name == field.name + ending:
            return field, ending
    raise refused(name[:40], "不是这个地址的参数")


def filters_of(resource: Resource) -> Iterator[tuple[Field, str]]:
    """Every filter: field and ending of the parameter's name."""
    return ((field, ending) for field in resource.fields for ending in field.filters)


def _order(said: str, resource: Resource) -> str:
    if said.removeprefix("-") not in resource.orders:
        raise refused("order", "应是 " + "、".join(resource.orders) + " 之一，前面加 - 为倒序")
    return said


def limit_of(said: dict[str, str]) -> int:
    """How many a page may have; raises Problem."""
    text = said.get("limit", str(LIMIT))
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MOST):
        raise refused("limit", f"应是 1 到 {MOST} 的整数")
    return int(text)


def _since(token: str, resource: Resource, asker: Asker) -> dict[str, Any]:
    if not resource.mirrored:
        raise refused("changed_since", "不适用于这个地址")
    since = cursors.read(cursors.CHANGES, token, resource.key, "changed_since")
    if since["m"] != asker.mark:
        raise Problem("resync", "账号的条线、地区或单位变了，请完整读取一次。")
    return since
