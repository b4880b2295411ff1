"""Call-ups (抽调, 三(二)-3): what members are wanted for, whose turn it is, and what they took part in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from awards.models.pools import Expertise, PoolMember, own_rows
from posts.models import Employer
from xmsw.accounts.scope import Scope, ScopedQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from xmsw.accounts.models import User

MOST_CALLED = 50  # for one task


class CallKind(models.TextChoices):
    """Work of clause 三(二)-3."""

    REVIEW = "review", "评审"
    TRAINING = "training", "授课培训"
    SUPERVISION = "supervision", "督导"
    APPRAISAL = "appraisal", "评估"


class CallTaskQuerySet(ScopedQuerySet):
    scope = Scope(region="region__code")


@pghistory.track(level=pghistory.Statement)
class CallTask(models.Model):
    """What so many members of a region's pools are wanted for on a day. `seed` decides by lot where nothing else does.

    `pool`, `expertise`: only members of that pool, with that field; empty: of any. `employer`: whom it serves.
    """

    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="组织地")
    kind = models.CharField("工作", max_length=12, choices=CallKind.choices)
    title = models.CharField("内容", max_length=120)
    on = models.DateField("日期")
    pool = models.CharField("人才库", max_length=8, choices=PoolMember.Pool.choices, blank=True)
    expertise = models.CharField("专长领域", max_length=12, choices=Expertise.choices, blank=True)
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="服务单位"
    )
    number = models.PositiveSmallIntegerField(
        "人数", default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_CALLED)]
    )
    seed = models.CharField("抽签种子", max_length=64, editable=False)
    cancelled_because = models.CharField("取消原因", max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="经办人"
    )
    synthetic = models.BooleanField("演示数据", default=False)

    objects = CallTaskQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "抽调任务"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=MOST_CALLED),
                name="a_task_wants_somebody",
                violation_error_message=f"人数应在 1 到 {MOST_CALLED} 之间。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.title}"


class CallUpQuerySet(ScopedQuerySet):
    scope = Scope(region="member__region__code", own="member__worker__account")

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Civil affairs of the area; the member's own account."""
        own = own_rows(user, "member__")
        return super().visible_to(user) if own is None else self.filter(own)

    def standing(self) -> Self:
        """Neither declined nor cancelled."""
        return self.exclude(state__in=(CallUp.State.DECLINED, CallUp.State.CANCELLED))

    def coming(self) -> Self:
        """Called or accepted, and not yet over."""
        return self.filter(state__in=CallUp.OPEN)

    def done(self, on: date) -> Self:
        """What members took part in up to that day."""
        return self.filter(state=CallUp.State.DONE, on__lte=on)


@pghistory.track(level=pghistory.Statement)
class CallUp(models.Model):
    """A member is called for some work (三(二)-3) and, once done, the hours; `employer`: whom it serves, if anybody.

    `task`: what it belongs to; a panel's work has none. `placed_because`: why it was this member's turn.
    """

    Kind = CallKind

    class State(models.TextChoices):
        CALLED = "called", "已通知"
        ACCEPTED = "accepted", "已接受"
        DECLINED = "declined", "已谢绝"
        DONE = "done", "已完成"
        CANCELLED = "cancelled", "已取消"

    OPEN = (State.CALLED, State.ACCEPTED)

    task = models.ForeignKey(
        CallTask, on_delete=models.PROTECT, null=True, blank=True, related_name="calls", verbose_name="抽调任务"
    )
    member = models.ForeignKey(PoolMember, on_delete=models.PROTECT, related_name="calls", verbose_name="成员")
    kind = models.CharField("工作", max_length=12, choices=CallKind.choices)
    title = models.CharField("内容", max_length=120)
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="服务单位"
    )
    on = models.DateField("日期")
    hours = models.DecimalField("时数", max_digits=5, decimal_places=1, default=0, validators=[MinValueValidator(0)])
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.CALLED)
    placed_because = models.CharField("抽调依据", max_length=200, blank=True, db_default="")
    answer = models.CharField("答复", max_length=200, blank=True)
    cancelled_because = models.CharField("取消原因", max_length=200, blank=True, db_default="")
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="抽调人"
    )

    objects = CallUpQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "抽调"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(hours__gte=0, hours__lte=500), name="hours_of_a_call_are_plausible",
                violation_error_message="时数应在 0 到 500 之间。",
            ),
            models.UniqueConstraint(
                fields=["member", "kind", "title", "on"],
                condition=~Q(state__in=["declined", "cancelled"]),
                name="a_member_is_called_once_for_one_thing",
                violation_error_message="这件事已经抽调过此人。",
            ),
            models.UniqueConstraint(
                fields=["member", "on"],
                condition=Q(state__in=["called", "accepted"]),
                name="a_member_is_called_for_one_thing_a_day",
                violation_error_message="此人这一天已经有抽调。",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [models.Index(fields=["member", "on"], name="calls_of_a_member")]

    def __str__(self) -> str:
        return f"{self.member.person} {self.get_kind_display()} {self.on}"
