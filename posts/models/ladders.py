"""Rank ladders (职级体系): an employer's versions of rungs with promotion conditions (二(四)-2)."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models

from posts.models.employers import EMPLOYER_SCOPE, Employer
from posts.models.posts import CertificateLevel, Grade
from xmsw.accounts.scope import ScopedQuerySet
from xmsw.dated import DatedQuerySet, DateRange, ends_after_start
from xmsw.policy.recheck import recheck_triggers


class RankLadderQuerySet(ScopedQuerySet, DatedQuerySet):
    scope = EMPLOYER_SCOPE.under("employer__")


@pghistory.track(level=pghistory.Statement)
class RankLadder(models.Model):
    """One version; versions of an employer never overlap, so a past day finds the ladder of that day."""

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="ladders", verbose_name="用人单位")
    version = models.PositiveSmallIntegerField("版本")
    document = models.CharField("制定文件", max_length=200)
    start = models.DateField("施行日期")
    end = models.DateField("废止日期", null=True, blank=True)

    objects = RankLadderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "职级体系"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["employer", "version"], name="a_ladder_version_exists_once"),
            ExclusionConstraint(
                name="one_ladder_in_force_an_employer",
                expressions=[("employer", RangeOperators.EQUAL), (DateRange("start", "end"), RangeOperators.OVERLAPS)],
                violation_error_message="同一单位的职级体系不能在时间上重叠。",
            ),
            ends_after_start("a_ladder_ends_after_it_starts"),
        ]
        triggers: ClassVar = recheck_triggers("SELECT employer_id FROM changed")

    def __str__(self) -> str:
        return f"{self.employer} 第 {self.version} 版"


class Rung(models.Model):
    """One rung; `order` 1 is the lowest."""

    ladder = models.ForeignKey(RankLadder, on_delete=models.CASCADE, related_name="rungs", verbose_name="职级体系")
    order = models.PositiveSmallIntegerField("次序")
    name = models.CharField("职级", max_length=60)
    grade = models.SmallIntegerField("对应岗位等级", choices=Grade.choices)
    min_certificate = models.SmallIntegerField(
        "晋升条件：证书", choices=CertificateLevel.choices, null=True, blank=True
    )
    min_years = models.PositiveSmallIntegerField("晋升条件：下一级任职年限", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "职级"
        ordering: ClassVar = ["ladder", "order"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ladder", "order"], name="one_rung_a_place_on_the_ladder")
        ]
        triggers: ClassVar = recheck_triggers(
            "SELECT ladder.employer_id FROM changed JOIN posts_rankladder ladder ON ladder.id = changed.ladder_id"
        )

    def __str__(self) -> str:
        return self.name
