"""Administrative divisions: a tree whose codes nest by prefix (2, 4, 6, 9 and 12 digits)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Level(models.IntegerChoices):
    PROVINCE = 1, "省级"
    CITY = 2, "市级"
    DISTRICT = 3, "区县"
    STREET = 4, "街道（镇）"
    COMMUNITY = 5, "社区（村）"


class RegionQuerySet(models.QuerySet["Region"]):
    def subtree(self, code: str) -> RegionQuerySet:
        """The region and everything below it, by prefix."""
        return self.filter(code__startswith=code)

    def at(self, level: int) -> RegionQuerySet:
        """Regions of one level."""
        return self.filter(level=level)


class Region(models.Model):
    """One division. `code` is its statistical code (GB/T 2260 down to districts)."""

    code = models.CharField("代码", max_length=12, primary_key=True, db_collation="C")
    name = models.CharField("名称", max_length=60)
    level = models.SmallIntegerField("级别", choices=Level.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    category = models.CharField("类型", max_length=30, blank=True)
    civil_affairs_code = models.CharField("民政代码", max_length=12, blank=True)
    pinyin = models.CharField("拼音", max_length=300, blank=True, db_collation="C", editable=False)
    source = models.CharField("来源", max_length=100, blank=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """«滨海社区» for «滨海社区居委会»; other names as they are."""
        for ending in ("居委会", "村民委员会", "居民委员会"):
            if self.name.endswith("社区" + ending) or (len(self.name) > len(ending) + 1 and ending != "居委会"):
                return self.name.removesuffix(ending)
        return self.name
