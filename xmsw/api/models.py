"""Answers to writes that carried an Idempotency-Key, so that the same request sent again is answered the same."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class KeptAnswer(models.Model):
    """What a write under a key was answered; written in the transaction of the write. Refused writes keep nothing."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField("幂等键", max_length=200)
    fingerprint = models.CharField("请求摘要", max_length=64)
    status = models.PositiveSmallIntegerField("状态码", default=0)
    headers = models.JSONField("响应头", default=dict)
    body = models.BinaryField("响应", default=b"")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "幂等响应"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "key"], name="a_key_is_used_once_by_an_account")
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="kept_answer_age")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.key}"
