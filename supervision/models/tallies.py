"""Tallies: outcomes counted by street × bureau × sector × kind × rule. Overviews and reports read these."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from posts.models import Kind, Sector
from xmsw.accounts.models import Bureau
from xmsw.accounts.scope import Scope, ScopedQuerySet

OUTCOME_COLUMNS = ("met", "info", "pending", "warning", "violation")


class TallyQuerySet(ScopedQuerySet):
    scope = Scope(region="street", bureau="bureau", sector="sector")


class Tally(models.Model):
    """Counts on a day. `day` NULL is the present, kept true by every recheck; a dated row is a snapshot."""

    day = models.DateField("日期", null=True)
    street = models.CharField("街道代码", max_length=9, db_collation="C")
    bureau = models.CharField("主管部门", max_length=20, choices=Bureau.choices)
    sector = models.CharField("领域", max_length=12, choices=Sector.choices)
    kind = models.CharField("单位类别", max_length=3, choices=Kind.choices)
    rule = models.IntegerField("规则")
    met = models.IntegerField("达标")
    info = models.IntegerField("提示")
    pending = models.IntegerField("待评估")
    warning = models.IntegerField("预警")
    violation = models.IntegerField("违反")

    objects = TallyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "核查统计"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["day", "street", "bureau", "sector", "kind", "rule"],
                nulls_distinct=False,
                name="one_tally_a_cell",
            )
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.kind} {self.rule}"
