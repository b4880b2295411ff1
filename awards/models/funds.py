"""Award funds (奖励基金, 三(二)-7, -8): founders, legal registration, and a ledger whose balance is never negative."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, Sum

from posts.models import Employer
from talents.models import SocialWorker
from xmsw.accounts.scope import Scope, ScopedQuerySet

_NO_BASIS = Q(legal_form="") | Q(registration="") | Q(registered_on__isnull=True)
_SCOPE = Scope(region="region__code", member="employer__members__user")


class AwardFundQuerySet(ScopedQuerySet):
    scope = _SCOPE

    def without_basis(self) -> Self:
        """Not known to be «依法设立»: legal form, registration number or day of registration is missing."""
        return self.filter(_NO_BASIS)

    def with_basis(self) -> Self:
        """Legal form, registration number and day are on record."""
        return self.exclude(_NO_BASIS)

    def open(self, on: date) -> Self:
        """Not closed before that day."""
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))

    def closed(self, on: date) -> Self:
        """Closed on that day or before."""
        return self.filter(closed_on__lte=on)


@pghistory.track(level=pghistory.Statement)
class AwardFund(models.Model):
    """A fund. Its legal form and registration may be missing: that is a warning, since it must be «依法设立»."""

    class Founder(models.TextChoices):
        INDUSTRY = "industry", "行业组织"
        ENTERPRISE = "enterprise", "企业"
        ORGANISATION = "organisation", "社会组织"
        PERSON = "person", "个人"

    class Form(models.TextChoices):
        FOUNDATION = "foundation", "基金会"
        SPECIAL = "special", "基金会专项基金"
        TRUST = "trust", "慈善信托"
        CHARITY = "charity", "慈善组织专项"

    name = models.CharField("基金名称", max_length=100)
    founder_kind = models.CharField("设立者类型", max_length=12, choices=Founder.choices)
    founder = models.CharField("设立者", max_length=120)
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, null=True, blank=True, related_name="award_funds",
        verbose_name="平台单位", help_text="设立者已在平台登记的，选它；它的经办人可以记账",
    )  # fmt: skip
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="管理地区")
    legal_form = models.CharField("法律形式", max_length=12, choices=Form.choices, blank=True)
    registration = models.CharField("登记或备案号", max_length=60, blank=True)
    registered_by = models.CharField("登记或管理机关", max_length=120, blank=True)
    registered_on = models.DateField("登记日期", null=True, blank=True)
    purpose = models.TextField("宗旨和奖励办法", max_length=2000, blank=True)
    closed_on = models.DateField("终止日期", null=True, blank=True)
    balance = models.DecimalField("余额（元）", max_digits=14, decimal_places=2, default=0, editable=False)
    synthetic = models.BooleanField("演示数据", default=False)

    objects = AwardFundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "奖励基金"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name", "region"], name="a_fund_has_one_name", violation_error_message="这个基金已经登记。"
            ),
            models.CheckConstraint(
                condition=Q(balance__gte=0),
                name="a_fund_is_never_overdrawn",
                violation_error_message="基金余额不够，不能支出这么多。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def lawful(self) -> bool:
        """Whether its legal basis is on record (依法设立)."""
        return bool(self.legal_form and self.registration and self.registered_on)

    def balance_on(self, on: date) -> Decimal:
        """What the lines dated up to that day come to, in yuan."""
        return self.entries.filter(on__lte=on).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


class FundEntryQuerySet(ScopedQuerySet):
    scope = replace(_SCOPE.under("fund__"), own="worker__account")

    def grants(self) -> Self:
        """Money to a person, and lines that take such a grant back."""
        return self.filter(worker__isnull=False)

    def of_year(self, year: int) -> Self:
        """Dated in that calendar year."""
        return self.filter(on__year=year)


@pghistory.track(level=pghistory.Statement)
class FundEntry(models.Model):
    """One line of the ledger, in yuan, never changed: a mistake is met by an entry that takes it back (`reverses`).

    A trigger numbers the lines of a fund, keeps its balance and refuses what it cannot pay; `balance`: after the line.
    """

    class Kind(models.TextChoices):
        DONATION = "donation", "捐赠收入"
        INTEREST = "interest", "利息和其他收入"
        GRANT = "grant", "奖励支出"
        COST = "cost", "管理支出"
        TRANSFER = "transfer", "终止转出"
        REVERSAL = "reversal", "冲正"

    INCOME = (Kind.DONATION, Kind.INTEREST)
    OUTLAY = (Kind.GRANT, Kind.COST, Kind.TRANSFER)

    fund = models.ForeignKey(AwardFund, on_delete=models.PROTECT, related_name="entries", verbose_name="基金")
    number = models.PositiveIntegerField("序号", editable=False, default=0)
    on = models.DateField("日期")
    kind = models.CharField("类型", max_length=10, choices=Kind.choices)
    amount = models.DecimalField(
        "金额（元）",
        max_digits=14,
        decimal_places=2,
        help_text="收入为正，支出为负",
        validators=[MinValueValidator(-(10**11))],
    )
    balance = models.DecimalField("余额（元）", max_digits=14, decimal_places=2, default=0, editable=False)
    party = models.CharField("捐赠人或收款人", max_length=120, blank=True)
    worker = models.ForeignKey(
        SocialWorker, on_delete=models.PROTECT, null=True, blank=True, related_name="fund_grants", verbose_name="受奖人"
    )
    reason = models.CharField("事由", max_length=300)
    document = models.CharField("凭证或文号", max_length=100, blank=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name="冲正"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="记账人"
    )
    recorded_at = models.DateTimeField("记账时间", auto_now_add=True)

    objects = FundEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "基金收支"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fund", "number"], name="lines_of_a_ledger_are_numbered"),
            models.CheckConstraint(
                condition=Q(kind__in=["donation", "interest"], amount__gt=0)
                | Q(kind__in=["grant", "cost", "transfer"], amount__lt=0)
                | Q(kind="reversal", reverses__isnull=False),
                name="income_is_positive_and_outlay_negative",
                violation_error_message="金额要大于 0。",
            ),
            models.CheckConstraint(
                condition=~Q(kind="grant") | Q(worker__isnull=False),
                name="a_grant_names_the_person",
                violation_error_message="奖励支出要写明受奖人。",
            ),
        ]
        triggers: ClassVar = [
            # Only two records of one person that become one move a line to the record that is kept.
            pgtrigger.Protect(
                name="ledger_lines_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["worker"], exclude_auto=False),
            ),
            pgtrigger.Protect(name="ledger_lines_are_not_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="a_line_moves_the_balance",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("ended", "date")],
                # The fund's row is the queue. Its own constraint refuses a negative balance.
                func="""
                    SELECT closed_on INTO ended FROM awards_awardfund WHERE id = NEW.fund_id FOR UPDATE;
                    IF ended IS NOT NULL THEN
                        RAISE EXCEPTION 'the fund is closed' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'a_closed_fund_takes_no_line';
                    END IF;
                    IF NEW.kind = 'reversal' AND NOT EXISTS (
                        SELECT FROM awards_fundentry WHERE id = NEW.reverses_id AND fund_id = NEW.fund_id
                           AND kind <> 'reversal' AND amount = -NEW.amount) THEN
                        RAISE EXCEPTION 'the line takes back another one' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'a_reversal_takes_back_one_line_of_its_fund';
                    END IF;
                    UPDATE awards_awardfund SET balance = balance + NEW.amount WHERE id = NEW.fund_id
                    RETURNING balance INTO NEW.balance;
                    SELECT coalesce(max(number), 0) + 1 INTO NEW.number FROM awards_fundentry
                     WHERE fund_id = NEW.fund_id;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fund} {self.number}"

    @property
    def paid(self) -> Decimal:
        """What the person got by this line, in yuan; below 0 where it was taken back."""
        return -self.amount


class FundDisclosureQuerySet(ScopedQuerySet):
    scope = _SCOPE.under("fund__")


@pghistory.track(level=pghistory.Statement)
class FundDisclosure(models.Model):
    """年度公开 of a fund: the lines dated in the year, up to ledger line `through`. Never changed.

    Later lines of that year become public only with the next version.
    """

    fund = models.ForeignKey(AwardFund, on_delete=models.PROTECT, related_name="disclosures", verbose_name="基金")
    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    version = models.PositiveSmallIntegerField("版本")
    through = models.PositiveIntegerField("截至序号")
    released_on = models.DateField("公开日期")
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="公开人"
    )

    objects = FundDisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "基金年度公开"
        ordering: ClassVar = ["-year", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["fund", "year", "version"],
                name="a_years_disclosures_are_numbered",
                violation_error_message="这个年度刚刚有人公开过，请看最新情况。",
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="disclosures_stay", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.fund} {self.year} 年第 {self.version} 版"
