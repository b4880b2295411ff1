"""The change feed: what triggers put in (`Touched`), what readers get out in commit order (`Change`).

A reader asks «what changed after seq n?». For the answer to miss nothing, seq must grow in the order of commits; only
one process, under a lock, gives numbers (sequencing.py), and it numbers what is committed.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Left, Now

from xmsw.regions.areas import CITY_DIGITS

TOUCHED_TABLE = "feed_touched"


class Touched(models.Model):
    """Outbox: objects of one resource that one statement touched, at most `triggers.PART` a row; `size` counts them.

    Append-only, so two writers never wait for each other. `sequencing.sequence` takes rows out.
    """

    resource = models.CharField("资源", max_length=40, db_collation="C")
    size = models.IntegerField("个数")
    ids = ArrayField(models.BigIntegerField(), verbose_name="对象编号")

    class Meta:
        verbose_name = verbose_name_plural = "待编号的变更"
        db_table = TOUCHED_TABLE

    def __str__(self) -> str:
        return f"{self.resource} {self.size}"


class Change(models.Model):
    """One object as seen from one seat: a place, a line, an employer. `seq`: the object's latest change seen there.

    Every object's change has one seq of its own, the same at all its seats. An object that left a seat leaves a row
    that is not `live`. Empty region, bureau, sector and employer 0 is the seat of what everybody may read.
    """

    pk = models.CompositePrimaryKey("resource", "object_id", "region_code", "bureau", "sector", "employer_id")
    resource = models.CharField("资源", max_length=40, db_collation="C")
    object_id = models.BigIntegerField("对象编号")
    region_code = models.CharField("区划", max_length=12, db_collation="C")
    bureau = models.CharField("主管部门", max_length=20, db_collation="C")
    sector = models.CharField("领域", max_length=12, db_collation="C")
    employer_id = models.BigIntegerField("单位编号")
    live = models.BooleanField("可见")
    seq = models.BigIntegerField("序号")
    changed_at = models.DateTimeField("时间", db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = "变更"
        indexes: ClassVar = [
            models.Index("resource", Left("region_code", CITY_DIGITS), "seq", name="changes_of_a_city"),
            models.Index(
                fields=["employer_id", "resource", "seq"], condition=Q(employer_id__gt=0), name="changes_of_an_employer"
            ),
            models.Index(fields=["changed_at"], condition=Q(live=False), name="changes_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.resource}#{self.object_id}"


class Mark(models.Model):
    """The one row that tells how far the feed goes: `position`, the highest seq given; `floor`, the highest forgotten.

    Who has read up to less than the floor may have missed that something is gone, and reads everything anew.
    """

    position = models.BigIntegerField("最高序号", default=0)
    floor = models.BigIntegerField("已清理到", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "变更日志位置"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="the_feed_has_one_mark"),
            models.CheckConstraint(condition=Q(floor__lte=models.F("position")), name="the_floor_is_below"),
        ]

    def __str__(self) -> str:
        return f"{self.floor}–{self.position}"
