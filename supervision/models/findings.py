"""Findings (核查结果): a rule's outcome for one subject, open from a day until a day. `met` leaves none."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from posts.models import Employer
from posts.models.employers import EMPLOYER_SCOPE
from xmsw.accounts.scope import ScopedQuerySet
from xmsw.feed.triggers import feed_triggers
from xmsw.policy import rules
from xmsw.policy.outcomes import Outcome


class FindingQuerySet(ScopedQuerySet):
    scope = EMPLOYER_SCOPE.under("employer__")

    def open(self) -> FindingQuerySet:
        """Findings that hold now."""
        return self.filter(closed_on__isnull=True)

    def open_on(self, on: date) -> FindingQuerySet:
        """Findings that were known to hold at the end of that day."""
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on), opened_on__lte=on)


class Finding(models.Model):
    """One outcome other than `met`. A change of outcome closes the old finding and opens a new one.

    The employer has no database-level foreign key: employers are never deleted, and checking millions of rows
    would double the cost of a full run.
    """

    rule = models.IntegerField("规则")
    subject_id = models.BigIntegerField("对象编号")
    employer = models.ForeignKey(
        Employer, on_delete=models.CASCADE, db_constraint=False, related_name="findings", verbose_name="用人单位"
    )
    outcome = models.SmallIntegerField("结果", choices=[c for c in Outcome.choices if c[0] != Outcome.MET])
    opened_on = models.DateField("发现日期")
    closed_on = models.DateField("消除日期", null=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "核查结果"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rule", "subject_id"],
                condition=Q(closed_on__isnull=True),
                name="one_open_finding_a_rule_and_subject",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="a_finding_closes_after_it_opens",
            ),
        ]
        triggers: ClassVar = feed_triggers("findings", compared=False)

    def __str__(self) -> str:
        return f"{self.definition.title}：{self.get_outcome_display()}"

    @property
    def definition(self) -> rules.Rule:
        """The rule behind the number."""
        return rules.by_number(self.rule)
