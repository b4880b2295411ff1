"""Talent pools (实务人才库, 专家库, 三(二)-2, -3): who is in, since when, for what, and what they took part in."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from posts.models import Employer
from talents.models import SocialWorker
from xmsw.accounts.scope import Scope, ScopedQuerySet
from xmsw.dated import DatedQuerySet, DateRange, ends_after_start
from xmsw.policy.recheck import recheck_triggers


class Expertise(models.TextChoices):
    """Service fields of clauses 一-5 and 二(三), as pools are searched by."""

    ELDERLY = "elderly", "为老服务"
    CHILDREN = "children", "儿童与青少年"
    FAMILY = "family", "家庭与婚姻"
    DISABILITY = "disability", "残疾人服务"
    COMMUNITY = "community", "社区治理"
    MEDICAL = "medical", "医务社工"
    SCHOOL = "school", "学校社工"
    JUSTICE = "justice", "司法与矫治"
    RELIEF = "relief", "救助与减灾"
    MANAGEMENT = "management", "机构管理"
    RESEARCH = "research", "研究与评估"


class PoolMemberQuerySet(ScopedQuerySet, DatedQuerySet):
    scope = Scope(region="region__code", own="worker__account")


@pghistory.track(level=pghistory.Statement)
class PoolMember(models.Model):
    """A membership. A social worker of the portal, or an outsider by name and organisation (experts only).

    `account` signs in to review; of a social worker it is the own account. `region`: who keeps the membership.
    A proposal (三(二)-2) counts once it is confirmed.
    """

    class Pool(models.TextChoices):
        PRACTICE = "practice", "实务人才库"
        EXPERT = "expert", "专家库"

    class State(models.TextChoices):
        PROPOSED = "proposed", "待确认"
        MEMBER = "member", "在库"
        LEFT = "left", "已出库"
        DECLINED = "declined", "未入库"

    pool = models.CharField("人才库", max_length=8, choices=Pool.choices)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="管理地区")
    worker = models.ForeignKey(
        SocialWorker, on_delete=models.PROTECT, null=True, blank=True, related_name="pools", verbose_name="人员"
    )
    name = models.CharField("姓名", max_length=40, blank=True, help_text="平台人员不用填")
    organisation = models.CharField("工作单位", max_length=120, blank=True)
    title = models.CharField("职务职称", max_length=80, blank=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="评审账号",
    )  # fmt: skip
    expertise = ArrayField(
        models.CharField(max_length=12, choices=Expertise.choices), verbose_name="专长领域", default=list, blank=True
    )
    honour = models.ForeignKey(
        "awards.Honour", on_delete=models.SET_NULL, null=True, blank=True, related_name="pools", verbose_name="来源奖项"
    )
    document = models.CharField("入库文件", max_length=200, blank=True)
    start = models.DateField("入库日期")
    end = models.DateField("聘期至", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PROPOSED)
    left_because = models.CharField("出库原因", max_length=200, blank=True)
    synthetic = models.BooleanField("演示数据", default=False)

    objects = PoolMemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "人才库成员"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(worker__isnull=False) | (~Q(name="") & ~Q(organisation="") & Q(pool="expert")),
                name="a_member_is_a_person_of_the_portal_or_a_named_expert",
                violation_error_message="请选平台人员；平台以外的专家要填姓名和工作单位。",
            ),
            ExclusionConstraint(
                name="one_membership_of_a_pool_at_a_time",
                expressions=[
                    (F("worker") + 0, RangeOperators.EQUAL),
                    ("pool", RangeOperators.EQUAL),
                    ("region", RangeOperators.EQUAL),
                    (DateRange("start", "end"), RangeOperators.OVERLAPS),
                ],
                condition=Q(worker__isnull=False, state__in=["proposed", "member"]),
                violation_error_message="此人已在这个人才库里。",
            ),
            ends_after_start("a_membership_ends_after_it_starts"),
        ]
        triggers: ClassVar = recheck_triggers(
            "SELECT h.employer_id FROM changed JOIN awards_honour h ON h.worker_id = changed.worker_id"
        )

    def __str__(self) -> str:
        return f"{self.person}（{self.get_pool_display()}）"

    @property
    def person(self) -> str:
        """The name."""
        return self.worker.name if self.worker_id else self.name


class CallUpQuerySet(ScopedQuerySet):
    scope = Scope(region="member__region__code", own="member__worker__account")


@pghistory.track(level=pghistory.Statement)
class CallUp(models.Model):
    """A member is called for some work (三(二)-3) and, once done, the hours; `employer`: whom it serves, if anybody."""

    class Kind(models.TextChoices):
        REVIEW = "review", "评审"
        TRAINING = "training", "授课培训"
        SUPERVISION = "supervision", "督导"
        APPRAISAL = "appraisal", "评估"

    class State(models.TextChoices):
        CALLED = "called", "已通知"
        ACCEPTED = "accepted", "已接受"
        DECLINED = "declined", "已谢绝"
        DONE = "done", "已完成"
        CANCELLED = "cancelled", "已取消"

    member = models.ForeignKey(PoolMember, on_delete=models.PROTECT, related_name="calls", verbose_name="成员")
    kind = models.CharField("工作", max_length=12, choices=Kind.choices)
    title = models.CharField("内容", max_length=120)
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="服务单位"
    )
    on = models.DateField("日期")
    hours = models.DecimalField("时数", max_digits=5, decimal_places=1, default=0, validators=[MinValueValidator(0)])
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.CALLED)
    answer = models.CharField("答复", max_length=200, blank=True)
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
        ]  # fmt: skip
        indexes: ClassVar = [models.Index(fields=["member", "on"], name="calls_of_a_member")]

    def __str__(self) -> str:
        return f"{self.member.person} {self.get_kind_display()} {self.on}"
