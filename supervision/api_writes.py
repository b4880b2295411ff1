"""What employers answer through the REST interface: orders to mend, item by item, with evidence."""

from __future__ import annotations

from typing import Any

from rest_framework.serializers import ValidationError

from supervision.api import RECTIFICATIONS
from supervision.flows.rectification import RECTIFICATION
from supervision.models import OrderItem, RectificationOrder
from supervision.rectifying import answer
from xmsw.accounts.roles import Capability
from xmsw.api.inputs import Contents, Input, Text, Whole
from xmsw.api.writes import Write, write
from xmsw.audit import stored
from xmsw.workflow.actions import MAX_ATTACHMENT, attach, move

MEGABYTE = 1024 * 1024
MOST = 42 * MEGABYTE  # a body: three files of the largest size, in Base64
MOST_FILES = 10  # of one item, as on the page


class Evidence(Input):
    """A file."""

    name = Text(max_length=80, help_text="文件名；收 PDF、JPG、PNG、DOCX、XLSX，扩展名要和内容一致")
    content = Contents(MAX_ATTACHMENT, help_text="文件内容，Base64 编码，10 MB 以内")


class ItemAnswer(Input):
    """What was done about one item."""

    place = Whole(min_value=1, max_value=32_767, help_text="通知里的第几项")
    response = Text(max_length=1000, help_text="做了什么、结果怎样")
    files = Evidence(many=True, required=False, max_length=MOST_FILES, help_text="证明材料")


class ResponseBody(Input):
    """The answer to an order; items answered before need no second answer."""

    items = ItemAnswer(many=True, required=False, max_length=200, help_text="各项的整改情况；以前填过的可以不再填")


def _respond(user: Any, values: dict[str, Any], id: Any) -> int:
    """Answer the items, keep the files, hand in; of what is refused nothing stays, no file either."""
    order = RectificationOrder.objects.visible_to(user).get(pk=id)
    told = values.get("items", [])
    lines = _lines(order, told)
    kept: list[str] = []
    try:
        for each in told:
            answer(user, order, lines[each["place"]].pk, each["response"])
            for file in each.get("files", []):
                name = f"第{each['place']}项-{file['name']}"
                kept.append(attach(user, RECTIFICATION, order.pk, name, file["content"]).stored_as)
        move(user, RECTIFICATION, order.pk, "respond")
    except BaseException:
        for each in kept:
            stored.forget(each)
        raise
    return order.pk


def _lines(order: RectificationOrder, told: list[dict[str, Any]]) -> dict[int, OrderItem]:
    """Items by their place; raises ValidationError for a place that is not there, or told twice."""
    lines = {each.place: each for each in order.items.all()}
    seen: set[int] = set()
    faults: list[dict[str, list[str]]] = []
    for each in told:
        place = each["place"]
        wrong = f"通知里没有第 {place} 项" if place not in lines else f"第 {place} 项写了两次" if place in seen else ""
        faults.append({"place": [wrong]} if wrong else {})
        seen.add(place)
    if any(faults):
        raise ValidationError({"items": faults})
    return lines


write(
    Write(
        resource=RECTIFICATIONS,
        summary="回复整改通知",
        text="各项都要有整改情况；提交后由签发地民政部门的另一位干部复核。",
        body=ResponseBody,
        perform=_respond,
        capability=(Capability.APPLY, Capability.ORDER_RECTIFICATION),
        example={"items": [{"place": 1, "response": "已按规定聘用持证人员，聘用备案已提交。"}]},
        name="response",
        status=200,
        clause="四(三)-2",
        most=MOST,
    )
)
