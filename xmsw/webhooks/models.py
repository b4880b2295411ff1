"""Webhooks: who wants to be told of changes where, and each message on its way there.

A message says that something changed and from which address to read it; it never says what, and names no person.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from xmsw.audit.sealed import SealedField
from xmsw.clients.models import ApiClient

LONGEST_URL = 500
STOPPED = "订阅已停止"


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def visible_to(self, user: object) -> Self:
        """Those of the clients that the account sees on its pages."""
        return self.filter(client__in=ApiClient.objects.visible_to(user).values("pk"))

    def live(self) -> Self:
        """Those that are told."""
        return self.filter(stopped_at__isnull=True, client__stopped_at__isnull=True)


class Subscription(models.Model):
    """An address of a client's that is told when something of `resources` changed which the client sees.

    position: the seq of the feed up to which it was told. One sender at a time speaks to it: until `busy_until` nobody
    else does, and a sender that died is followed by another then. After a failure it is left alone until `held_until`;
    `failures` in a row since `failing_since`. Both secrets sign until `old_until`.
    """

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="webhooks", verbose_name="客户端")
    url = models.CharField("地址", max_length=LONGEST_URL)
    resources = ArrayField(models.CharField(max_length=40), verbose_name="资源")
    secret = SealedField("签名密钥", editable=False)
    old_secret = SealedField("旧签名密钥", null=True, blank=True, editable=False)
    old_until = models.DateTimeField("旧密钥用到", null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="建立人"
    )
    made_at = models.DateTimeField("建立时间", db_default=Now())
    stopped_at = models.DateTimeField("停止时间", null=True, blank=True)
    position = models.BigIntegerField("已通知到")
    busy_until = models.DateTimeField("正在发送至", db_default=Now())
    held_until = models.DateTimeField("暂停发送至", db_default=Now())
    failures = models.PositiveIntegerField("连续失败次数", default=0)
    failing_since = models.DateTimeField("开始失败", null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "变更通知订阅"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client", "url"], condition=Q(stopped_at__isnull=True), name="an_address_is_told_once"
            ),
            models.CheckConstraint(condition=Q(resources__len__gte=1), name="a_webhook_is_about_something"),
            models.CheckConstraint(
                condition=Q(old_secret__isnull=True, old_until__isnull=True)
                | Q(old_secret__isnull=False, old_until__isnull=False),
                name="an_old_webhook_secret_ends",
            ),
            models.CheckConstraint(
                condition=Q(failures=0, failing_since__isnull=True) | Q(failures__gt=0, failing_since__isnull=False),
                name="failing_webhooks_fail_since",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="webhooks_are_stopped_not_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="a_webhook_stays_what_it_is",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("client", "url", "made_by", "made_at"),
            ),
            pgtrigger.Protect(
                name="a_stopped_webhook_stays_stopped",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.stopped_at IS NOT NULL AND NEW.stopped_at IS NULL"),
            ),
        ]

    def __str__(self) -> str:
        return self.shown_url

    def end(self, now: datetime) -> None:
        """Nothing is sent there any more, and what waits is given up; the row itself is the caller's to save."""
        self.stopped_at = now
        self.deliveries.filter(state__in=Delivery.OPEN).update(state=Delivery.State.GIVEN_UP, error=STOPPED)

    @property
    def shown_url(self) -> str:
        """The address without its query, where a receiver may have put a key of its own."""
        before, mark, _ = self.url.partition("?")
        return f"{before}?…" if mark else before


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: object) -> Self:
        """Those to clients that the account sees on its pages."""
        return self.filter(subscription__in=Subscription.objects.visible_to(user).values("pk"))


class Delivery(models.Model):
    """One message. `event` and `body` stay what they are once it was tried, however often it is sent (at least once).

    resource: «» for a trial message; since: the position after which its changes lie.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "等待发送"
        FAILED = "failed", "失败，会重试"
        DELIVERED = "delivered", "已送达"
        GIVEN_UP = "given_up", "已放弃"

    OPEN: ClassVar = (State.WAITING, State.FAILED)

    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="deliveries", verbose_name="订阅"
    )
    event = models.UUIDField("消息编号", default=uuid.uuid4, unique=True, editable=False)
    resource = models.CharField("资源", max_length=40, blank=True)
    since = models.BigIntegerField("起始位置", default=0)
    body = models.JSONField("内容")
    made_at = models.DateTimeField("产生时间", db_default=Now())
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField("发送次数", default=0)
    next_at = models.DateTimeField("下次发送", db_default=Now())
    first_tried_at = models.DateTimeField("第一次发送", null=True, blank=True)
    tried_at = models.DateTimeField("最近一次发送", null=True, blank=True)
    delivered_at = models.DateTimeField("送达时间", null=True, blank=True)
    status = models.PositiveSmallIntegerField("对方状态码", null=True, blank=True)
    error = models.CharField("原因", max_length=100, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "变更通知"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "failed", "delivered", "given_up"]),
                name="a_webhook_state_that_exists",
            ),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False), name="a_delivered_webhook_has_its_time"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subscription", "-id"], name="deliveries_of_webhook"),
            models.Index(
                fields=["subscription", "next_at"], condition=Q(state__in=["waiting", "failed"]), name="webhooks_due"
            ),
            models.Index(fields=["made_at"], name="webhooks_by_age"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="a_sent_webhook_says_the_same",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.event <> NEW.event OR (OLD.attempts > 0 AND OLD.body <> NEW.body)"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.get_state_display()}"
