"""Imports: a batch is one uploaded file, with its staged rows, its problems and what its merge touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from xmsw.accounts.scope import Scope
from xmsw.audit.sealed import SealedField
from xmsw.exchange.kinds import ImportKind, bound_to, get, permitted_kinds

if TYPE_CHECKING:
    from xmsw.accounts.models import User


BATCH_SCOPE = Scope(region="org_unit__region__code", bureau="org_unit__bureau")


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: User) -> Self:
        """Batches of the account's unit and of those below it; of kinds the account may import.

        Of a confidential kind (pay) that it may import and not see: its own uploads alone.

        An account without a unit sees its own, while it works for all it worked for at the upload.
        """
        if not user.is_authenticated or not user.acts:
            return self.none()
        works_for = bound_to(user)
        if works_for is None:
            condition = BATCH_SCOPE.condition(user)
        else:
            own = Q(uploader=user, org_unit=None, works_for__contained_by=works_for)
            condition = own if works_for else None
        if condition is None:
            return self.none()
        kinds = permitted_kinds(user)
        opened = Q(kind__in=[kind.key for kind in kinds if kind.opens(user)]) | Q(uploader=user)
        return self.filter(condition, opened, kind__in=[kind.key for kind in kinds])


class Batch(models.Model):
    """One file on its way in. Its state changes in the transaction that does what the state says."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "等待核对"
        CHECKING = "checking", "正在核对"
        CHECKED = "checked", "已核对，等你确认"
        MERGING = "merging", "正在写入"
        MERGED = "merged", "已写入"
        REJECTED = "rejected", "已放弃"
        UNDONE = "undone", "已撤销"
        FAILED = "failed", "没有完成"

    WORKING = (State.UPLOADED, State.CHECKING, State.MERGING)

    kind = models.CharField("类别", max_length=20)
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件指纹", max_length=64)
    stored_as = models.CharField("存放", max_length=100, blank=True)
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, verbose_name="上传人"
    )
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="上传时所在机构",
    )
    works_for = ArrayField(models.BigIntegerField(), default=list, blank=True, verbose_name="上传时经办的单位")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="确认人",
    )
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.UPLOADED)
    message = models.CharField("说明", max_length=400, blank=True)
    attempt = models.PositiveIntegerField("执行次数", default=0)
    done = models.PositiveIntegerField("已处理", default=0)
    total = models.PositiveIntegerField("行数", default=0)
    new = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("变更", default=0)
    same = models.PositiveIntegerField("没有变化", default=0)
    errors = models.PositiveIntegerField("错误", default=0)
    warnings = models.PositiveIntegerField("提醒", default=0)
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    touched_at = models.DateTimeField("最近动作", auto_now=True)
    merged_at = models.DateTimeField("写入时间", null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入"
        indexes: ClassVar = [
            models.Index(fields=["uploader", "-id"], name="batch_uploader"),
            models.Index(
                fields=["touched_at"],
                name="batch_at_work",
                condition=Q(state__in=("uploaded", "checking", "merging")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}（{self.get_state_display()}）"

    @property
    def import_kind(self) -> ImportKind:
        return get(self.kind)

    @property
    def working(self) -> bool:
        """A task is at it, or should be."""
        return self.state in self.WORKING

    @property
    def orphaned(self) -> bool:
        """The uploader has left the unit or employer for which the file came; nobody's scope judges it any more."""
        uploader = self.uploader
        if uploader is None:
            return False
        moved = uploader.org_unit_id != self.org_unit_id
        return moved or not Batch.objects.visible_to(uploader).filter(pk=self.pk).exists()

    @property
    def mergeable(self) -> bool:
        """Checked, without errors and with something to write."""
        return self.state == self.State.CHECKED and not self.errors and self.new + self.changed > 0


class StagedRow(models.Model):
    """One row of the file: `raw` as read (sealed: it may hold personal data), `values` typed and safe to show.

    Like problems and touched objects it comes by the hundred thousand and goes with its batch: no key check a row.
    """

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows", db_constraint=False, verbose_name="导入")
    row = models.PositiveIntegerField("行号")
    raw = SealedField("原始内容")
    values = models.JSONField("内容", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "暂存行"
        constraints: ClassVar = [models.UniqueConstraint(fields=["batch", "row"], name="a_file_row_is_staged_once")]

    def __str__(self) -> str:
        return f"第 {self.row} 行"


class Problem(models.Model):
    """What is wrong with a cell. `format` problems come with reading the cell, the others from looking things up."""

    class Level(models.TextChoices):
        ERROR = "error", "错误"
        WARNING = "warning", "提醒"

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="problems", db_constraint=False, verbose_name="导入")
    row = models.PositiveIntegerField("行号")
    column = models.CharField("列", max_length=40)
    value = models.CharField("内容", max_length=200, blank=True)
    level = models.CharField("程度", max_length=8, choices=Level.choices)
    message = models.CharField("问题", max_length=300)
    mend = models.CharField("怎么改", max_length=300, blank=True)
    of_format = models.BooleanField("读取时发现", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "导入问题"
        indexes: ClassVar = [models.Index(fields=["batch", "level", "row"], name="problem_batch_row")]

    def __str__(self) -> str:
        return f"第 {self.row} 行：{self.message}"


class Touched(models.Model):
    """An object the merge wrote: as it was before (NULL: it was not), and a digest of what the merge left.

    `content` tells a later change, by whichever path, and outlives a dump and restore.
    """

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="touched", db_constraint=False, verbose_name="导入")
    table = models.CharField("表", max_length=63)
    object_id = models.BigIntegerField("编号")
    row = models.PositiveIntegerField("行号")
    before = models.JSONField("原内容", null=True)
    content = models.UUIDField("写入后的内容摘要", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "写入记录"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "table", "object_id"], name="an_object_is_touched_once_a_batch")
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.object_id}"
