"""Runs of recalculation: durable, sharded, safe to run twice, with progress that a page can show."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Run(models.Model):
    """One recalculation. `day` is the day judged; a past day fills snapshots and leaves findings alone."""

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "核算中"
        DONE = "done", "已完成"
        FAILED = "failed", "未完成"

    class Reason(models.TextChoices):
        REQUEST = "request", "人工发起"
        NIGHTLY = "nightly", "每晚自动"
        PARAMETER = "parameter", "参数或标准变化"
        PAST_DAY = "past_day", "查看过去日期"

    day = models.DateField("核算日期")
    present = models.BooleanField("更新当前结果", default=True)
    area = models.CharField("范围", max_length=12, blank=True, db_collation="C")
    reason = models.CharField("原因", max_length=12, choices=Reason.choices)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, verbose_name="发起人"
    )
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField("发起时间", auto_now_add=True)
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("完成时间", null=True)
    employers = models.IntegerField("单位数", default=0)
    opened = models.IntegerField("新增", default=0)
    closed = models.IntegerField("消除", default=0)
    error = models.CharField("错误", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "核算"
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["day", "present", "area"],
                condition=Q(state__in=("queued", "running")),
                name="one_unfinished_run_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"核算 {self.pk}（{self.day:%Y-%m-%d}）"

    @property
    def unfinished(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)


class Shard(models.Model):
    """A span of region codes [low, high) of one run; one transaction, done once."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="shards", verbose_name="核算")
    low = models.CharField("起始代码", max_length=12, db_collation="C")
    high = models.CharField("截止代码", max_length=13, db_collation="C")
    employers = models.IntegerField("单位数", default=0)
    opened = models.IntegerField("新增", default=0)
    closed = models.IntegerField("消除", default=0)
    sent_at = models.DateTimeField("派发时间", null=True)
    tries = models.PositiveSmallIntegerField("次数", default=0)
    done_at = models.DateTimeField("完成时间", null=True)
    error = models.CharField("错误", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "核算分片"
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "low"], name="one_shard_a_span")]

    def __str__(self) -> str:
        return f"{self.run} {self.low}–{self.high}"
