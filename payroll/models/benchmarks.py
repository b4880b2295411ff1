"""Benchmarks (同类人员薪酬参照, 三(一)-3): what a peer group is paid, published by month, small cells suppressed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from payroll.models.standards import RungCode
from posts.models import Employer, Kind, Sector
from talents.models import Employment
from xmsw.accounts.roles import Role
from xmsw.accounts.scope import OFFICERS
from xmsw.feed.triggers import feed_triggers
from xmsw.identifiers import Sex

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from xmsw.accounts.models import User


def areas_open_to(user: User | AnonymousUser, path: str = "code") -> Q | None:
    """Condition on a region code: the own area and its city; for employers' staff, and for a social worker, the
    districts and cities of the employers that are theirs or employ them.

    Cells are anonymous, so lines (条) do not narrow them. None when the account sees no area at all.
    """
    if not user.is_authenticated or not user.acts:
        return None
    if user.role in OFFICERS and user.area_code:
        return Q(**{f"{path}__startswith": user.area_code[:6]}) | Q(**{path: user.area_code[:4]})
    if user.role == Role.EMPLOYER_STAFF:
        regions = Employer.objects.visible_to(user).values_list("region_id", flat=True)
        return Q(**{f"{path}__in": {code[:digits] for code in regions for digits in (4, 6)}})
    if user.role == Role.SOCIAL_WORKER:
        regions = Employment.objects.visible_to(user).values_list("employer__region_id", flat=True)
        return Q(**{f"{path}__in": {code[:digits] for code in regions for digits in (4, 6)}})
    return None


class PublicationQuerySet(models.QuerySet["Publication"]):
    def visible_to(self, user: User | AnonymousUser) -> PublicationQuerySet:
        """Publications of the cities open to the account."""
        condition = areas_open_to(user, "city__code")
        return self.none() if condition is None else self.filter(condition)


class Publication(models.Model):
    """That the figures of a city's month were published. The highest version counts; nobody rewrites one.

    `published_by` is None where the schedule or a command published.
    """

    period = models.DateField("月份", help_text="当月第一天")
    city = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="城市")
    version = models.PositiveSmallIntegerField("版本")
    reason = models.CharField("发布原因", max_length=200)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="发布人"
    )
    published_at = models.DateTimeField("发布时间", db_default=models.functions.Now())

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "薪酬参照发布"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["period", "city", "version"], name="one_publication_a_version")
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="publications_stay", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.period:%Y-%m} {self.city_id} 第 {self.version} 版"


class BenchmarkQuerySet(models.QuerySet["Benchmark"]):
    def visible_to(self, user: User | AnonymousUser) -> BenchmarkQuerySet:
        """Cells of the areas open to the account."""
        condition = areas_open_to(user, "area__code")
        return self.none() if condition is None else self.filter(condition)


class Suppression(models.TextChoices):
    """Why a cell keeps no figure."""

    NONE = "", "公开"
    SMALL = "small", "人数过少"
    DOMINANT = "dominant", "单位过少或一家独大"
    COMPLEMENT = "complement", "防止相减推算"


class PeerGroupCell(models.Model):
    """One cell: full-time-equivalent monthly pay in yuan of a peer group in a month (`payroll.peers`).

    A NULL dimension means «all»; rung "", grade 0 and sex "0" gather people that state none. `level` is a level of
    certificate, 0 for none; `years` the fewest full years of a band. Figures of before these dimensions came have
    neither a mean nor a level beside their rung.
    A suppressed cell keeps no figure at all, not even its size.
    """

    Suppression = Suppression

    period = models.DateField("月份")
    area = models.ForeignKey("regions.Region", on_delete=models.CASCADE, verbose_name="地区")
    sector = models.CharField("领域", max_length=12, choices=Sector.choices, null=True, blank=True)
    kind = models.CharField("单位类别", max_length=3, choices=Kind.choices, null=True, blank=True)
    level = models.SmallIntegerField("证书等级", null=True, blank=True)
    rung = models.CharField("薪酬档级", max_length=16, choices=RungCode.choices, null=True, blank=True)
    grade = models.SmallIntegerField("岗位等级", null=True, blank=True)
    years = models.SmallIntegerField("工作年限", null=True, blank=True)
    sex = models.CharField("性别", max_length=1, choices=Sex.choices, null=True, blank=True)
    n = models.PositiveIntegerField("人数", null=True)
    mean = models.DecimalField("平均数", max_digits=14, decimal_places=2, null=True)
    p10 = models.DecimalField("P10", max_digits=14, decimal_places=2, null=True)
    p25 = models.DecimalField("P25", max_digits=14, decimal_places=2, null=True)
    p50 = models.DecimalField("P50", max_digits=14, decimal_places=2, null=True)
    p75 = models.DecimalField("P75", max_digits=14, decimal_places=2, null=True)
    p90 = models.DecimalField("P90", max_digits=14, decimal_places=2, null=True)
    suppression = models.CharField("是否隐去", max_length=12, choices=Suppression.choices, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        group = (self.sector, self.kind, self.level, self.rung, self.grade, self.years, self.sex)
        told = " ".join(str(each) for each in group if each is not None)
        return f"{self.period:%Y-%m} {self.area_id} {told or '全部'}"


class Benchmark(PeerGroupCell):
    """A cell of the publication that counts: of its month and city the one of the highest version."""

    computed_at = models.DateTimeField("计算时间", auto_now=True)

    objects = BenchmarkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "同类人员薪酬参照"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["period", "area", "sector", "rung", "kind", "level", "grade", "years", "sex"],
                nulls_distinct=False,
                name="one_benchmark_a_peer_group",
            ),
            models.CheckConstraint(
                condition=Q(suppression="", n__isnull=False)
                | ~Q(suppression="")
                & Q(n__isnull=True, p10__isnull=True, p25__isnull=True, p50__isnull=True, p75__isnull=True)
                & Q(p90__isnull=True, mean__isnull=True),
                name="a_suppressed_cell_keeps_no_figure",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="published_figures_stay", operation=pgtrigger.Update),
            *feed_triggers("benchmarks"),
        ]


class FormerBenchmark(PeerGroupCell):
    """A cell of a publication that a later version replaced; kept as it was, shown to nobody outside."""

    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, related_name="former", verbose_name="所属发布"
    )

    class Meta:
        verbose_name = verbose_name_plural = "被替换的薪酬参照"
        triggers: ClassVar = [
            pgtrigger.Protect(name="former_figures_stay", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
