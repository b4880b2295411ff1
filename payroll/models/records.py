"""Pay records (薪酬记录): a worker's pay for a month by component, with the five factors."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import TruncMonth

from payroll.models.standards import RungCode
from posts.models import CertificateLevel, Grade
from posts.models.employers import EMPLOYER_SCOPE
from talents.models import Employment
from xmsw.accounts.scope import ScopedQuerySet
from xmsw.identifiers import Education
from xmsw.policy.recheck import recheck_triggers

COMPONENTS = ("base", "post_pay", "performance_pay", "allowance", "bonus")


class Performance(models.IntegerChoices):
    EXCELLENT = 1, "优秀"
    GOOD = 2, "良好"
    COMPETENT = 3, "合格"
    POOR = 4, "不合格"


class PayRecordQuerySet(ScopedQuerySet):
    scope = replace(EMPLOYER_SCOPE.under("employment__employer__"), own="employment__worker__account")


def money(label: str) -> models.DecimalField:
    return models.DecimalField(label, max_digits=12, decimal_places=2, default=0)


@pghistory.track(level=pghistory.Statement)
class PayRecord(models.Model):
    """One month. Money in yuan a month; `total` is the sum of the components, before tax, with the personal share.

    Factors (三(一)-2) are what the employer weighed when it set the pay; a missing one is NULL.
    """

    employment = models.ForeignKey(
        Employment, on_delete=models.PROTECT, related_name="pay_records", verbose_name="任职"
    )
    period = models.DateField("月份", help_text="当月第一天")
    base = money("基本工资")
    post_pay = money("岗位工资")
    performance_pay = money("绩效工资")
    allowance = money("津贴补贴")
    bonus = money("奖金")
    total = models.GeneratedField(
        expression=F("base") + F("post_pay") + F("performance_pay") + F("allowance") + F("bonus"),
        output_field=models.DecimalField("应发合计", max_digits=14, decimal_places=2),
        db_persist=True,
    )
    time_share = models.DecimalField("工时比例", max_digits=4, decimal_places=3, default=1)
    rung = models.CharField("薪酬档级", max_length=16, choices=RungCode.choices, blank=True)
    pay_scale = models.CharField("国家工资标准依据", max_length=100, blank=True, help_text="在编人员填写")
    factor_certificate = models.SmallIntegerField(
        "职业水平等级", choices=[(0, "未取证"), *CertificateLevel.choices], null=True, blank=True
    )
    factor_education = models.SmallIntegerField("学历", choices=Education.choices, null=True, blank=True)
    factor_seniority = models.DecimalField("资历（年）", max_digits=4, decimal_places=1, null=True, blank=True)
    factor_performance = models.SmallIntegerField("业绩", choices=Performance.choices, null=True, blank=True)
    factor_post = models.SmallIntegerField("岗位", choices=Grade.choices, null=True, blank=True)

    objects = PayRecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "薪酬记录"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["employment", "period"], name="one_pay_record_a_month"),
            models.CheckConstraint(condition=Q(period=TruncMonth("period")), name="a_period_is_the_first_of_a_month"),
            models.CheckConstraint(
                condition=Q(base__gte=0, post_pay__gte=0, performance_pay__gte=0, allowance__gte=0, bonus__gte=0),
                name="pay_is_never_negative",
                violation_error_message="金额不能是负数。",
            ),
            models.CheckConstraint(
                condition=Q(time_share__gt=0, time_share__lte=1),
                name="a_time_share_lies_between_0_and_1",
                violation_error_message="工时比例应大于 0、不超过 1（全职填 1）。",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["period", "employment"], name="pay_period")]
        triggers: ClassVar = recheck_triggers(
            "SELECT e.employer_id FROM changed JOIN talents_employment e ON e.id = changed.employment_id"
        )

    def __str__(self) -> str:
        return f"{self.employment} {self.period:%Y-%m}"
