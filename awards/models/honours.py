"""Honours (荣誉): who won what, from own cycles, entered by officers, or reported by employers (三(二)-1, -4 to -6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import ClassVar, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from awards.models.cycles import HIGHER, AwardCycle, AwardLevel
from awards.models.nominations import Nomination
from awards.models.pools import PoolMember
from posts.models import Employer
from posts.models.employers import EMPLOYER_SCOPE
from talents.models import SocialWorker
from xmsw.accounts.scope import ScopedQuerySet
from xmsw.feed.triggers import feed_triggers


class HonourQuerySet(ScopedQuerySet):
    scope = replace(EMPLOYER_SCOPE.under("employer__"), own="worker__account")

    def valid(self, on: date) -> Self:
        """Awarded by that day and not revoked by then."""
        return self.filter(Q(revoked_on__isnull=True) | Q(revoked_on__gt=on), awarded_on__lte=on)

    def higher(self) -> Self:
        """National and provincial ones: whoever won belongs in a pool (三(二)-2)."""
        return self.filter(level__in=HIGHER)

    def outside_pools(self, on: date) -> Self:
        """Of people who were taken into no pool up to that day; a proposal alone does not count."""
        taken = PoolMember.objects.filter(worker=OuterRef("worker"), start__lte=on)
        return self.exclude(Exists(taken.filter(state__in=(PoolMember.State.MEMBER, PoolMember.State.LEFT))))

    def of_districts(self) -> Self:
        """Awards of districts (三(二)-5)."""
        return self.filter(level=AwardLevel.DISTRICT)

    def of_employers(self) -> Self:
        """What employers award to their own staff (三(二)-6)."""
        return self.filter(level=AwardLevel.EMPLOYER)


@pghistory.track(level=pghistory.Statement)
class Honour(models.Model):
    """An honour of a person; `employer`: where the person worked then. `prize`: yuan before tax.

    `number` and `code` stand on the certificate of an own cycle; the code opens the public page that verifies it.
    """

    worker = models.ForeignKey(SocialWorker, on_delete=models.PROTECT, related_name="honours", verbose_name="获奖人")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="honours", verbose_name="工作单位")
    level = models.CharField("级别", max_length=10, choices=AwardLevel.choices)
    series = models.CharField("奖项", max_length=60)
    title = models.CharField("荣誉称号", max_length=120)
    awarded_by = models.CharField("颁奖单位", max_length=120)
    awarded_on = models.DateField("表彰日期")
    document = models.CharField("表彰文号", max_length=100, blank=True)
    form = models.CharField("表彰形式", max_length=100, blank=True, help_text="奖金、证书、通报、休假、培训机会等")
    prize = models.DecimalField("奖金（元）", max_digits=12, decimal_places=2, default=0)
    cycle = models.ForeignKey(
        AwardCycle, on_delete=models.PROTECT, null=True, blank=True, related_name="honours", verbose_name="表彰周期"
    )
    nomination = models.OneToOneField(
        Nomination, on_delete=models.PROTECT, null=True, blank=True, related_name="honour", verbose_name="推荐"
    )
    number = models.CharField("证书编号", max_length=40, null=True, blank=True, unique=True)
    code = models.CharField("核验码", max_length=24, null=True, blank=True, unique=True)
    revoked_on = models.DateField("撤销日期", null=True, blank=True)
    revoked_because = models.CharField("撤销原因", max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="登记人"
    )
    synthetic = models.BooleanField("演示数据", default=False)

    objects = HonourQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "荣誉"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker", "series", "level", "awarded_on"],
                name="an_honour_is_recorded_once",
                violation_error_message="此人这一天的这项荣誉已经登记。",
            ),
            models.CheckConstraint(
                condition=Q(prize__gte=0), name="a_prize_is_never_negative", violation_error_message="奖金不能是负数。"
            ),
            models.CheckConstraint(
                condition=Q(revoked_on__isnull=True) | ~Q(revoked_because=""),
                name="a_revoked_honour_says_why",
                violation_error_message="撤销荣誉要写明原因。",
            ),
            models.CheckConstraint(
                condition=Q(revoked_on__isnull=True) | Q(revoked_on__gte=F("awarded_on")),
                name="an_honour_is_revoked_after_it_was_awarded",
                violation_error_message="撤销日期不能早于表彰日期。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["worker", "awarded_on"], name="honours_of_a_person"),
            models.Index(fields=["awarded_on", "id"], name="honours_by_day"),
        ]
        triggers: ClassVar = feed_triggers("honours")

    def __str__(self) -> str:
        return f"{self.worker} {self.title}"
