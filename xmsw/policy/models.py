"""Policy documents, their clauses, and dated parameters with their sources."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models

from xmsw.dated import DatedQuerySet, DateRange, ends_after_start
from xmsw.policy.recheck import RecheckRequest, recheck_triggers

__all__ = ["Clause", "Parameter", "ParameterValue", "PolicyDocument", "RecheckRequest", "Strength"]


class PolicyDocument(models.Model):
    """A document of the library; what its text does not tell (issue and expiry dates) stays empty (clause 0-1)."""

    number = models.CharField("文号", max_length=60, primary_key=True)
    title = models.CharField("标题", max_length=200)
    issuers = models.TextField("发文机关", blank=True)
    issued_on = models.DateField("发文日期", null=True, blank=True)
    effective_on = models.DateField("施行日期", null=True, blank=True)
    expires_on = models.DateField("失效日期", null=True, blank=True)
    repealed = models.BooleanField("已废止", default=False)
    based_on = models.ManyToManyField("self", symmetrical=False, related_name="basis_of", blank=True)
    text = models.TextField("正文", blank=True)
    note = models.CharField("核对情况", max_length=300, blank=True)
    order = models.PositiveSmallIntegerField("次序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "政策文件"
        ordering: ClassVar = ["order", "number"]

    def __str__(self) -> str:
        return f"{self.title}（{self.number}）"


class Strength(models.TextChoices):
    """How strongly a clause binds. Only M and MC may yield a violation."""

    MUST = "M", "应（必须）"
    MUST_IF_NEEDED = "MC", "应（按需）"
    MAY = "MAY", "可"
    SHOULD = "S", "积极、逐步"
    ENCOURAGED = "E", "鼓励"
    NONE = "", "—"


class Clause(models.Model):
    """One of the 86 clauses: words of the text, strength, whom it binds, and how it is checked."""

    id = models.CharField("条款", max_length=12, primary_key=True)
    document = models.ForeignKey(PolicyDocument, on_delete=models.PROTECT, related_name="clauses", verbose_name="文件")
    order = models.PositiveSmallIntegerField("次序")
    quote = models.CharField("原文", max_length=100)
    start = models.PositiveIntegerField("原文起点", null=True)
    end = models.PositiveIntegerField("原文终点", null=True)
    strength = models.CharField("约束力", max_length=3, choices=Strength.choices, blank=True)
    strength_note = models.CharField("约束力说明", max_length=40, blank=True)
    binds = models.CharField("约束对象", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "条款"
        ordering: ClassVar = ["order"]

    def __str__(self) -> str:
        return self.id

    @property
    def slug(self) -> str:
        """Anchor of the clause's sentence in the full text."""
        return f"c{self.order}"

    @property
    def may_be_violated(self) -> bool:
        return self.strength in (Strength.MUST, Strength.MUST_IF_NEEDED)


class Parameter(models.Model):
    """A threshold or switch that rules read. `from_policy` False is shown as «非317号文件规定» (trap 12)."""

    class Kind(models.TextChoices):
        INTEGER = "integer", "整数"
        DECIMAL = "decimal", "小数"
        BOOLEAN = "boolean", "是／否"

    code = models.CharField("代码", max_length=40, primary_key=True)
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类型", max_length=8, choices=Kind.choices)
    unit = models.CharField("单位", max_length=10, blank=True)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, null=True, blank=True, verbose_name="条款")
    from_policy = models.BooleanField("317号文件规定", default=False)
    description = models.CharField("说明", max_length=300)
    least = models.DecimalField("最小值", max_digits=12, decimal_places=4, null=True, blank=True)
    most = models.DecimalField("最大值", max_digits=12, decimal_places=4, null=True, blank=True)
    order = models.PositiveSmallIntegerField("次序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "核查参数"
        ordering: ClassVar = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class ParameterValue(models.Model):
    """A value in force from a day until a day. It is never edited: a new version starts."""

    parameter = models.ForeignKey(Parameter, on_delete=models.CASCADE, related_name="versions", verbose_name="参数")
    value = models.JSONField("值")
    start = models.DateField("施行日期")
    end = models.DateField("截止日期", null=True, blank=True)
    source = models.CharField("依据", max_length=200)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, verbose_name="设定人"
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参数版本"
        ordering: ClassVar = ["parameter", "-start"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_value_of_a_parameter_at_a_time",
                expressions=[
                    ("parameter", RangeOperators.EQUAL),
                    (DateRange("start", "end"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="同一参数的两个版本不能在时间上重叠。",
            ),
            ends_after_start("a_parameter_value_ends_after_it_starts"),
        ]
        triggers: ClassVar = recheck_triggers("SELECT NULL::bigint FROM changed")

    def __str__(self) -> str:
        return f"{self.parameter_id} = {self.value}（{self.start:%Y-%m-%d} 起）"

    def in_force_on(self, on: date) -> bool:
        return self.start <= on and (self.end is None or on <= self.end)
