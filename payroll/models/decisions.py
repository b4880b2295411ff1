"""Pay decisions (薪酬核定, 三(一)-2): what an employer set a person's pay to, and by which of the five factors."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from payroll.models.records import Performance, money
from payroll.models.standards import RungCode
from posts.models import CertificateLevel, Grade
from posts.models.employers import EMPLOYER_SCOPE
from talents.models import Employment
from xmsw.accounts.scope import ScopedQuerySet
from xmsw.dated import DatedQuerySet, DateRange, ends_after_start
from xmsw.identifiers import Education
from xmsw.policy.recheck import recheck_triggers


class PayDecisionQuerySet(ScopedQuerySet, DatedQuerySet):
    scope = replace(EMPLOYER_SCOPE.under("employment__employer__"), own="employment__worker__account")


@pghistory.track(level=pghistory.Statement)
class PayDecision(models.Model):
    """Monthly pay by component from a day until the next decision, in yuan before tax, full time or its `time_share`.

    All five factors are stated; only 在编 staff, who are paid by national rules (三(一)-1), name a pay scale instead.
    """

    employment = models.ForeignKey(
        Employment, on_delete=models.PROTECT, related_name="pay_decisions", verbose_name="任职"
    )
    start = models.DateField("执行日期")
    end = models.DateField("止于", null=True, blank=True)
    base = money("基本工资")
    post_pay = money("岗位工资")
    performance_pay = money("绩效工资")
    allowance = money("津贴补贴")
    bonus = models.DecimalField("年终奖金（元/年）", max_digits=12, decimal_places=2, default=0)
    monthly = models.GeneratedField(
        expression=F("base") + F("post_pay") + F("performance_pay") + F("allowance"),
        output_field=models.DecimalField("月应发合计", max_digits=14, decimal_places=2),
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
    reason = models.TextField("核定说明", max_length=1000, blank=True)
    document = models.CharField("文号或会议纪要", max_length=100, blank=True)

    objects = PayDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "薪酬核定"
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_pay_decision_at_a_time",
                expressions=[
                    (F("employment") + 0, RangeOperators.EQUAL),
                    (DateRange("start", "end"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="这段时间已有一份薪酬核定，不能重叠。",
            ),
            models.CheckConstraint(
                condition=Q(base__gte=0, post_pay__gte=0, performance_pay__gte=0, allowance__gte=0, bonus__gte=0),
                name="decided_pay_is_never_negative",
                violation_error_message="金额不能是负数。",
            ),
            models.CheckConstraint(
                condition=Q(time_share__gt=0, time_share__lte=1),
                name="a_decided_time_share_lies_between_0_and_1",
                violation_error_message="工时比例应大于 0、不超过 1（全职填 1）。",
            ),
            models.CheckConstraint(
                condition=~Q(pay_scale="")
                | Q(
                    factor_certificate__isnull=False,
                    factor_education__isnull=False,
                    factor_seniority__isnull=False,
                    factor_performance__isnull=False,
                    factor_post__isnull=False,
                ),
                name="a_pay_decision_states_five_factors",
                violation_error_message="请填齐职业水平等级、学历、资历、业绩、岗位五项因素（三（一）-2）。",
            ),
            ends_after_start("a_pay_decision_ends_after_it_starts"),
        ]
        triggers: ClassVar = recheck_triggers(
            "SELECT e.employer_id FROM changed JOIN talents_employment e ON e.id = changed.employment_id"
        )

    def __str__(self) -> str:
        return f"{self.employment} {self.start}"
