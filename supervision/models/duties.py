"""Duties of the bureaus (四(一)): plans, yearly targets, contacts, joint meetings, guidance, supporting rules."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from posts.models import Employer
from supervision.models.registers import YEARS, Register, RegisterQuerySet, WithFile
from xmsw.accounts.models import Bureau
from xmsw.accounts.roles import Capability, Role
from xmsw.dated import DatedQuerySet, DateRange, ends_after_start
from xmsw.regions.areas import DISTRICT_DIGITS, in_area


class DatedRegisterQuerySet(RegisterQuerySet, DatedQuerySet):
    """Rows that hold for a time."""


@pghistory.track(level=pghistory.Statement)
class DevelopmentPlan(Register, WithFile):
    """A development plan that takes social work in (四(一)-1), for its period, with the sentence quoted."""

    name = models.CharField("规划名称", max_length=150)
    start = models.DateField("规划期起")
    end = models.DateField("规划期止")
    quote = models.TextField("写到社会工作的原文", max_length=2000)

    objects = DatedRegisterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发展规划"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["region", "name"],
                name="a_plan_is_filed_once",
                violation_error_message="这个地区的这份规划已经登记。",
            ),
            ends_after_start("a_development_plan_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(level=pghistory.Statement)
class YearlyTarget(Register):
    """How many posts a line should have in a district at a year's end (四(一)-4b). The city's is their sum."""

    year = models.PositiveSmallIntegerField("年度", validators=YEARS)
    posts = models.PositiveIntegerField("年末岗位目标（个）")

    class Meta:
        verbose_name = verbose_name_plural = "年度岗位目标"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["region", "bureau", "year"],
                name="one_target_a_line_and_district_and_year",
                violation_error_message="这个区、这个部门这一年的目标已经登记，请改那一条。",
            ),
            models.CheckConstraint(
                condition=Exact(Length(F("region_id")), DISTRICT_DIGITS),
                name="targets_are_of_districts",
                violation_error_message="目标按区下达，请选区。全市的目标是各区之和。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.get_bureau_display()} {self.year}"


@pghistory.track(level=pghistory.Statement)
class Contact(Register):
    """Who leads and who is the contact of a bureau at a node (四(一)-2), for a time."""

    lead = models.CharField("分管领导", max_length=60)
    lead_title = models.CharField("职务", max_length=60, blank=True)
    name = models.CharField("联络员", max_length=60)
    phone = models.CharField("办公电话", max_length=30, blank=True)
    start = models.DateField("起始日期")
    end = models.DateField("结束日期", null=True, blank=True)

    objects = DatedRegisterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "部门联络员"
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_contact_a_bureau_at_a_time",
                expressions=[
                    ("region", RangeOperators.EQUAL),
                    ("bureau", RangeOperators.EQUAL),
                    (DateRange("start", "end"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="这个部门在这段时间已有联络员。先给原来的填结束日期。",
            ),
            ends_after_start("a_contact_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.get_bureau_display()} {self.name}"


class MeetingQuerySet(RegisterQuerySet):
    """A bureau sees the meetings that it attended; 民政 every one of the area."""

    def visible_to(self, user: object) -> Self:
        """Meetings of the area, narrowed to those with one's own bureau."""
        if not user.is_authenticated or user.org_unit_id is None or user.is_lead:
            return super().visible_to(user)
        if not user.can(Capability.VIEW_COMPLIANCE):
            return self.none()
        return self.filter(in_area("region__code", user.area_code), attending__contains=[user.org_unit.bureau])


@pghistory.track(level=pghistory.Statement)
class JointMeeting(Register, WithFile):
    """A joint meeting (四(一)-2) with its minutes and the bureaus that attended."""

    title = models.CharField("会议名称", max_length=120)
    on = models.DateField("召开日期")
    chair = models.CharField("主持人", max_length=60, blank=True)
    attending = ArrayField(models.CharField(max_length=20, choices=Bureau.choices), verbose_name="参加部门")
    minutes = models.TextField("纪要", max_length=4000, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "联席会议"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["region", "title", "on"],
                name="a_meeting_is_recorded_once",
                violation_error_message="这次会议已经登记。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.title}"


class MeetingTaskQuerySet(RegisterQuerySet):
    def open_on(self, on: date) -> Self:
        """Given by that day and not yet done then."""
        return self.filter(given_on__lte=on).exclude(done_on__lte=on)

    def overdue(self, on: date) -> Self:
        """Not done on that day though the deadline was before it."""
        return self.open_on(on).filter(deadline__lt=on)


@pghistory.track(level=pghistory.Statement)
class MeetingTask(Register, WithFile):
    """A task that a meeting gave to a bureau (四(一)-2); done means done with evidence."""

    meeting = models.ForeignKey(
        JointMeeting, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name="联席会议"
    )
    title = models.CharField("任务", max_length=200)
    given_on = models.DateField("交办日期")
    deadline = models.DateField("期限")
    done_on = models.DateField("完成日期", null=True, blank=True)
    evidence = models.CharField("完成情况", max_length=500, blank=True)

    objects = MeetingTaskQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "联席任务"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | (Q(done_on__gte=F("given_on")) & ~Q(evidence="")),
                name="a_task_is_done_with_evidence",
                violation_error_message="完成的任务要写完成情况，完成日期不能早于交办日期。",
            ),
            models.CheckConstraint(
                condition=Q(deadline__gte=F("given_on")),
                name="a_task_is_due_after_it_is_given",
                violation_error_message="期限不能早于交办日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class GuidanceQuerySet(RegisterQuerySet):
    """人社 writes and sees its own; 民政 reads all; an employer's people what was said to their employer."""

    def visible_to(self, user: object) -> Self:
        """Rows of the area, or of the employer one belongs to."""
        if user.is_authenticated and user.acts and user.role == Role.EMPLOYER_STAFF:
            return self.filter(employer__members__user=user)
        return super().visible_to(user)


@pghistory.track(level=pghistory.Statement)
class GuidanceRecord(Register):
    """人社 guides an institution (四(一)-7): what was asked, what was answered."""

    class Matter(models.TextChoices):
        POSTS = "posts", "岗位设置"
        REVIEW = "review", "评价"
        PAY = "pay", "薪酬"
        INCENTIVE = "incentive", "激励"

    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="guidance_records", verbose_name="事业单位"
    )
    matter = models.CharField("事项", max_length=10, choices=Matter.choices)
    question = models.TextField("问题", max_length=2000)
    asked_on = models.DateField("提出日期")
    reply = models.TextField("指导意见", max_length=2000, blank=True)
    replied_on = models.DateField("答复日期", null=True, blank=True)

    objects = GuidanceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "人社指导"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(replied_on__isnull=True, reply="")
                | (Q(replied_on__isnull=False, replied_on__gte=F("asked_on")) & ~Q(reply="")),
                name="a_reply_has_its_day",
                violation_error_message="指导意见和答复日期要一起填，答复日期不能早于提出日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employer} {self.get_matter_display()}"


@pghistory.track(level=pghistory.Statement)
class SupportingRule(Register, WithFile):
    """A rule that carries a clause out (四(一)-4c): drafted, published, repealed, each by its day."""

    class Status(models.TextChoices):
        DRAFT = "draft", "起草"
        PUBLISHED = "published", "发布"
        REPEALED = "repealed", "废止"

    title = models.CharField("制度名称", max_length=150)
    clause = models.ForeignKey("policy.Clause", on_delete=models.PROTECT, related_name="+", verbose_name="落实的条款")
    drafted_on = models.DateField("开始起草")
    published_on = models.DateField("发布日期", null=True, blank=True)
    repealed_on = models.DateField("废止日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "配套制度"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["region", "title"],
                name="a_supporting_rule_is_recorded_once",
                violation_error_message="这份制度已经登记。",
            ),
            models.CheckConstraint(
                condition=(Q(published_on__isnull=True) | (Q(published_on__gte=F("drafted_on")) & ~Q(document="")))
                & (Q(repealed_on__isnull=True) | Q(published_on__isnull=False, repealed_on__gte=F("published_on"))),
                name="a_rule_is_drafted_published_repealed_in_turn",
                violation_error_message="先起草，再发布，最后废止；发布的要填文号。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def status_on(self, on: date) -> str:
        """起草, 发布 or 废止 on that day."""
        if self.repealed_on and self.repealed_on <= on:
            return self.Status.REPEALED
        return self.Status.PUBLISHED if self.published_on and self.published_on <= on else self.Status.DRAFT
