"""Public money (四(二)-1, -2; 四(一)-5): budget items, their ledger of appropriation and spending, their evaluation."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from supervision.models.registers import YEARS, BudgetQuerySet, Register, WithFile
from xmsw.accounts.models import Bureau
from xmsw.accounts.roles import Capability
from xmsw.accounts.scope import Scope
from xmsw.feed.triggers import feed_triggers

ZERO = Decimal(0)


def money(label: str, **more: object) -> models.DecimalField:
    """A sum in yuan, zero or more."""
    return models.DecimalField(label, max_digits=14, decimal_places=2, validators=[MinValueValidator(ZERO)], **more)


@pghistory.track(level=pghistory.Statement)
class BudgetItem(Register):
    """One item of an area's budget in a year, in yuan. It counts from the day the budget was approved.

    `appropriated` and `spent` are kept by the ledger's trigger: never more is appropriated than the budget says, never
    more spent than was appropriated and carried over. The item ends with its year.
    """

    class Purpose(models.TextChoices):
        PAY = "pay", "薪酬"
        INCENTIVE = "incentive", "激励"
        PURCHASE = "purchase", "购买服务"

    name = models.CharField("项目名称", max_length=120)
    year = models.PositiveSmallIntegerField("年度", validators=YEARS)
    purpose = models.CharField("用途", max_length=10, choices=Purpose.choices)
    amount = money("预算金额（元）")
    carried = money("上年结转（元）", default=ZERO)
    approved_on = models.DateField("批复日期")
    targets = models.TextField("绩效目标", max_length=2000, blank=True)
    appropriated = money("已拨付（元）", default=ZERO, editable=False)
    spent = money("已支出（元）", default=ZERO, editable=False)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "经费预算"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["region", "year", "name"],
                name="a_budget_item_is_recorded_once",
                violation_error_message="这个地区这一年的这个预算项目已经登记。",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, carried__gte=0, appropriated__gte=0, spent__gte=0),
                name="budget_sums_are_not_negative",
                violation_error_message="金额不能小于 0；冲回的不能多于记过的。",
            ),
            models.CheckConstraint(
                condition=Q(appropriated__lte=F("amount")),
                name="appropriation_stays_within_the_budget",
                violation_error_message="拨付合计不能超过预算金额。预算调整了的，先改预算金额。",
            ),
            models.CheckConstraint(
                condition=Q(spent__lte=F("appropriated") + F("carried")),
                name="spending_stays_within_what_was_appropriated",
                violation_error_message="支出合计不能超过已拨付和上年结转之和。先登记拨付。",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["region", "year"], name="budget_region_year")]
        triggers: ClassVar = feed_triggers("budgets")

    def __str__(self) -> str:
        return f"{self.year} {self.name}"

    @property
    def available(self) -> Decimal:
        """What may still be spent, in yuan."""
        return self.appropriated + self.carried - self.spent


class OfItemQuerySet(BudgetQuerySet):
    """What hangs on an item is seen with it."""

    scope = Scope(region="item__region__code", bureau="item__bureau")
    open_to = (Capability.KEEP_BUDGETS,)


@pghistory.track(level=pghistory.Statement)
class BudgetLine(models.Model):
    """One line of an item's ledger, in yuan, never changed: a mistake is met by a line that takes it back."""

    class Kind(models.TextChoices):
        APPROPRIATION = "appropriation", "拨付"
        SPENDING = "spending", "支出"

    item = models.ForeignKey(BudgetItem, on_delete=models.PROTECT, related_name="lines", verbose_name="预算项目")
    kind = models.CharField("类型", max_length=14, choices=Kind.choices)
    on = models.DateField("日期")
    amount = models.DecimalField(
        "金额（元）", max_digits=14, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    purpose = models.CharField("内容", max_length=200)
    document = models.CharField("凭证或文号", max_length=120, blank=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name="冲回"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="记账人"
    )
    recorded_at = models.DateTimeField("记账时间", auto_now_add=True)

    objects = OfItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "预算收支"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, reverses__isnull=True) | Q(amount__lt=0, reverses__isnull=False),
                name="a_budget_line_is_positive_or_takes_back",
                violation_error_message="金额要大于 0；记错的用冲回。",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="budget_lines_stay", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="a_line_moves_the_item",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                # The item's row is the queue; its own constraints refuse what is too much.
                func="""
                    UPDATE supervision_budgetitem SET
                        appropriated = appropriated + CASE NEW.kind WHEN 'appropriation' THEN NEW.amount ELSE 0 END,
                        spent = spent + CASE NEW.kind WHEN 'spending' THEN NEW.amount ELSE 0 END
                     WHERE id = NEW.item_id;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.get_kind_display()} {self.amount}"


@pghistory.track(level=pghistory.Statement)
class BudgetEvaluation(WithFile):
    """How an item did against its performance targets (四(二)-2), once."""

    class Grade(models.TextChoices):
        EXCELLENT = "excellent", "优"
        GOOD = "good", "良"
        FAIR = "fair", "中"
        POOR = "poor", "差"

    item = models.OneToOneField(
        BudgetItem, on_delete=models.PROTECT, related_name="evaluation", verbose_name="预算项目"
    )
    evaluated_on = models.DateField("评价日期")
    evaluator = models.CharField("评价单位", max_length=120)
    score = models.DecimalField(
        "得分", max_digits=5, decimal_places=2, validators=[MinValueValidator(ZERO), MaxValueValidator(Decimal(100))]
    )
    grade = models.CharField("等级", max_length=10, choices=Grade.choices)
    conclusion = models.TextField("评价结论", max_length=2000, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False,
        verbose_name="登记人",
    )  # fmt: skip

    objects = OfItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "绩效评价"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=100),
                name="a_score_lies_between_0_and_100",
                violation_error_message="得分在 0 到 100 之间。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.get_grade_display()}"


@pghistory.track(level=pghistory.Statement)
class PayIssue(Register):
    """A pay problem of a line (四(二)-3): how many people, how much is lacking, what is done about it until when."""

    title = models.CharField("问题", max_length=200)
    found_on = models.DateField("发现日期")
    people = models.PositiveIntegerField("涉及人数")
    gap = money("每年缺口（元）", null=True, blank=True)
    measure = models.TextField("解决办法", max_length=1000, blank=True)
    deadline = models.DateField("期限")
    solved_on = models.DateField("解决日期", null=True, blank=True)
    resolution = models.CharField("解决结果", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "薪酬问题"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(solved_on__isnull=True) | (Q(solved_on__gte=F("found_on")) & ~Q(resolution="")),
                name="a_pay_issue_is_solved_with_a_result",
                violation_error_message="解决了的要写解决结果，解决日期不能早于发现日期。",
            ),
            models.CheckConstraint(
                condition=Q(deadline__gte=F("found_on")),
                name="a_pay_issue_is_due_after_it_is_found",
                violation_error_message="期限不能早于发现日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track(level=pghistory.Statement)
class SocialFunding(Register):
    """Money from society (四(二)-4), in yuan."""

    class Source(models.TextChoices):
        DONATION = "donation", "捐赠"
        LOTTERY = "lottery", "福利彩票公益金"
        FOUNDATION = "foundation", "基金会"
        ENTERPRISE = "enterprise", "企业"

    source = models.CharField("来源", max_length=10, choices=Source.choices)
    giver = models.CharField("出资方", max_length=120)
    on = models.DateField("到账日期")
    amount = money("金额（元）")
    use = models.CharField("用途", max_length=200)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "社会资金"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="social_money_is_more_than_nothing",
                violation_error_message="金额要大于 0。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.giver} {self.amount}"


@pghistory.track(level=pghistory.Statement)
class UpwardReport(Register, WithFile):
    """What was sent up (文末): to the ministry's department or to the province, for a period, as a file."""

    class Recipient(models.TextChoices):
        MINISTRY = "ministry", "民政部社会工作司"
        PROVINCE = "province", "福建省民政厅"

    recipient = models.CharField("报送对象", max_length=10, choices=Recipient.choices)
    title = models.CharField("材料名称", max_length=150)
    period_start = models.DateField("报告期起")
    period_end = models.DateField("报告期止")
    on = models.DateField("报送日期")

    class Meta:
        verbose_name = verbose_name_plural = "上报材料"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")),
                name="a_report_covers_a_time",
                violation_error_message="报告期止不能早于报告期起。",
            ),
            models.CheckConstraint(condition=Q(bureau=Bureau.CIVIL_AFFAIRS), name="reports_go_up_from_civil_affairs"),
        ]

    def __str__(self) -> str:
        return self.title
