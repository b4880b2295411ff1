"""What the REST interface offers of imports: batches, and what is wrong with their rows."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from xmsw.accounts.roles import Capability
from xmsw.api.fields import Field, Type
from xmsw.api.resources import Resource, resource
from xmsw.exchange.models import Batch, Problem

IMPORTERS = (Capability.IMPORT_EMPLOYERS, Capability.IMPORT_POSTS, Capability.IMPORT_STAFF)
ID = Field("id", "pk", Type.INTEGER, "编号", filters=("_in",), example=64)


def _problems(user: Any) -> QuerySet[Problem]:
    return Problem.objects.filter(batch__in=Batch.objects.visible_to(user).values("pk"))


UPLOADS = resource(
    Resource(
        key="uploads",
        label="导入",
        text="一次导入。先核对（checking），checked 且 errors 为 0 的等确认，确认后写入（merging、merged）。",
        model=Batch,
        capability=IMPORTERS,
        fields=(
            ID,
            Field("kind", "kind", Type.TEXT, "类别", filters=("",), example="pay"),
            Field("file_name", "file_name", Type.TEXT, "文件名"),
            Field("state", "state", Type.TEXT, "状态", choices=Batch.State, filters=("", "_in")),
            Field("message", "message", Type.TEXT, "说明"),
            Field("total", "total", Type.INTEGER, "行数"),
            Field("new", "new", Type.INTEGER, "新增的行"),
            Field("changed", "changed", Type.INTEGER, "变更的行"),
            Field("same", "same", Type.INTEGER, "没有变化的行"),
            Field("errors", "errors", Type.INTEGER, "有错误的行"),
            Field("warnings", "warnings", Type.INTEGER, "有提醒的行"),
            Field("uploaded_at", "uploaded_at", Type.MOMENT, "上传时间"),
            Field("merged_at", "merged_at", Type.MOMENT, "写入时间", null=True),
        ),
    )
)
PROBLEMS = resource(
    Resource(
        key="upload-problems",
        label="导入的问题",
        text="导入里哪一行哪一列有什么问题、怎么改。接口提交的 rows[n] 是第 n+3 行（第 1 行是列名，第 2 行空着）。",
        model=Problem,
        capability=IMPORTERS,
        rows=_problems,
        fields=(
            ID,
            Field("upload", "batch_id", Type.INTEGER, "导入编号", filters=("", "_in"), example=64),
            Field("row", "row", Type.INTEGER, "第几行", example=3),
            Field("column", "column", Type.TEXT, "列", example="base"),
            Field("value", "value", Type.TEXT, "内容（个人信息遮盖）"),
            Field("level", "level", Type.TEXT, "程度", choices=Problem.Level, filters=("",)),
            Field("message", "message", Type.TEXT, "问题"),
            Field("mend", "mend", Type.TEXT, "怎么改"),
        ),
    )
)
