"""Certificate level → technical title (二(四)-4): versioned, edited by 人社 only."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models

from posts.models import CertificateLevel, Grade
from xmsw.dated import DatedQuerySet, DateRange


class TitleMap(models.Model):
    """One level's title in a period; periods of a level never overlap."""

    level = models.SmallIntegerField("证书级别", choices=CertificateLevel.choices)
    title = models.CharField("专业技术职务", max_length=60)
    grade = models.SmallIntegerField("岗位等级", choices=Grade.choices)
    start = models.DateField("施行日期")
    end = models.DateField("废止日期", null=True, blank=True)
    source = models.CharField("依据", max_length=200)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "证书与职务对应"
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_title_a_level_at_a_time",
                expressions=[("level", RangeOperators.EQUAL), (DateRange("start", "end"), RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} → {self.title}"
