"""What the REST interface offers of administrative divisions: all of them, to everybody."""

from typing import Any

from django.db.models import QuerySet

from xmsw.api.fields import Field, Type
from xmsw.api.resources import Resource, resource
from xmsw.regions.models import Level, Region


def _all(user: Any) -> QuerySet[Region]:
    return Region.objects.all()


resource(
    Resource(
        key="regions",
        label="行政区划",
        text="省、市、区、街道（镇）、社区（村）。代码逐级以前缀嵌套。",
        model=Region,
        rows=_all,
        id_type=Type.TEXT,
        clause="0-2",
        fields=(
            Field("id", "code", Type.TEXT, "代码", filters=("", "_prefix", "_in"), example="350203"),
            Field("name", "name", Type.TEXT, "名称", filters=("",), example="思明区"),
            Field("level", "level", Type.INTEGER, "级别", choices=Level, filters=("",)),
            Field("parent", "parent_id", Type.TEXT, "上级代码", null=True, filters=("",), example="3502"),
            Field("category", "category", Type.TEXT, "类型", example="市辖区"),
            Field("civil_affairs_code", "civil_affairs_code", Type.TEXT, "民政代码"),
        ),
    )
)
