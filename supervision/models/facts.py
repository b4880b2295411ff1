"""Today's facts of every employer, kept so that lists and the overview read one row an employer."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from django.db import models
from django.db.models import Q

from posts.models import Employer, Kind
from posts.models.employers import EMPLOYER_SCOPE
from xmsw.accounts.scope import ScopedQuerySet


class EmployerFactsQuerySet(ScopedQuerySet):
    scope = replace(EMPLOYER_SCOPE.under("employer__"), region="region_code")  # its own column has the indexes


class EmployerFacts(models.Model):
    """Columns are the facts of subject `employer` of the same names (a test holds both together)."""

    employer = models.OneToOneField(
        Employer, on_delete=models.CASCADE, primary_key=True, db_constraint=False, related_name="facts"
    )
    region_code = models.CharField("所在区划", max_length=12, db_collation="C")
    kind = models.CharField("单位类别", max_length=3, choices=Kind.choices)
    active_posts = models.IntegerField("在设社工岗位")
    ungraded_posts = models.IntegerField("未定级岗位")
    principal_posts = models.IntegerField("主体岗位")
    coordinator_posts = models.IntegerField("承担协调职责的岗位")
    needed_headcount = models.IntegerField("评估需要人数", null=True)
    assessed_on = models.DateField("评估日期", null=True)
    inclusions = models.IntegerField("纳入专业技术岗位管理的备案")
    ladders = models.IntegerField("施行中的职级体系")
    filled_posts = models.IntegerField("有人在岗的岗位")
    full_time_certified = models.IntegerField("专职持证人员")
    full_time_qualified = models.IntegerField("专职专业人员")
    part_time_holders = models.IntegerField("兼职在岗人员")
    certified_holders = models.IntegerField("持证在岗人员")
    holders_total = models.IntegerField("在岗人员")

    objects = EmployerFactsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位现状"
        indexes: ClassVar = [
            models.Index(
                fields=["kind", "region_code", "employer"], condition=Q(active_posts=0), name="facts_without_post"
            ),
            models.Index(
                fields=["kind", "region_code", "employer"],
                condition=Q(active_posts__gt=0, full_time_qualified=0),
                name="facts_without_holder",
            ),
            models.Index(fields=["region_code", "kind"], name="facts_region_kind"),
        ]

    def __str__(self) -> str:
        return f"单位 {self.employer_id} 的现状"
