"""What this installation has been through: steps of preparation that happen once."""

from __future__ import annotations

from django.db import models


class Milestone(models.Model):
    """A step of `manage.py prepare` that is over for this database, with its outcome ("loaded", "declined", "done")."""

    name = models.CharField("步骤", max_length=40, primary_key=True)
    outcome = models.CharField("结果", max_length=20)
    reached_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "准备步骤"

    def __str__(self) -> str:
        return f"{self.name}：{self.outcome}"
