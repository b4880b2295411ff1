"""Notices: one row a receiver, made by the database in sets, never twice for the same matter and stage.

What goes out by mail: whose address is confirmed, how each wants which kind, and one delivery a notice.
"""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from xmsw.accounts.roles import Capability
from xmsw.audit.sealed import SealedField
from xmsw.notices.kinds import LONGEST, Way, label_of

SHOWN = 99  # a bell counts no further


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: object) -> Self:
        """One's own."""
        return self.filter(user=user) if user.is_authenticated and user.acts else self.none()

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
    code = models.CharField("种类", max_length=LONGEST)
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

    @property
    def label(self) -> str:
        """Its kind, in words."""
        return label_of(self.code)


class NoticeSettings(models.Model):
    """Where an account gets its mails. `address` is always a confirmed one; `wanted` waits for its confirmation.
    `digested_on` is the last day of a digest that went out, or may have: a day has one."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_settings", verbose_name="账号"
    )
    address = SealedField("邮箱", null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    wanted = SealedField("待确认的邮箱", null=True, blank=True, editable=False)
    asked_at = models.DateTimeField("确认邮件发出时间", null=True, blank=True)
    digest_hour = models.PositiveSmallIntegerField("每日汇总的钟点", default=8, db_default=8)
    digested_on = models.DateField("最近一次汇总日期", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "提醒设置"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest_hour__lt=24), name="a_digest_has_an_hour"),
            models.CheckConstraint(
                condition=Q(address__isnull=True, confirmed_at__isnull=True)
                | Q(address__isnull=False, confirmed_at__isnull=False),
                name="mail_goes_to_confirmed_addresses",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}"


class NoticeChoice(models.Model):
    """How an account wants notices of one kind; without a row the kind's own way holds."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choices", verbose_name="账号"
    )
    code = models.CharField("种类", max_length=LONGEST)
    way = models.CharField("怎样收到", max_length=6, choices=Way.choices)

    class Meta:
        verbose_name = verbose_name_plural = "提醒方式"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "code"], name="one_way_a_kind"),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="a_way_that_exists"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.code} {self.way}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: object) -> Self:
        """Whoever manages accounts sees that mails went out or did not, never what they say."""
        return self.all() if user.is_authenticated and user.can(Capability.MANAGE_ACCOUNTS) else self.none()


class Delivery(models.Model):
    """A notice on its way by mail. `sending` is stored before the server is spoken to: whatever a dead process leaves
    there may have arrived, and is never sent again."""

    class State(models.TextChoices):
        QUEUED = "queued", "等待发送"
        SENDING = "sending", "正在发送"
        SENT = "sent", "已发送"
        FAILED = "failed", "发送失败"
        UNCLEAR = "unclear", "不确定是否送达"
        DROPPED = "dropped", "不用发"

    class Trouble(models.TextChoices):
        UNREACHABLE = "unreachable", "连不上邮件服务器"
        LOGIN = "login", "邮件服务器不接受登录或发件地址"
        DEFERRED = "deferred", "邮件服务器暂时不收"
        REFUSED = "refused", "对方拒收，请本人核对邮箱"
        UNSENDABLE = "unsendable", "邮件没有生成，原因在日志里"
        BROKEN_OFF = "broken-off", "发送时中断"

    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, related_name="delivery", verbose_name="提醒")
    way = models.CharField("方式", max_length=6, choices=Way.choices)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    error = models.CharField("原因", max_length=12, choices=Trouble.choices, blank=True)
    next_try_at = models.DateTimeField("下次发送")
    first_tried_at = models.DateTimeField("第一次发送", null=True, blank=True)
    tried_at = models.DateTimeField("最近一次发送", null=True, blank=True)
    sent_at = models.DateTimeField("送出时间", null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "邮件发送"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(way__in=[Way.NOW, Way.DIGEST]), name="mail_goes_at_once_or_in_a_digest"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="sent_mail_has_its_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["way", "next_try_at"], condition=Q(state="queued"), name="deliveries_due"),
            models.Index(fields=["tried_at"], condition=Q(state="sending"), name="deliveries_under_way"),
            models.Index(fields=["tried_at"], condition=Q(state__in=["failed", "unclear"]), name="deliveries_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.get_state_display()}"
