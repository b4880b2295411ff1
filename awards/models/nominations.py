"""Nominations (推荐人选): one person in one cycle, from the draft to the result."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from awards.models.cycles import AwardCycle
from posts.models import Employer
from posts.models.employers import EMPLOYER_SCOPE
from talents.models import SocialWorker
from xmsw.accounts.models import OFFICERS
from xmsw.accounts.roles import Role
from xmsw.accounts.scope import ScopedQuerySet
from xmsw.workflow.triggers import waiting_triggers

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from xmsw.accounts.models import User


class NominationQuerySet(ScopedQuerySet):
    scope = replace(EMPLOYER_SCOPE.under("employer__"), own="worker__account")

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of drafts only those of one's own side: the employer's, or what a person writes about oneself."""
        rows = super().visible_to(user)
        if not user.is_authenticated or user.role in OFFICERS:
            return rows.exclude(state=Nomination.State.DRAFT)
        return rows.exclude(state=Nomination.State.DRAFT, by_oneself=user.role != Role.SOCIAL_WORKER)

    def standing(self) -> NominationQuerySet:
        """Not taken back."""
        return self.exclude(state=Nomination.State.WITHDRAWN)


@pghistory.track(level=pghistory.Statement)
class Nomination(models.Model):
    """A person nominated by the employer or by oneself. `employer`: where the person works then.

    `score`: mean of the counted sheets, 0 to 100, four decimals; `rank`: 1 is first; `reckoning`: how both came about.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待推荐"
        RETURNED = "returned", "已退回"
        RECOMMENDED = "recommended", "待初审"
        ELIGIBLE = "eligible", "初审通过"
        INELIGIBLE = "ineligible", "未通过"
        SCORED = "scored", "已评审"
        ON_NOTICE = "on_notice", "公示中"
        AWARDED = "awarded", "已表彰"
        NOT_AWARDED = "not_awarded", "未入选"
        WITHDRAWN = "withdrawn", "已撤回"

    cycle = models.ForeignKey(AwardCycle, on_delete=models.PROTECT, related_name="nominations", verbose_name="表彰")
    worker = models.ForeignKey(SocialWorker, on_delete=models.PROTECT, related_name="nominations", verbose_name="人选")
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="nominations", verbose_name="工作单位"
    )
    by_oneself = models.BooleanField("自荐", default=False)
    achievements = models.TextField("主要事迹", max_length=4000)
    declared = models.BooleanField("承诺属实，并符合本届的承诺条件", default=False)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)
    score = models.DecimalField("得分", max_digits=7, decimal_places=4, null=True, blank=True)
    rank = models.PositiveSmallIntegerField("名次", null=True, blank=True)
    reckoning = models.JSONField("计分经过", default=dict, blank=True)
    result = models.CharField("结果说明", max_length=500, blank=True)
    nominated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="提名人"
    )

    objects = NominationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "推荐人选"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "worker"],
                condition=~Q(state="withdrawn"),
                name="a_person_is_nominated_once_a_cycle",
                violation_error_message="此人本届已有一份推荐，不能重复推荐。",
            ),
            models.UniqueConstraint(
                fields=["cycle", "rank"], condition=Q(rank__isnull=False), name="a_rank_is_given_once"
            ),
        ]
        triggers: ClassVar = [
            *waiting_triggers(
                "nomination",
                # What an employer hands in waits at its district; what is recommended, at the organiser.
                "SELECT changed.id, left(w.name || '：' || c.title, 200), e.id, e.name, "
                "CASE changed.state WHEN 'submitted' THEN e.region_id ELSE c.region_id END, "
                "CASE changed.state WHEN 'submitted' THEN e.competent_bureau ELSE 'civil_affairs' END, e.sector "
                "FROM changed JOIN posts_employer e ON e.id = changed.employer_id "
                "JOIN talents_socialworker w ON w.id = changed.worker_id "
                "JOIN awards_awardcycle c ON c.id = changed.cycle_id",
                ("submitted", "recommended"),
            ),
            pgtrigger.Trigger(
                name="winners_stay_within_the_quota",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__state__in=["on_notice", "awarded"]),
                declare=[("places", "int"), ("taken", "int")],
                # The cycle's row is the queue: two at once stand one behind the other.
                func="""
                    SELECT quota INTO places FROM awards_awardcycle WHERE id = NEW.cycle_id FOR UPDATE;
                    SELECT count(*) INTO taken FROM awards_nomination
                     WHERE cycle_id = NEW.cycle_id AND id <> NEW.id AND state IN ('on_notice', 'awarded');
                    IF taken >= places THEN
                        RAISE EXCEPTION 'no place is left' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'winners_stay_within_the_quota';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker}：{self.cycle}"
