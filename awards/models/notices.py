"""Public notice (公示): from the day after it is published for so many working days, and the objections to it."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from awards.models.cycles import AwardCycle
from awards.models.nominations import Nomination
from xmsw.accounts.scope import Scope, ScopedQuerySet
from xmsw.audit.sealed import SealedField
from xmsw.workflow.triggers import waiting_triggers


class PublicNoticeQuerySet(ScopedQuerySet):
    scope = Scope(region="cycle__region__code")


@pghistory.track(level=pghistory.Statement)
class PublicNotice(models.Model):
    """One notice of a cycle, or its extension: the one that ends last counts. `end`: its last working day."""

    cycle = models.ForeignKey(AwardCycle, on_delete=models.PROTECT, related_name="notices", verbose_name="表彰周期")
    published_on = models.DateField("发布日期")
    working_days = models.PositiveSmallIntegerField("工作日")
    end = models.DateField("截止日期")
    reason = models.CharField("延长原因", max_length=300, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="发布人"
    )

    objects = PublicNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公示"
        get_latest_by = ("end", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(end__gt=F("published_on")), name="a_notice_ends_after_its_day")
        ]

    def __str__(self) -> str:
        return f"{self.cycle} {self.published_on} 至 {self.end}"


class ObjectionQuerySet(ScopedQuerySet):
    scope = Scope(region="nomination__cycle__region__code")


@pghistory.track(level=pghistory.Statement)
class Objection(models.Model):
    """异议: somebody objects by name, with evidence, within the notice. Upheld, the nominee is not commended.

    The objector's name and phone are sealed: only who handles it reads them. Many at once about one nominee stand in
    a queue: none is refused for the others' sake, and the desk is not flooded.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", "待核查"
        QUEUED = "queued", "排队待核查"
        UPHELD = "upheld", "异议成立"
        REJECTED = "rejected", "异议不成立"

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="objections", verbose_name="人选")
    name = SealedField("异议人")
    phone = SealedField("联系电话")
    text = models.TextField("异议内容和证据线索", max_length=4000)
    received_at = models.DateTimeField("收到时间", auto_now_add=True)
    channel = models.CharField("方式", max_length=40, default="公示页面")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.SUBMITTED)
    finding = models.CharField("核查结论", max_length=1000, blank=True)

    objects = ObjectionQuerySet.as_manager()
    OPEN = (State.SUBMITTED, State.QUEUED)

    class Meta:
        verbose_name = verbose_name_plural = "异议"
        triggers: ClassVar = waiting_triggers(
            "objection",
            "SELECT changed.id, left('异议：' || w.name || '（' || c.title || '）', 200), NULL::bigint, r.name, "
            "c.region_id, 'civil_affairs', '' FROM changed JOIN awards_nomination n ON n.id = changed.nomination_id "
            "JOIN awards_awardcycle c ON c.id = n.cycle_id JOIN regions_region r ON r.code = c.region_id "
            "JOIN talents_socialworker w ON w.id = n.worker_id",
            ("submitted",),
        )

    def __str__(self) -> str:
        return f"对{self.nomination}的异议"
