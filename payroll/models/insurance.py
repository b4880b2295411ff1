"""Social insurance and housing fund (三(一)-4): terms of a year, enrolment by item, bases paid by month."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import TruncMonth

from posts.models.employers import EMPLOYER_SCOPE
from talents.models import Employment
from xmsw.accounts.scope import Scope, ScopedQuerySet
from xmsw.dated import DatedQuerySet, DateRange, ends_after_start
from xmsw.policy.recheck import recheck_triggers

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from xmsw.accounts.models import User

ITEMS = {
    "pension": "养老保险",
    "medical": "医疗保险",
    "unemployment": "失业保险",
    "injury": "工伤保险",
    "maternity": "生育保险",
    "housing_fund": "住房公积金",
}
OF_EMPLOYMENT = "SELECT e.employer_id FROM changed JOIN talents_employment e ON e.id = changed.employment_id"


class OfEmploymentQuerySet(ScopedQuerySet):
    scope = replace(EMPLOYER_SCOPE.under("employment__employer__"), own="employment__worker__account")


class ContributionTermsQuerySet(ScopedQuerySet, DatedQuerySet):
    scope = Scope(region="city__code")

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The city publishes them: everybody signed in reads them."""
        return self.all() if user.is_authenticated and user.acts else self.none()


def _rate(label: str) -> models.DecimalField:
    return models.DecimalField(f"{label}单位缴费比例", max_digits=6, decimal_places=5, default=0)


def _bound(label: str) -> models.DecimalField:
    return models.DecimalField(label, max_digits=12, decimal_places=2, null=True, blank=True)


@pghistory.track(level=pghistory.Statement)
class ContributionTerms(models.Model):
    """What the city publishes each year: bounds of the bases in yuan a month, the employer's rates as shares of a base.

    Entered by officers with the document; a bound that is not known stays NULL and is not judged. Rates are of the
    employer only: they enter the labour cost of purchased services (三(一)-7).
    """

    city = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="城市")
    document = models.CharField("文号", max_length=200)
    start = models.DateField("施行日期")
    end = models.DateField("废止日期", null=True, blank=True)
    insurance_minimum = _bound("社保缴费基数下限（元/月）")
    insurance_maximum = _bound("社保缴费基数上限（元/月）")
    fund_minimum = _bound("公积金缴存基数下限（元/月）")
    fund_maximum = _bound("公积金缴存基数上限（元/月）")
    pension = _rate("养老保险")
    medical = _rate("医疗保险")
    unemployment = _rate("失业保险")
    injury = _rate("工伤保险")
    maternity = _rate("生育保险")
    housing_fund = _rate("住房公积金")
    synthetic = models.BooleanField("演示数据", default=False)

    objects = ContributionTermsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "缴费标准"
        constraints: ClassVar = [
            ExclusionConstraint(
                name="contribution_terms_never_overlap",
                expressions=[("city", RangeOperators.EQUAL), (DateRange("start", "end"), RangeOperators.OVERLAPS)],
                violation_error_message="这段时间已有缴费标准，不能重叠。",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{item}__gte": 0, f"{item}__lte": 1}), name=f"a_rate_of_{item}_is_a_share"
                )
                for item in ITEMS
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{kind}_minimum__isnull": True})
                    | Q(**{f"{kind}_maximum__isnull": True})
                    | Q(**{f"{kind}_maximum__gte": models.F(f"{kind}_minimum")}),
                    name=f"the_{kind}_base_lies_between_its_bounds",
                    violation_error_message="基数上限不能低于下限。",
                )
                for kind in ("insurance", "fund")
            ),
            ends_after_start("contribution_terms_end_after_they_start"),
        ]
        triggers: ClassVar = recheck_triggers("SELECT NULL::bigint FROM changed")

    def __str__(self) -> str:
        return f"{self.document}（{self.start:%Y-%m-%d} 起）"


def _enrolled(item: str) -> models.DateField:
    return models.DateField(f"{ITEMS[item]}参保日期", null=True, blank=True)


class InsuranceEnrolmentQuerySet(OfEmploymentQuerySet):
    pass


@pghistory.track(level=pghistory.Statement)
class InsuranceEnrolment(models.Model):
    """From which day an employment is enrolled in each item; NULL: not enrolled. It ends with the employment.

    Due within 30 days of the first day of work (社会保险法 第五十八条).
    """

    employment = models.OneToOneField(
        Employment, on_delete=models.PROTECT, related_name="enrolment", verbose_name="任职"
    )
    pension = _enrolled("pension")
    medical = _enrolled("medical")
    unemployment = _enrolled("unemployment")
    injury = _enrolled("injury")
    maternity = _enrolled("maternity")
    housing_fund = _enrolled("housing_fund")

    objects = InsuranceEnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参保登记"
        triggers: ClassVar = recheck_triggers(OF_EMPLOYMENT)

    def __str__(self) -> str:
        return str(self.employment)


def _paid(item: str) -> models.DecimalField:
    return models.DecimalField(f"{ITEMS[item]}缴费基数", max_digits=12, decimal_places=2, null=True, blank=True)


class InsuranceMonthQuerySet(OfEmploymentQuerySet):
    pass


@pghistory.track(level=pghistory.Statement)
class InsuranceMonth(models.Model):
    """The base on which each item was paid for a month, in yuan; NULL: nothing paid. No row: no report."""

    employment = models.ForeignKey(
        Employment, on_delete=models.PROTECT, related_name="insurance_months", verbose_name="任职"
    )
    period = models.DateField("月份", help_text="当月第一天")
    pension = _paid("pension")
    medical = _paid("medical")
    unemployment = _paid("unemployment")
    injury = _paid("injury")
    maternity = _paid("maternity")
    housing_fund = _paid("housing_fund")

    objects = InsuranceMonthQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "社保公积金缴费月报"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["employment", "period"], name="one_insurance_month"),
            models.CheckConstraint(
                condition=Q(period=TruncMonth("period")), name="an_insurance_period_is_the_first_of_a_month"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{item}__isnull": True}) | Q(**{f"{item}__gt": 0}),
                    name=f"a_{item}_base_is_positive",
                    violation_error_message="缴费基数应大于 0；没有缴就空着。",
                )
                for item in ITEMS
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["period", "employment"], name="insurance_period")]
        triggers: ClassVar = recheck_triggers(OF_EMPLOYMENT)

    def __str__(self) -> str:
        return f"{self.employment} {self.period:%Y-%m}"
