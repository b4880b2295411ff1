"""What the REST interface offers of the policy: its clauses and the dated parameters, to everybody."""

from typing import Any

from django.db.models import QuerySet

from xmsw.api.fields import Field, Type
from xmsw.api.resources import Resource, resource
from xmsw.policy.models import Clause, ParameterValue, Strength


def _clauses(user: Any) -> QuerySet[Clause]:
    return Clause.objects.all()


def _values(user: Any) -> QuerySet[ParameterValue]:
    return ParameterValue.objects.all()


resource(
    Resource(
        key="clauses",
        label="政策条款",
        text="厦民〔2017〕317号的各个条款：原文、约束力、约束谁。",
        model=Clause,
        rows=_clauses,
        id_type=Type.TEXT,
        fields=(
            Field("id", "id", Type.TEXT, "条款编号", filters=("_in", "_prefix"), example="二(二)-2"),
            Field("document", "document_id", Type.TEXT, "文号", example="厦民〔2017〕317号"),
            Field("order", "order", Type.INTEGER, "次序"),
            Field("quote", "quote", Type.TEXT, "原文", example="街道（镇）社区服务中心和城市社区"),
            Field("strength", "strength", Type.TEXT, "约束力", choices=Strength, filters=("",), example="M"),
            Field("strength_note", "strength_note", Type.TEXT, "约束力说明"),
            Field("binds", "binds", Type.TEXT, "约束对象", example="城市社区"),
        ),
    )
)
resource(
    Resource(
        key="parameters",
        label="核查参数",
        text="核查用的数字：每个参数的每个值，从哪天起施行，依据什么。",
        model=ParameterValue,
        rows=_values,
        fields=(
            Field("id", "pk", Type.INTEGER, "编号"),
            Field("code", "parameter_id", Type.TEXT, "参数代码", filters=("",), example="benchmark_min_size"),
            Field("name", "parameter__name", Type.TEXT, "名称", example="发布参照的最少人数"),
            Field("value", "value", Type.ANY, "值", example=5),
            Field("unit", "parameter__unit", Type.TEXT, "单位", example="人"),
            Field("clause", "parameter__clause_id", Type.TEXT, "条款", null=True, filters=("",)),
            Field("from_policy", "parameter__from_policy", Type.BOOLEAN, "317号文件规定", filters=("",)),
            Field("start", "start", Type.DAY, "施行日期", filters=("_gte", "_lte")),
            Field("end", "end", Type.DAY, "截止日期", null=True),
            Field("source", "source", Type.TEXT, "依据", example="厦民〔2017〕317号"),
        ),
    )
)
