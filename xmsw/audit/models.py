"""Who looked at whose personal data, and why. Row history itself lives beside each model (django-pghistory)."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models


class AccessLog(models.Model):
    """One reveal of sealed data: written in the same transaction that shows it, never edited (a trigger refuses)."""

    at = models.DateTimeField("时间", auto_now_add=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="查看人")
    subject = models.CharField("对象类型", max_length=40)
    subject_id = models.BigIntegerField("对象编号")
    field = models.CharField("字段", max_length=40)
    reason = models.CharField("事由", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "个人信息查看记录"
        indexes: ClassVar = [models.Index(fields=["subject", "subject_id", "-at"])]
        triggers: ClassVar = [
            pgtrigger.Protect(name="access_log_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.user} 查看 {self.subject}#{self.subject_id}.{self.field}"
