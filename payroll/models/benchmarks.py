"""Benchmarks (同类人员薪酬参照, 三(一)-3): what a peer group is paid, with small cells suppressed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from payroll.models.standards import RungCode
from posts.models import Sector


class Benchmark(models.Model):
    """One cell: full-time-equivalent monthly pay in yuan of a peer group in a month.

    A NULL dimension means «all». A suppressed cell keeps no figure at all, not even its size.
    """

    class Suppression(models.TextChoices):
        NONE = "", "公开"
        SMALL = "small", "人数过少"
        COMPLEMENT = "complement", "防止相减推算"

    period = models.DateField("月份")
    area = models.ForeignKey("regions.Region", on_delete=models.CASCADE, verbose_name="地区")
    sector = models.CharField("领域", max_length=12, choices=Sector.choices, null=True, blank=True)
    rung = models.CharField("薪酬档级", max_length=16, choices=RungCode.choices, null=True, blank=True)
    n = models.PositiveIntegerField("人数", null=True)
    p10 = models.DecimalField("P10", max_digits=14, decimal_places=2, null=True)
    p25 = models.DecimalField("P25", max_digits=14, decimal_places=2, null=True)
    p50 = models.DecimalField("P50", max_digits=14, decimal_places=2, null=True)
    p75 = models.DecimalField("P75", max_digits=14, decimal_places=2, null=True)
    p90 = models.DecimalField("P90", max_digits=14, decimal_places=2, null=True)
    suppression = models.CharField("是否隐去", max_length=12, choices=Suppression.choices, blank=True, default="")
    computed_at = models.DateTimeField("计算时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "同类人员薪酬参照"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["period", "area", "sector", "rung"], nulls_distinct=False, name="one_benchmark_a_peer_group"
            ),
            models.CheckConstraint(
                condition=Q(suppression="", n__isnull=False)
                | ~Q(suppression="")
                & Q(n__isnull=True, p10__isnull=True, p25__isnull=True, p50__isnull=True, p75__isnull=True)
                & Q(p90__isnull=True),
                name="a_suppressed_cell_keeps_no_figure",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period:%Y-%m} {self.area_id} {self.sector or '全部领域'} {self.rung or '全部档级'}"
