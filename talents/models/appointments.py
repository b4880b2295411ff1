"""Appointments (聘用/任): a worker in a post for a date range."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from posts.models import AllocationLine, Post, Rung
from posts.models.employers import EMPLOYER_SCOPE
from talents.models.workers import SocialWorker
from xmsw.accounts.scope import ScopedQuerySet
from xmsw.dated import DateRange, ends_after_start, holds_on
from xmsw.feed.triggers import feed_triggers
from xmsw.policy.recheck import recheck_triggers
from xmsw.workflow.triggers import waiting_triggers

IN_FORCE_STATES = ("filed", "ended")


class AppointmentQuerySet(ScopedQuerySet):
    scope = replace(EMPLOYER_SCOPE.under("post__employer__"), own="worker__account")

    def in_force(self, on: date) -> AppointmentQuerySet:
        """Filed appointments that hold on that day; one ended later still counts for the days before."""
        return self.filter(holds_on(on), state__in=IN_FORCE_STATES)


@pghistory.track(level=pghistory.Statement)
class Appointment(models.Model):
    """A worker in a post. The certificate rule (二(四)-6 to -8) looks at what was held on `start`."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待备案"
        RETURNED = "returned", "已退回"
        FILED = "filed", "已备案"
        ENDED = "ended", "已结束"

    class Source(models.TextChoices):
        RECRUITMENT = "recruitment", "公开招聘"
        CONVERSION = "conversion", "转换提升"
        SUPPLEMENT = "supplement", "补充配置"

    worker = models.ForeignKey(SocialWorker, on_delete=models.PROTECT, related_name="appointments", verbose_name="人员")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments", verbose_name="岗位")
    start = models.DateField("聘用日期")
    end = models.DateField("聘期截止", null=True, blank=True)
    full_time = models.BooleanField("专职", default=True)
    source = models.CharField("配置来源", max_length=12, choices=Source.choices, default=Source.RECRUITMENT)
    prior_role = models.CharField("转换前职务", max_length=60, blank=True)
    allocating_region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, null=True, blank=True, verbose_name="补充配置的区、街道"
    )
    title = models.CharField("聘任职务", max_length=60, blank=True)
    document = models.CharField("聘用文件", max_length=200, blank=True)
    rung = models.ForeignKey(
        Rung, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments", verbose_name="职级"
    )
    rung_since = models.DateField("任现职级日期", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)
    end_reason = models.CharField("结束原因", max_length=100, blank=True)
    allocation = models.ForeignKey(
        AllocationLine,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="arrivals",
        verbose_name="补充配置计划",
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "聘用"
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_full_time_appointment_a_worker_at_a_time",
                expressions=[("worker", RangeOperators.EQUAL), (DateRange("start", "end"), RangeOperators.OVERLAPS)],
                condition=Q(full_time=True, state__in=IN_FORCE_STATES),
                violation_error_message="此人在这段时间已有一个专职聘用。",
            ),
            ExclusionConstraint(
                name="one_appointment_a_post_at_a_time",
                expressions=[("post", RangeOperators.EQUAL), (DateRange("start", "end"), RangeOperators.OVERLAPS)],
                condition=Q(state__in=IN_FORCE_STATES),
                violation_error_message="这个岗位在这段时间已经有人。",
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(end__isnull=False), name="an_ended_appointment_has_a_last_day"
            ),
            ends_after_start("an_appointment_ends_after_it_starts"),
        ]
        triggers: ClassVar = [
            *recheck_triggers(
                # Besides the post's employer whoever employs the person: 证而未聘 asks for any appointment.
                "SELECT p.employer_id FROM changed JOIN posts_post p ON p.id = changed.post_id "
                "UNION SELECT m.employer_id FROM changed JOIN talents_employment m ON m.worker_id = changed.worker_id"
            ),
            *feed_triggers("appointments"),
            *waiting_triggers(
                "appointment",
                "SELECT changed.id, w.name || ' → ' || p.name || '（' || p.code || '）', e.id, e.name, e.region_id, "
                "e.competent_bureau, e.sector FROM changed JOIN talents_socialworker w ON w.id = changed.worker_id "
                "JOIN posts_post p ON p.id = changed.post_id JOIN posts_employer e ON e.id = p.employer_id",
                ["submitted"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} → {self.post}"


class PromotionQuerySet(ScopedQuerySet):
    scope = replace(EMPLOYER_SCOPE.under("appointment__post__employer__"), own="appointment__worker__account")


@pghistory.track(level=pghistory.Statement)
class Promotion(models.Model):
    """A worker comes onto a rung of the employer's ladder on a day (二(四)-3); the first one is the entry."""

    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="promotions", verbose_name="聘用"
    )
    rung = models.ForeignKey(Rung, on_delete=models.PROTECT, related_name="promotions", verbose_name="职级")
    on = models.DateField("起始日期")
    document = models.CharField("文件", max_length=200, blank=True)

    objects = PromotionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "职级晋升"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["appointment", "on"],
                name="one_promotion_an_appointment_a_day",
                violation_error_message="这一天已经登记过一次职级变动。",
            )
        ]
        triggers: ClassVar = recheck_triggers(
            "SELECT p.employer_id FROM changed JOIN talents_appointment a ON a.id = changed.appointment_id "
            "JOIN posts_post p ON p.id = a.post_id"
        )

    def __str__(self) -> str:
        return f"{self.appointment} {self.rung} {self.on:%Y-%m-%d}"
