"""Notices: one row a receiver, made by the database in sets, never twice for the same matter and stage."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models

SHOWN = 99  # a bell counts no further


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: object) -> Self:
        """One's own."""
        return self.filter(user=user) if user.is_authenticated and user.is_active else self.none()

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


def unread_count(user: object) -> str:
    """For the bell: «3», «99+», nothing where everything was read. One query over the index of unread ones."""
    found = Notice.objects.visible_to(user).unread().order_by()[: SHOWN + 1].count()
    return f"{SHOWN}+" if found > SHOWN else str(found or "")


class Notice(models.Model):
    """Something a person should know: said once a `stage` (e.g. 90, 30, 7 days before), until read."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", verbose_name="收件人"
    )
    code = models.CharField("种类", max_length=40)
    subject_id = models.BigIntegerField("对象编号")
    stage = models.CharField("阶段", max_length=20, blank=True)
    title = models.CharField("标题", max_length=200)
    text = models.CharField("内容", max_length=500, blank=True)
    url = models.CharField("链接", max_length=200, blank=True)
    at = models.DateTimeField("时间", db_default=models.functions.Now())
    read_at = models.DateTimeField("已读", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "code", "subject_id", "stage"], name="nothing_is_told_twice")
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], name="notices_of_user"),
            models.Index(fields=["user"], condition=models.Q(read_at__isnull=True), name="notices_unread"),
        ]

    def __str__(self) -> str:
        return self.title
