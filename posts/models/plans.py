"""What areas do beside the employers: allocation plans (补充配置, 二(二)-5) and incubated agencies (二(二)-8)."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from posts.models.employers import EMPLOYER_SCOPE, Employer
from xmsw.accounts.scope import Scope, ScopedQuerySet
from xmsw.dated import DatedQuerySet, ends_after_start
from xmsw.workflow.triggers import waiting_triggers


class AllocationPlanQuerySet(ScopedQuerySet):
    scope = Scope(region="region__code")


@pghistory.track(level=pghistory.Statement)
class AllocationPlan(models.Model):
    """A district or street puts people into communities and centres of its area, as a document of a year says."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待批准"
        RETURNED = "returned", "已退回"
        APPROVED = "approved", "执行中"
        CLOSED = "closed", "已办结"

    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="配置主体")
    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("名称", max_length=100)
    document = models.CharField("批准文件", max_length=200, blank=True)
    basis = models.CharField("需要依据", max_length=300)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)

    objects = AllocationPlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "补充配置计划"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["region", "year", "title"],
                name="a_plan_of_a_name_exists_once_a_year",
                violation_error_message="这个区（街道）今年已经有同名的计划。",
            ),
            models.CheckConstraint(condition=Q(year__range=(2017, 2100)), name="a_plan_is_of_a_year_since_the_policy"),
        ]
        triggers: ClassVar = waiting_triggers(
            "allocation",
            "SELECT changed.id, changed.title, NULL::bigint, r.name, changed.region_id, 'civil_affairs', '' "
            "FROM changed JOIN regions_region r ON r.code = changed.region_id",
            ["submitted"],
        )

    def __str__(self) -> str:
        return f"{self.year} 年 {self.title}"


class AllocationLine(models.Model):
    """How many people of a plan go to one employer of the plan's area."""

    plan = models.ForeignKey(AllocationPlan, on_delete=models.CASCADE, related_name="lines", verbose_name="计划")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+", verbose_name="用人单位")
    headcount = models.PositiveSmallIntegerField("人数")
    need = models.CharField("实际需要", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "补充配置"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "employer"],
                name="an_employer_stands_once_in_a_plan",
                violation_error_message="这家单位已经在计划里。",
            ),
            models.CheckConstraint(
                condition=Q(headcount__gte=1),
                name="a_line_allocates_somebody",
                violation_error_message="人数至少是 1。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employer} {self.headcount} 人"


class Support(models.TextChoices):
    PLACE = "place", "场地"
    FUND = "fund", "资金"
    PROJECT = "project", "项目"
    TRAINING = "training", "培训"
    OTHER = "other", "其他"


class IncubationQuerySet(ScopedQuerySet, DatedQuerySet):
    # By the street that incubates, not where the agency sits: the register is the streets' (二(二)-8).
    scope = replace(EMPLOYER_SCOPE.under("agency__"), region="street__code", by_district=False)


@pghistory.track(level=pghistory.Statement)
class Incubation(models.Model):
    """A street or town incubates a social-work agency with what it has (二(二)-8): encouraged, never a violation."""

    street = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="街道（镇）")
    agency = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="incubations", verbose_name="机构")
    support = ArrayField(models.CharField(max_length=10, choices=Support.choices), verbose_name="支持方式")
    start = models.DateField("孵化开始")
    end = models.DateField("出壳日期", null=True, blank=True)
    note = models.CharField("依托资源", max_length=200, blank=True)

    objects = IncubationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "孵化机构"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["street", "agency"],
                name="a_street_incubates_an_agency_once",
                violation_error_message="这个街道（镇）已经登记过这家机构。",
            ),
            ends_after_start("an_incubation_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.agency} @ {self.street}"
