"""Cost sheets of purchased services (购买服务成本核算, 三(一)-7, -8): lines by category, traced to their standard."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Self

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import ExpressionWrapper, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, NullIf, Round

from payroll.models.insurance import ContributionTerms
from payroll.models.projects import PurchaseProject, PurchaseProjectQuerySet
from payroll.models.standards import GuidanceStandard, RungCode
from xmsw.accounts.roles import Capability
from xmsw.accounts.scope import ScopedQuerySet
from xmsw.policy.recheck import recheck_triggers
from xmsw.workflow.triggers import waiting_triggers

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from xmsw.accounts.models import User

_MONEY = models.DecimalField(max_digits=16, decimal_places=2)
_NUMBER = models.DecimalField(max_digits=24, decimal_places=10)
MONTHS = Decimal(12)


def _summed(expression: models.Expression, output: models.Field, **narrowed: str) -> Coalesce:
    """The sum over the lines of the outer sheet, 0 where it has none."""
    lines = CostLine.objects.filter(sheet=OuterRef("pk"), **narrowed).order_by().values("sheet")
    return Coalesce(Subquery(lines.annotate(n=Sum(expression)).values("n")), Decimal(0), output_field=output)


ONCE_APPROVED = ("approved", "superseded")


class CostSheetQuerySet(ScopedQuerySet):
    scope = PurchaseProjectQuerySet.scope.under("project__")

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Sheets of visible projects, for those who may see pay: a line with one head tells what one person is paid."""
        if not user.is_authenticated or not user.can(Capability.VIEW_PAY):
            return self.none()
        return super().visible_to(user)

    def approved_by(self, on: date) -> Self:
        """The version of each project approved last by the day; one superseded since counted until then."""
        known = CostSheet.objects.filter(project=OuterRef("project"), state__in=ONCE_APPROVED, approved_on__lte=on)
        return self.filter(pk=Subquery(known.order_by("-approved_on", "-version").values("pk")[:1]))

    def with_figures(self) -> Self:
        """Adds what the lines come to: `total` and `personnel` in yuan, `months` (heads × months of the personnel),
        `personnel_share` (0–1, of the total) and `per_head` (yuan a person-year); the last two NULL where undefined."""
        return self.annotate(
            total=_summed(F("amount"), _MONEY),
            personnel=_summed(F("amount"), _MONEY, category="personnel"),
            months=_summed(
                ExpressionWrapper(F("heads") * F("months"), output_field=_NUMBER), _NUMBER, category="personnel"
            ),
        ).annotate(
            personnel_share=ExpressionWrapper(F("personnel") / NullIf(F("total"), Decimal(0)), output_field=_NUMBER),
            per_head=Round(
                ExpressionWrapper(F("personnel") * MONTHS / NullIf(F("months"), Decimal(0)), output_field=_NUMBER), 2
            ),
        )


@pghistory.track(level=pghistory.Statement)
class CostSheet(models.Model):
    """One version of a project's costs. `standard` and `terms` are what its personnel lines were worked out from.

    Draft → submitted → approved (the former approved version is then superseded); who submitted does not approve.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待审定"
        RETURNED = "returned", "已退回"
        APPROVED = "approved", "已审定"
        SUPERSEDED = "superseded", "已被替代"
        WITHDRAWN = "withdrawn", "已撤销"

    project = models.ForeignKey(
        PurchaseProject, on_delete=models.PROTECT, related_name="cost_sheets", verbose_name="项目"
    )
    version = models.PositiveSmallIntegerField("版本")
    standard = models.ForeignKey(
        GuidanceStandard, on_delete=models.PROTECT, related_name="cost_sheets", verbose_name="薪酬指导标准"
    )
    terms = models.ForeignKey(
        ContributionTerms, on_delete=models.PROTECT, related_name="cost_sheets", verbose_name="缴费标准"
    )
    priced_on = models.DateField("计价日期", help_text="按这一天的标准、区浮动比例和缴费标准计算")
    note = models.TextField("说明", max_length=1000, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)
    approved_on = models.DateField("审定日期", null=True, blank=True)

    objects = CostSheetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "成本核算表"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "version"], name="a_cost_sheet_version_stands_once"),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(state="approved"),
                name="one_approved_cost_sheet_a_project",
                violation_error_message="这个项目已有一份审定的成本核算表。",
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(state__in=["draft", "submitted", "returned"]),
                name="one_open_cost_sheet_a_project",
                violation_error_message="这个项目已有一份在编的成本核算表，请在它上面修改。",
            ),
        ]
        triggers: ClassVar = [
            *waiting_triggers(
                "cost-sheet",
                "SELECT changed.id, p.title || '：成本核算表第 ' || changed.version || ' 版', p.provider_id, e.name, "
                "p.region_id, e.competent_bureau, e.sector FROM changed "
                "JOIN payroll_purchaseproject p ON p.id = changed.project_id "
                "JOIN posts_employer e ON e.id = p.provider_id",
                ("submitted",),
            ),
            *recheck_triggers(
                "SELECT p.provider_id FROM changed JOIN payroll_purchaseproject p ON p.id = changed.project_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}：第 {self.version} 版"


class CostCategory(models.TextChoices):
    """Heads of cost (厦民〔2022〕20号); PERSONNEL is the labour cost that 三(一)-8 asks for."""

    PERSONNEL = "personnel", "人员薪酬福利"
    SUPERVISION = "supervision", "督导及培训"
    ACTIVITY = "activity", "服务活动"
    MANAGEMENT = "management", "项目管理"
    EVALUATION = "evaluation", "评估"
    TAX = "tax", "税费"


class CostLine(models.Model):
    """One line, in yuan. Its amount is what the factors beside it give; the database holds it to that.

    Personnel: heads × months × (pay + insurance + fund), a head's monthly figures; `rung` tells whose pay it follows
    and `guidance` what the standard gives a month for it. Other categories: quantity × unit price.
    """

    sheet = models.ForeignKey(CostSheet, on_delete=models.CASCADE, related_name="lines", verbose_name="成本核算表")
    place = models.PositiveSmallIntegerField("序号")
    category = models.CharField("类别", max_length=12, choices=CostCategory.choices)
    title = models.CharField("内容", max_length=120)
    rung = models.CharField("薪酬档级", max_length=16, choices=RungCode.choices, blank=True)
    heads = models.PositiveSmallIntegerField("人数", null=True, blank=True)
    months = models.DecimalField("月数", max_digits=4, decimal_places=1, null=True, blank=True)
    guidance = models.DecimalField("指导标准（元/月）", max_digits=12, decimal_places=2, null=True, blank=True)
    pay = models.DecimalField("人均薪酬（元/月）", max_digits=12, decimal_places=2, null=True, blank=True)
    insurance = models.DecimalField("单位社保（元/人月）", max_digits=12, decimal_places=2, null=True, blank=True)
    fund = models.DecimalField("单位公积金（元/人月）", max_digits=12, decimal_places=2, null=True, blank=True)
    quantity = models.DecimalField("数量", max_digits=10, decimal_places=2, null=True, blank=True)
    unit = models.CharField("单位", max_length=12, blank=True)
    price = models.DecimalField(
        "单价（元）", max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(Decimal(0))]
    )
    amount = models.DecimalField("金额（元）", max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = verbose_name_plural = "成本项目"
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "place"], name="a_cost_line_has_a_place_of_its_own"),
            models.CheckConstraint(
                condition=Q(
                    category="personnel",
                    heads__gt=0,
                    months__gt=0,
                    pay__gte=0,
                    insurance__gte=0,
                    fund__gte=0,
                    amount=models.functions.Round(
                        F("heads") * F("months") * (F("pay") + F("insurance") + F("fund")), 2
                    ),
                )
                | ~Q(category="personnel") & Q(quantity__gte=0, price__gte=0, heads__isnull=True),
                name="a_cost_line_is_what_its_factors_give",
                violation_error_message="人员类填人数、月数和人均薪酬；其他类填数量和单价。",
            ),
            models.CheckConstraint(
                condition=Q(category="personnel") | Q(amount=models.functions.Round(F("quantity") * F("price"), 2)),
                name="another_cost_line_is_quantity_times_price",
                violation_error_message="金额应等于数量乘单价。",
            ),
        ]
        triggers: ClassVar = recheck_triggers(
            "SELECT p.provider_id FROM changed JOIN payroll_costsheet c ON c.id = changed.sheet_id "
            "JOIN payroll_purchaseproject p ON p.id = c.project_id"
        )

    def __str__(self) -> str:
        return self.title
