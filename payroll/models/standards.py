"""Guidance standards (薪酬指导标准, 三(一)-5): dated versions of pay by sector × rung, for three sectors only."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from posts.models import Sector
from xmsw.dated import DateRange, ends_after_start, holds_on
from xmsw.policy.recheck import recheck_triggers

GUIDED_SECTORS = (Sector.COMMUNITY, Sector.SOCIAL, Sector.ENTERPRISE)


class RungCode(models.TextChoices):
    """Six rungs of 厦民〔2017〕279号, and the senior one it leaves open («另行规定»)."""

    UNCERTIFIED = "uncertified", "未取证"
    ASSISTANT_2 = "assistant_2", "助理社会工作师二级"
    ASSISTANT_1 = "assistant_1", "助理社会工作师一级"
    SOCIAL_WORKER_3 = "social_worker_3", "社会工作师三级"
    SOCIAL_WORKER_2 = "social_worker_2", "社会工作师二级"
    SOCIAL_WORKER_1 = "social_worker_1", "社会工作师一级"
    SENIOR = "senior", "高级社会工作师"


class GuidanceStandardQuerySet(models.QuerySet["GuidanceStandard"]):
    def in_force(self, on: date) -> GuidanceStandardQuerySet:
        """Published versions of that day."""
        return self.filter(holds_on(on), state__in=("published", "superseded"))


class GuidanceStandard(models.Model):
    """One version for one sector. Annual pay of a rung = its amount, or its percent of the base year's wage."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        REVIEW = "review", "审查中"
        PUBLISHED = "published", "已发布"
        SUPERSEDED = "superseded", "已被替代"

    sector = models.CharField("领域", max_length=12, choices=[(s.value, s.label) for s in GUIDED_SECTORS])
    document = models.CharField("文号", max_length=100)
    base_year = models.PositiveSmallIntegerField("基准年")
    base_wage = models.DecimalField("基准年平均工资（元/年）", max_digits=12, decimal_places=2)
    float_down = models.DecimalField("区可下浮比例", max_digits=5, decimal_places=4, default=0)
    float_up = models.DecimalField("区可上浮比例", max_digits=5, decimal_places=4, default=0)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)
    start = models.DateField("施行日期")
    end = models.DateField("废止日期", null=True, blank=True)
    synthetic = models.BooleanField("演示数据", default=False)

    objects = GuidanceStandardQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "薪酬指导标准"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(sector__in=[s.value for s in GUIDED_SECTORS]),
                name="guidance_covers_three_sectors_only",
                violation_error_message="指导标准只适用城乡社区、社会组织和企业（三（一）-5）。",
            ),
            models.CheckConstraint(condition=Q(base_wage__gt=0), name="a_base_wage_is_positive"),
            ExclusionConstraint(
                name="published_standards_of_a_sector_never_overlap",
                expressions=[("sector", RangeOperators.EQUAL), (DateRange("start", "end"), RangeOperators.OVERLAPS)],
                condition=Q(state__in=("published", "superseded")),
            ),
            ends_after_start("a_standard_ends_after_it_starts"),
        ]
        triggers: ClassVar = recheck_triggers("SELECT NULL::bigint FROM changed")

    def __str__(self) -> str:
        return f"{self.document}（{self.get_sector_display()}）"


class GuidanceRung(models.Model):
    """Pay of one rung in one version: an annual amount, or a share of the base wage; exactly one of both."""

    standard = models.ForeignKey(
        GuidanceStandard, on_delete=models.CASCADE, related_name="rungs", verbose_name="指导标准"
    )
    rung = models.CharField("档级", max_length=16, choices=RungCode.choices)
    amount = models.DecimalField("年薪（元）", max_digits=12, decimal_places=2, null=True, blank=True)
    share = models.DecimalField("占基准工资比例", max_digits=6, decimal_places=4, null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "指导标准档级"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["standard", "rung"], name="a_rung_stands_once_in_a_standard"),
            models.CheckConstraint(
                condition=Q(amount__isnull=False, share__isnull=True) | Q(amount__isnull=True, share__isnull=False),
                name="a_rung_has_an_amount_or_a_share",
            ),
        ]
        triggers: ClassVar = recheck_triggers("SELECT NULL::bigint FROM changed")

    def __str__(self) -> str:
        return self.get_rung_display()
