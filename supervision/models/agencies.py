"""What agencies live on besides public money: preferential policies (四(二)-5), fees and market income (四(二)-6)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from posts.models import Employer, Kind
from posts.models.employers import EMPLOYER_SCOPE
from supervision.models.money import money
from supervision.models.registers import YEARS, Register, RegisterQuerySet
from xmsw.accounts.models import OFFICERS
from xmsw.accounts.roles import Capability, Role
from xmsw.accounts.scope import ScopedQuerySet
from xmsw.dated import DatedQuerySet, ends_after_start
from xmsw.regions.areas import CITY_DIGITS, DISTRICT_DIGITS, in_area
from xmsw.workflow.past import stood
from xmsw.workflow.triggers import waiting_triggers


class PolicyQuerySet(RegisterQuerySet, DatedQuerySet):
    """Officers of every line read those of their area and its city, employers' people those of where they are."""

    def visible_to(self, user: object) -> Self:
        """Policies that hold where the account works; none for accounts without a place."""
        if not user.is_authenticated or not user.acts:
            return self.none()
        if user.role in OFFICERS and user.org_unit_id:
            return self.filter(in_area("region__code", user.area_code) | Q(region=user.area_code[:CITY_DIGITS]))
        if user.role == Role.EMPLOYER_STAFF:
            codes = Employer.objects.filter(members__user=user).values_list("region_id", flat=True)
            return self.filter(
                region__in={code[:digits] for code in codes for digits in (CITY_DIGITS, DISTRICT_DIGITS)}
            )
        return self.none()


@pghistory.track(level=pghistory.Statement)
class PreferentialPolicy(Register):
    """A policy that agencies may use (四(二)-5), with conditions over facts of an agency; empty: none."""

    name = models.CharField("政策名称", max_length=150)
    authority = models.CharField("受理机构", max_length=120)
    benefit = models.TextField("优惠内容", max_length=1000)
    start = models.DateField("施行日期")
    end = models.DateField("失效日期", null=True, blank=True)
    kinds = ArrayField(
        models.CharField(max_length=3, choices=Kind.choices), verbose_name="适用单位类别", default=list, blank=True
    )
    least_years = models.PositiveSmallIntegerField("成立满几年", null=True, blank=True)
    most_years = models.PositiveSmallIntegerField("成立不满几年", null=True, blank=True)
    least_staff = models.PositiveIntegerField("在职人员至少", null=True, blank=True)
    least_certified = models.DecimalField(
        "持证人员占比至少",
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
    )
    other = models.CharField("其他条件", max_length=300, blank=True, help_text="平台没有数据的条件，由受理机构核对")

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "优惠政策"
        constraints: ClassVar = [
            ends_after_start("a_preferential_policy_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["region", "name"],
                name="a_preferential_policy_is_listed_once",
                violation_error_message="这项政策已经登记。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OfEmployerQuerySet(ScopedQuerySet):
    scope = EMPLOYER_SCOPE.under("employer__")


class PolicyApplicationQuerySet(OfEmployerQuerySet):
    def visible_to(self, user: object) -> Self:
        """What was never handed in is the agency's alone."""
        rows = super().visible_to(user)
        return rows if user.is_authenticated and user.can(Capability.APPLY) else rows.exclude(state="draft")

    def standing(self, on: date) -> Self:
        """With `stood`, the state at the end of the day, and only what was handed in by a past one."""
        rows = self.annotate(stood=stood("policy", on, PolicyApplication.State.SUBMITTED))
        return rows if on >= timezone.localdate() else rows.exclude(stood="draft")


@pghistory.track(level=pghistory.Statement)
class PolicyApplication(models.Model):
    """An agency asks for a policy; civil affairs passes on or declines, and records what came of it and the jobs."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待受理"
        RETURNED = "returned", "已退回"
        GRANTED = "granted", "已享受"
        DECLINED = "declined", "未通过"
        WITHDRAWN = "withdrawn", "已撤销"

    policy = models.ForeignKey(
        PreferentialPolicy, on_delete=models.PROTECT, related_name="applications", verbose_name="优惠政策"
    )
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="policy_applications", verbose_name="机构"
    )
    statement = models.TextField("申请说明", max_length=2000, blank=True)
    jobs_planned = models.PositiveIntegerField("预计新增就业岗位", default=0)
    jobs_created = models.PositiveIntegerField("实际新增就业岗位", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)
    result = models.CharField("结果", max_length=300, blank=True)
    result_on = models.DateField("结果日期", null=True, blank=True)

    objects = PolicyApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "优惠政策申请"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["policy", "employer"],
                condition=Q(state__in=["draft", "submitted", "returned"]),
                name="one_open_application_a_policy",
                violation_error_message="这项政策已有一件申请在办，不能再申请。",
            )
        ]
        triggers: ClassVar = waiting_triggers(
            "policy",
            "SELECT changed.id, e.name || '：' || p.name, e.id, e.name, e.region_id, e.competent_bureau, e.sector "
            "FROM changed JOIN posts_employer e ON e.id = changed.employer_id "
            "JOIN supervision_preferentialpolicy p ON p.id = changed.policy_id",
            ("submitted",),
        )

    def __str__(self) -> str:
        return f"{self.employer}：{self.policy}"


class FeeQuerySet(OfEmployerQuerySet, DatedQuerySet):
    def noticed(self, on: date) -> Self:
        """Fees whose price was made public by that day."""
        return self.filter(notice_on__lte=on).exclude(notice_url="")


@pghistory.track(level=pghistory.Statement)
class FeeItem(models.Model):
    """A service for which an agency charges (四(二)-6), with price, basis and the public notice of the price."""

    class Basis(models.TextChoices):
        MARKET = "market", "市场调节价"
        GUIDED = "guided", "政府指导价"
        SET = "set", "政府定价"

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="fees", verbose_name="机构")
    service = models.CharField("服务项目", max_length=100)
    price = money("价格（元）")
    per = models.CharField("计价单位", max_length=20, help_text="例如：次、小时、月")
    basis = models.CharField("定价依据", max_length=8, choices=Basis.choices)
    document = models.CharField("依据文件", max_length=120, blank=True)
    start = models.DateField("开始收费")
    end = models.DateField("停止收费", null=True, blank=True)
    notice_url = models.URLField("价格公示链接", blank=True)
    notice_on = models.DateField("公示日期", null=True, blank=True)
    apart = models.CharField("收费对象", max_length=300, blank=True, help_text="与购买的服务名称相同时，写明向谁收费")

    objects = FeeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "收费项目"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["employer", "service", "start"],
                name="a_fee_is_entered_once",
                violation_error_message="这个收费项目已经登记。",
            ),
            models.CheckConstraint(
                condition=Q(notice_on__isnull=True, notice_url="") | (Q(notice_on__isnull=False) & ~Q(notice_url="")),
                name="a_price_notice_has_link_and_day",
                violation_error_message="价格公示的链接和日期要一起填。",
            ),
            ends_after_start("a_fee_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return self.service


@pghistory.track(level=pghistory.Statement)
class MarketIncome(models.Model):
    """An agency's income of a year, in yuan: all of it, and what came from fees."""

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="incomes", verbose_name="机构")
    year = models.PositiveSmallIntegerField("年度", validators=YEARS)
    total = money("总收入（元）")
    market = money("其中服务收费收入（元）")

    objects = OfEmployerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "机构收入"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["employer", "year"],
                name="one_income_an_agency_and_year",
                violation_error_message="这一年的收入已经登记，请改那一条。",
            ),
            models.CheckConstraint(
                condition=Q(market__gte=0, market__lte=F("total")),
                name="fees_are_part_of_the_income",
                violation_error_message="服务收费收入不能多于总收入。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employer} {self.year}"

    @property
    def share(self) -> Decimal | None:
        """Fees ÷ all income."""
        return self.market / self.total if self.total else None
