"""Need assessments of the as-needed kinds (B, D) and inclusion filings (纳入专业技术岗位管理)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from posts.models.employers import EMPLOYER_SCOPE, Employer
from xmsw.accounts.scope import ScopedQuerySet
from xmsw.feed.triggers import feed_triggers
from xmsw.policy.recheck import recheck_triggers
from xmsw.workflow.triggers import waiting_triggers


class FilingState(models.TextChoices):
    """States of what an employer files and a bureau confirms."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    FILED = "filed", "已备案"


class OfEmployerQuerySet(ScopedQuerySet):
    scope = EMPLOYER_SCOPE.under("employer__")

    def filed(self) -> OfEmployerQuerySet:
        """Confirmed ones: only these count."""
        return self.filter(state=FilingState.FILED)


def _waiting(flow: str, title: str) -> list[pgtrigger.Trigger]:
    select = (
        f"SELECT changed.id, {title}, e.id, e.name, e.region_id, e.competent_bureau, e.sector "
        "FROM changed JOIN posts_employer e ON e.id = changed.employer_id"
    )
    return waiting_triggers(flow, select, [FilingState.SUBMITTED])


@pghistory.track(level=pghistory.Statement)
class NeedAssessment(models.Model):
    """What an employer needs, as assessed on a day (二(一)-5, 二(二)-7, trap 8). The latest before a day counts."""

    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="need_assessments", verbose_name="用人单位"
    )
    assessed_on = models.DateField("评估日期")
    headcount = models.PositiveSmallIntegerField("需要人数", help_text="0 表示评估后不需要")
    assessor = models.CharField("评估单位", max_length=80)
    basis = models.CharField("依据", max_length=300)
    state = models.CharField("状态", max_length=12, choices=FilingState.choices, db_default=FilingState.FILED)

    objects = OfEmployerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "需求评估"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["employer", "assessed_on"],
                name="one_need_assessment_a_day",
                violation_error_message="这家单位这一天已经有一份需求评估。",
            )
        ]
        triggers: ClassVar = [
            *recheck_triggers("SELECT employer_id FROM changed"),
            *feed_triggers("need-assessments"),
            *_waiting("need", "'需求评估：' || changed.headcount || ' 人'"),
        ]

    def __str__(self) -> str:
        return f"{self.employer} {self.assessed_on:%Y-%m-%d} 需 {self.headcount} 人"


class InclusionQuerySet(OfEmployerQuerySet):
    def in_force(self, on: date) -> InclusionQuerySet:
        """Confirmed filings made on or before that day."""
        return self.filed().filter(included_on__lte=on)


@pghistory.track(level=pghistory.Statement)
class Inclusion(models.Model):
    """A filing that puts social-work posts under the management of technical posts (二(一)-5)."""

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="inclusions", verbose_name="用人单位")
    included_on = models.DateField("纳入日期")
    document = models.CharField("文件", max_length=200)
    grade_from = models.PositiveSmallIntegerField("最高岗位级别", default=1)
    grade_to = models.PositiveSmallIntegerField("最低岗位级别", default=13)
    state = models.CharField("状态", max_length=12, choices=FilingState.choices, db_default=FilingState.FILED)

    objects = InclusionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "纳入专业技术岗位管理"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(grade_from__gte=1, grade_to__lte=13, grade_from__lte=models.F("grade_to")),
                name="inclusion_grades_lie_between_1_and_13",
                violation_error_message="岗位级别在 1 到 13 之间，最高级别的数字不大于最低级别。",
            )
        ]
        triggers: ClassVar = [
            *recheck_triggers("SELECT employer_id FROM changed"),
            *feed_triggers("inclusions"),
            *_waiting("inclusion", "'纳入专业技术岗位管理：' || changed.document"),
        ]

    def __str__(self) -> str:
        return f"{self.employer} {self.document}"
