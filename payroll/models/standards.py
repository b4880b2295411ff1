"""Guidance standards (薪酬指导标准, 三(一)-5): dated versions of pay by sector × rung, for three sectors only."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from posts.models import Sector
from xmsw.accounts.roles import Capability
from xmsw.accounts.scope import Scope, ScopedQuerySet
from xmsw.dated import DatedQuerySet, DateRange, ends_after_start, holds_on
from xmsw.feed.triggers import feed_triggers
from xmsw.policy.recheck import recheck_triggers
from xmsw.workflow.triggers import waiting_triggers

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from xmsw.accounts.models import User

CENT = Decimal("0.01")
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


ISSUED = ("published", "superseded")  # states in which a version is, or was, in force; nobody rewrites it then


class GuidanceStandardQuerySet(ScopedQuerySet):
    scope = Scope(region="city__code")

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Issued versions to everybody; drafts to whoever makes the standards of that city."""
        if user.is_authenticated and user.acts and user.area_code and user.can(Capability.EDIT_STANDARDS):
            return self.filter(Q(state__in=ISSUED) | Q(city_id=user.area_code[:4]))
        return self.filter(state__in=ISSUED)

    def in_force(self, on: date) -> GuidanceStandardQuerySet:
        """Published versions of that day."""
        return self.filter(holds_on(on), state__in=ISSUED)


@pghistory.track(level=pghistory.Statement)
class GuidanceStandard(models.Model):
    """One version for one sector of a city. Annual pay of a rung = its amount, or its share of the base year's wage.

    Draft → review → published → superseded; who drafted it does not publish it. Once published only its last day and
    its state change, by the version after it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        REVIEW = "review", "审查中"
        RETURNED = "returned", "已退回"
        PUBLISHED = "published", "已发布"
        SUPERSEDED = "superseded", "已被替代"
        WITHDRAWN = "withdrawn", "已撤销"

    city = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="适用城市")
    sector = models.CharField("领域", max_length=12, choices=[(s.value, s.label) for s in GUIDED_SECTORS])
    document = models.CharField("文号", max_length=100)
    base_year = models.PositiveSmallIntegerField("基准年")
    base_wage = models.DecimalField("基准年平均工资（元/年）", max_digits=12, decimal_places=2)
    float_down = models.DecimalField("区可下浮比例", max_digits=5, decimal_places=4, default=0)
    float_up = models.DecimalField("区可上浮比例", max_digits=5, decimal_places=4, default=0)
    note = models.TextField("说明", max_length=1000, blank=True)
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
                expressions=[
                    ("city", RangeOperators.EQUAL),
                    ("sector", RangeOperators.EQUAL),
                    (DateRange("start", "end"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=ISSUED),
                violation_error_message="这个领域在这段时间已有发布的指导标准，不能重叠。",
            ),
            models.CheckConstraint(
                condition=Q(float_down__gte=0, float_down__lt=1, float_up__gte=0, float_up__lt=1),
                name="a_float_lies_between_0_and_1",
                violation_error_message="浮动比例应在 0 到 100% 之间。",
            ),
            ends_after_start("a_standard_ends_after_it_starts"),
        ]
        triggers: ClassVar = [
            *recheck_triggers(f"SELECT NULL::bigint FROM changed WHERE state IN {ISSUED}"),
            *feed_triggers("standards"),
            *waiting_triggers(
                "standard",
                # 三(一)-5: civil affairs and 人社 make it together; the lead sees every desk, 人社 its own.
                "SELECT changed.id, changed.document, NULL::bigint, r.name, changed.city_id, 'human_resources', '' "
                "FROM changed JOIN regions_region r ON r.code = changed.city_id",
                ("review",),
            ),
            pgtrigger.ReadOnly(
                name="issued_standards_stay",
                exclude=["state", "end"],
                condition=pgtrigger.Q(old__state__in=ISSUED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}（{self.get_sector_display()}）"

    @property
    def issued(self) -> bool:
        """Whether it is, or was, in force."""
        return self.state in ISSUED


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
        triggers: ClassVar = [
            *feed_triggers("standards", "SELECT standard_id FROM changed"),
            pgtrigger.Trigger(
                name="issued_rungs_stay",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                declare=[("touched", "bigint")],
                func=f"""
                    touched := CASE WHEN TG_OP = 'DELETE' THEN OLD.standard_id ELSE NEW.standard_id END;
                    IF EXISTS (SELECT FROM payroll_guidancestandard g WHERE g.id = touched AND g.state IN {ISSUED}) THEN
                        RAISE EXCEPTION 'rungs of an issued standard stay' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.get_rung_display()

    @property
    def annual(self) -> Decimal:
        """Yuan a year, to the cent, half up."""
        value = self.amount if self.amount is not None else self.share * self.standard.base_wage
        return value.quantize(CENT, ROUND_HALF_UP)


class DistrictFloatQuerySet(ScopedQuerySet, DatedQuerySet):
    """Read by everybody; `visible_to` gives those that the account may set."""

    scope = Scope(region="district__code")


@pghistory.track(level=pghistory.Statement)
class DistrictFloat(models.Model):
    """A district's own rate on a standard (厦民〔2017〕279号: ±10 %): its pay = standard × (1 + rate), dated.

    The standard's ceiling is held by a trigger. Without a rate the least that any district may set is the floor.
    """

    standard = models.ForeignKey(
        GuidanceStandard, on_delete=models.CASCADE, related_name="floats", verbose_name="指导标准"
    )
    district = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="区")
    rate = models.DecimalField("浮动比例", max_digits=5, decimal_places=4, help_text="上浮为正，下浮为负")
    document = models.CharField("文号", max_length=100)
    start = models.DateField("施行日期")
    end = models.DateField("废止日期", null=True, blank=True)

    objects = DistrictFloatQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "区浮动比例"
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_float_of_a_district_at_a_time",
                expressions=[
                    ("standard", RangeOperators.EQUAL),
                    ("district", RangeOperators.EQUAL),
                    (DateRange("start", "end"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="这个区在这段时间已有浮动比例，不能重叠。",
            ),
            ends_after_start("a_float_ends_after_it_starts"),
        ]
        triggers: ClassVar = [
            *recheck_triggers("SELECT NULL::bigint FROM changed"),
            *feed_triggers("standards", "SELECT standard_id FROM changed"),
            pgtrigger.Trigger(
                name="a_float_stays_within_the_standard",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                    IF EXISTS (SELECT FROM payroll_guidancestandard g WHERE g.id = NEW.standard_id
                               AND (NEW.rate < -g.float_down OR NEW.rate > g.float_up)) THEN
                        RAISE EXCEPTION 'float beyond the standard' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'a_float_stays_within_the_standard';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district} {self.rate:+.2%}"


class EconomicIndicatorQuerySet(ScopedQuerySet):
    scope = Scope(region="city__code")

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Officers see the figures of their city."""
        officer = user.is_authenticated and user.acts and user.area_code
        return self.filter(city_id=user.area_code[:4]) if officer else self.none()


@pghistory.track(level=pghistory.Statement)
class EconomicIndicator(models.Model):
    """A year's figures that the standard follows (三(一)-6): average wage, growth of GDP and of consumer prices.

    `average_wage`: 城镇非私营单位在岗职工年平均工资, yuan a year. Growth as a share: 0.052 is 5.2 %.
    """

    city = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="城市")
    year = models.PositiveSmallIntegerField("年份", validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    average_wage = models.DecimalField(
        "城镇非私营单位在岗职工年平均工资（元）",
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(1))],
    )
    gdp_growth = models.DecimalField("地区生产总值增长率", max_digits=6, decimal_places=4, null=True, blank=True)
    cpi_growth = models.DecimalField("居民消费价格涨幅", max_digits=6, decimal_places=4, null=True, blank=True)
    source = models.CharField("来源", max_length=200, help_text="公布机关和文件或网址")
    published_on = models.DateField("公布日期")
    synthetic = models.BooleanField("演示数据", default=False)

    objects = EconomicIndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "经济指标"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["city", "year"],
                name="one_indicator_a_year",
                violation_error_message="这一年的经济指标已经登记，请修改已有的一条。",
            ),
            models.CheckConstraint(condition=Q(average_wage__gt=0), name="an_average_wage_is_positive"),
        ]
        # Rule 31080 holds purchased services against the wage of the year before.
        triggers: ClassVar = recheck_triggers("SELECT NULL::bigint FROM changed")

    def __str__(self) -> str:
        return f"{self.year} 年"


@pghistory.track(level=pghistory.Statement)
class StandardReview(models.Model):
    """适时调整 (三(一)-6): that a year's figures were looked at, with the decision; `standard` is what came of it."""

    class Outcome(models.TextChoices):
        ADJUST = "adjust", "调整"
        KEEP = "keep", "暂不调整"

    indicator = models.ForeignKey(
        EconomicIndicator, on_delete=models.PROTECT, related_name="reviews", verbose_name="经济指标"
    )
    sector = models.CharField("领域", max_length=12, choices=[(s.value, s.label) for s in GUIDED_SECTORS])
    outcome = models.CharField("决定", max_length=8, choices=Outcome.choices)
    reason = models.TextField("理由", max_length=1000)
    standard = models.ForeignKey(
        GuidanceStandard,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="reviews",
        verbose_name="新标准",
    )
    decided_on = models.DateField("日期")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="经办人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "指导标准审议"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indicator", "sector"],
                name="a_year_is_reviewed_once_a_sector",
                violation_error_message="这一年的指标对这个领域已经审议过。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.get_sector_display()}：{self.get_outcome_display()}"
