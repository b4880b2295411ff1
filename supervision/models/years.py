"""Indicators (四(三)-3): targets of clauses, and year ends that never change once they are confirmed."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from posts.models import Sector
from supervision.models.registers import YEARS, Register
from xmsw.accounts.models import OFFICERS, Bureau
from xmsw.policy.models import Clause
from xmsw.regions.areas import in_area

_STAY = pgtrigger.Update | pgtrigger.Delete
# Rows of a year end are written with it, in one transaction, and none after that.
_WITH_IT = """
    IF (SELECT y.taken_at FROM supervision_yearend y WHERE y.id = NEW.year_end_id)
       IS DISTINCT FROM transaction_timestamp() THEN
        RAISE EXCEPTION 'a year end is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'a_year_end_is_closed';
    END IF;
    RETURN NEW;
"""


@pghistory.track(level=pghistory.Statement)
class ClauseTarget(Register):
    """What share of what a clause binds shall be met by the end of a year, in percent; a city's holds for its districts
    unless they have their own.
    """

    year = models.PositiveSmallIntegerField("年度", validators=YEARS)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="+", verbose_name="条款")
    percent = models.DecimalField(
        "达标目标（%）",
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )

    class Meta:
        verbose_name = verbose_name_plural = "条款目标"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["year", "clause", "region"],
                name="one_target_of_a_clause_a_year_and_area",
                violation_error_message="这个地区这一条今年已有目标，请改那一条。",
            ),
            models.CheckConstraint(condition=Q(percent__range=(0, 100)), name="a_target_is_a_share"),
            models.CheckConstraint(condition=Q(bureau=Bureau.CIVIL_AFFAIRS), name="civil_affairs_sets_targets"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.clause_id} {self.percent}%"


class YearEndQuerySet(models.QuerySet["YearEnd"]):
    def visible_to(self, user: object) -> Self:
        """Of the area of an officer of the lead: the figures are of all lines (四(一)-4)."""
        if not (user.is_authenticated and user.acts and user.role in OFFICERS and user.is_lead):
            return self.none()
        return self.filter(in_area("region__code", user.area_code))

    def newest(self) -> Self:
        """The version that counts of each area and year."""
        same = YearEnd.objects.filter(region=OuterRef("region"), year=OuterRef("year")).order_by("-version")
        return self.filter(version=Subquery(same.values("version")[:1]))


class YearEnd(models.Model):
    """What stood on the last day of a year in a city or a district. A correction is a new version with its reason.

    `digest`: SHA-256 over all its rows; `taken_by` is None where the schedule confirmed it.
    """

    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="市或区")
    year = models.PositiveSmallIntegerField("年度", validators=YEARS)
    version = models.PositiveSmallIntegerField("版本", default=1)
    day = models.DateField("统计日")
    reason = models.CharField("更正原因", max_length=200, blank=True)
    digest = models.CharField("摘要", max_length=64)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="确认人"
    )
    taken_at = models.DateTimeField("确认时间", db_default=TransactionNow())

    objects = YearEndQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "年末统计"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["region", "year", "version"], name="one_year_end_a_version"),
            models.CheckConstraint(condition=Q(day__month=12, day__day=31, day__year=F("year")), name="a_year_ends"),
            models.CheckConstraint(condition=Q(version=1) | ~Q(reason=""), name="a_correction_says_why"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="year_ends_stay", operation=_STAY)]

    def __str__(self) -> str:
        return f"{self.year} {self.region_id} 第 {self.version} 版"


class _Kept(models.Model):
    """A row of a year end: neither changed nor deleted, nor added afterwards."""

    class Meta:
        abstract = True
        triggers: ClassVar = [
            pgtrigger.Protect(name="kept_rows_stay", operation=_STAY),
            pgtrigger.Trigger(
                name="kept_with_the_year_end", operation=pgtrigger.Insert, when=pgtrigger.Before, func=_WITH_IT
            ),
        ]


class YearEndFigure(_Kept):
    """A figure (supervision/figures): `part`, or a share `part` ÷ `whole`; NULL where nothing was known or told.

    `sector` empty: the whole area. Label and unit are those of the day, so that a row explains itself for ever.
    """

    year_end = models.ForeignKey(YearEnd, on_delete=models.PROTECT, related_name="figures", verbose_name="年末统计")
    key = models.CharField("指标", max_length=40)
    sector = models.CharField("领域", max_length=12, choices=Sector.choices, blank=True)
    label = models.CharField("名称", max_length=60)
    unit = models.CharField("单位", max_length=10, blank=True)
    clause = models.CharField("条款", max_length=12)
    part = models.DecimalField("数值", max_digits=18, decimal_places=4, null=True)
    whole = models.DecimalField("总数", max_digits=18, decimal_places=4, null=True)

    class Meta(_Kept.Meta):
        verbose_name = verbose_name_plural = "年末指标"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year_end", "key", "sector"], name="one_figure_a_year_end")
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.part}"


class YearEndClause(_Kept):
    """How far a clause was carried out: outcomes counted, target, state; `measure`: what was counted, in words."""

    year_end = models.ForeignKey(YearEnd, on_delete=models.PROTECT, related_name="clauses", verbose_name="年末统计")
    clause = models.CharField("条款", max_length=12)
    state = models.CharField("状态", max_length=12)
    met = models.IntegerField("达标")
    total = models.IntegerField("对象")
    pending = models.IntegerField("待评估")
    target = models.DecimalField("达标目标（%）", max_digits=4, decimal_places=1, null=True)
    measure = models.CharField("统计", max_length=300, blank=True)

    class Meta(_Kept.Meta):
        verbose_name = verbose_name_plural = "年末条款情况"
        constraints: ClassVar = [models.UniqueConstraint(fields=["year_end", "clause"], name="one_clause_a_year_end")]

    def __str__(self) -> str:
        return f"{self.clause} {self.state}"


@pghistory.track(level=pghistory.Statement)
class ReportText(Register):
    """What officers say in the annual report besides the figures: a part of an area's report for a year."""

    class Part(models.TextChoices):
        DONE = "done", "主要做法"
        PROBLEMS = "problems", "存在的问题"
        PLANS = "plans", "下一步打算"

    year = models.PositiveSmallIntegerField("年度", validators=YEARS)
    part = models.CharField("部分", max_length=8, choices=Part.choices)
    text = models.TextField("文字", max_length=5_000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "报告文字"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["region", "year", "part"], name="one_text_a_part_of_a_report"),
            models.CheckConstraint(condition=Q(bureau=Bureau.CIVIL_AFFAIRS), name="civil_affairs_writes_reports"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.region_id} {self.get_part_display()}"
