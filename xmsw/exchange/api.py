"""What the REST interface offers of imports: files on their way in, and what is wrong in their rows."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, QuerySet, Value

from xmsw.accounts.roles import Capability
from xmsw.api.fields import Field, Type
from xmsw.api.resources import PERSONNEL, Resource, resource
from xmsw.exchange.models import Batch, Problem

IMPORTERS = (Capability.IMPORT_EMPLOYERS, Capability.IMPORT_POSTS, Capability.IMPORT_STAFF)  # as the page
HIDDEN = Value(None, output_field=CharField())
NUMBER = Field("id", "pk", Type.INTEGER, "编号", filters=("_in",), example=32)


def _problems(user: Any) -> QuerySet[Problem]:
    """Those of the files that the account sees; what a problem quotes of personal data is masked already."""
    return Problem.objects.filter(batch__in=Batch.objects.visible_to(user))


def _count(name: str, text: str) -> Field:
    return Field(name, name, Type.INTEGER, text, example=0)


UPLOADS = resource(
    Resource(
        key="uploads",
        label="导入",
        text="上传的文件：核对到哪一步、新增变更多少、有多少错误、谁在什么时候写入。checked 之后计数才作数。",
        model=Batch,
        capability=IMPORTERS,
        fields=(
            NUMBER,
            Field("kind", "kind", Type.TEXT, "类别", filters=("",), example="staff"),
            Field("file_name", "file_name", Type.TEXT, "文件名", example="人员.xlsx"),
            Field("sha256", "sha256", Type.TEXT, "文件的 SHA-256"),
            Field("state", "state", Type.TEXT, "状态", choices=Batch.State, filters=("", "_in")),
            Field("message", "message", Type.TEXT, "说明"),
            Field("total", "total", Type.INTEGER, "行数", example=120),
            _count("done", "已处理的行数"),
            _count("new", "新增"),
            _count("changed", "变更"),
            _count("same", "没有变化"),
            _count("errors", "错误"),
            _count("warnings", "提醒"),
            Field("uploaded_by", "uploader__display_name", Type.TEXT, "上传人", null=True, example="林老师"),
            Field("confirmed_by", "confirmed_by__display_name", Type.TEXT, "确认人", null=True),
            Field("uploaded_at", "uploaded_at", Type.MOMENT, "上传时间", filters=("_gte", "_lte")),
            Field("merged_at", "merged_at", Type.MOMENT, "写入时间", null=True),
        ),
        counted={
            "kind": Field("kind", "kind", Type.TEXT, "类别"),
            "state": Field("state", "state", Type.TEXT, "状态", choices=Batch.State),
        },
    )
)
UPLOAD_PROBLEMS = resource(
    Resource(
        key="upload-problems",
        label="导入的问题",
        text="导入文件里每一格的错误和提醒：第几行、哪一列、怎么改。个人信息已遮盖。接口的 rows[n] 是第 n+3 行。",
        model=Problem,
        capability=IMPORTERS,
        rows=_problems,
        fields=(
            NUMBER,
            Field("upload", "batch_id", Type.INTEGER, "导入编号", filters=("", "_in"), example=32),
            Field("row", "row", Type.INTEGER, "行号", filters=("", "_gte", "_lte"), example=7),
            Field("column", "column", Type.TEXT, "列", example="credit_code"),
            Field("value", "value", Type.TEXT, "内容", needs=PERSONNEL, instead=HIDDEN, example="52350203MJ0000001"),
            Field("level", "level", Type.TEXT, "程度", choices=Problem.Level, filters=("",)),
            Field("message", "message", Type.TEXT, "问题", needs=PERSONNEL, instead=HIDDEN, example="校验位不对"),
            Field("mend", "mend", Type.TEXT, "怎么改", example="对照证照重填"),
        ),
        counted={"level": Field("level", "level", Type.TEXT, "程度", choices=Problem.Level)},
    )
)
