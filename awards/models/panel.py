"""The panel (评审组): who sits on it, who stands aside for whom, and sheets that nobody sees before the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from awards.models.cycles import AwardCycle, Criterion
from awards.models.nominations import Nomination
from awards.models.pools import PoolMember
from xmsw.accounts.scope import Scope, ScopedQuerySet

if TYPE_CHECKING:
    from xmsw.accounts.models import User

# Scores are given and changed only while the panel sits; whoever comes later is told.
_WHILE_SITTING = """
    SELECT c.state INTO phase FROM awards_panelseat s JOIN awards_awardcycle c ON c.id = s.cycle_id
     WHERE s.id = {seat} FOR SHARE OF c;
    IF phase <> 'panel' THEN
        RAISE EXCEPTION 'the panel is closed' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'scores_wait_for_the_panel';
    END IF;
"""


class PanelSeatQuerySet(ScopedQuerySet):
    scope = Scope(region="cycle__region__code")

    def of(self, user: User) -> Self:
        """The account's own seats, on panels that sit or sat."""
        return self.filter(account=user) if user.is_authenticated and user.acts else self.none()

    def with_what_is_left(self) -> Self:
        """`left`: nominees for whom the seat neither stands aside nor has handed in a sheet, while the panel sits."""
        nominees = Nomination.objects.filter(
            cycle=OuterRef("cycle"), cycle__state=AwardCycle.State.PANEL, state=Nomination.State.ELIGIBLE
        )
        done = [
            model.objects.filter(seat=OuterRef(OuterRef("pk")), nomination=OuterRef("pk"))
            for model in (Recusal, ScoreSheet)
        ]
        open_ones = nominees.exclude(Exists(done[0])).exclude(Exists(done[1])).order_by()
        counted = open_ones.values("cycle").annotate(n=Count("pk")).values("n")
        return self.annotate(left=Coalesce(Subquery(counted), 0))


@pghistory.track(level=pghistory.Statement)
class PanelSeat(models.Model):
    """An expert of the pool on the panel of a cycle. `account` scores; `drawn`: by lot from the pool, else chosen."""

    cycle = models.ForeignKey(AwardCycle, on_delete=models.PROTECT, related_name="seats", verbose_name="表彰周期")
    member = models.ForeignKey(PoolMember, on_delete=models.PROTECT, related_name="seats", verbose_name="专家")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="panel_seats", verbose_name="评审账号"
    )
    drawn = models.BooleanField("抽取", default=True)

    objects = PanelSeatQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评审席位"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "member"], name="an_expert_sits_once", violation_error_message="这位专家已在评审组。"
            ),
            models.UniqueConstraint(
                fields=["cycle", "account"], name="an_account_sits_once", violation_error_message="这个账号已在评审组。"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member.person}（{self.cycle}）"


@pghistory.track(level=pghistory.Statement)
class Recusal(models.Model):
    """回避: a reviewer who does not score a nominee, and why. What the data shows is entered by the portal."""

    class Kind(models.TextChoices):
        SELF = "self", "本人是人选"
        EMPLOYER = "employer", "同一单位"
        SUPERVISION = "supervision", "督导关系"
        NOMINATOR = "nominator", "本人提名"
        RELATIVE = "relative", "申报的亲属关系"
        OTHER = "other", "其他利害关系"

    seat = models.ForeignKey(PanelSeat, on_delete=models.CASCADE, related_name="recusals", verbose_name="评审人")
    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="recusals", verbose_name="人选")
    kind = models.CharField("情形", max_length=12, choices=Kind.choices)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "回避"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seat", "nomination", "kind"], name="a_reason_to_stand_aside_is_noted_once")
        ]

    def __str__(self) -> str:
        return f"{self.seat} 回避 {self.nomination}"


class ScoreSheetQuerySet(models.QuerySet["ScoreSheet"]):
    def of(self, user: User) -> Self:
        """The account's own sheets: before the panel closes nobody sees another's."""
        return self.filter(seat__account=user)


@pghistory.track(level=pghistory.Statement)
class ScoreSheet(models.Model):
    """One reviewer's sheet for one nominee; handed in, it counts. `total`: weighted, 0 to 100, two decimals."""

    seat = models.ForeignKey(PanelSeat, on_delete=models.PROTECT, related_name="sheets", verbose_name="评审人")
    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="sheets", verbose_name="人选")
    comment = models.CharField("评语", max_length=500, blank=True)
    total = models.DecimalField("总分", max_digits=5, decimal_places=2)
    handed_in_at = models.DateTimeField("提交时间", auto_now_add=True)

    objects = ScoreSheetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评分表"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seat", "nomination"],
                name="a_reviewer_scores_a_nominee_once",
                violation_error_message="你已给这名人选打过分。",
            ),
            models.CheckConstraint(condition=Q(total__gte=0, total__lte=100), name="a_total_lies_between_0_and_100"),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="sheets_wait_for_the_panel",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("phase", "text")],
                func=_WHILE_SITTING.format(seat="NEW.seat_id")
                + """
                    IF EXISTS (SELECT FROM awards_recusal WHERE seat_id = NEW.seat_id
                               AND nomination_id = NEW.nomination_id) THEN
                        RAISE EXCEPTION 'the reviewer stands aside' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'who_stands_aside_does_not_score';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.seat} → {self.nomination}"


class Score(models.Model):
    """Points of one criterion on a sheet, 0 to 100."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.CASCADE, related_name="scores", verbose_name="评分表")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores", verbose_name="指标")
    points = models.DecimalField(
        "得分", max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )

    class Meta:
        verbose_name = verbose_name_plural = "指标得分"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="a_criterion_is_scored_once"),
            models.CheckConstraint(condition=Q(points__gte=0, points__lte=100), name="points_lie_between_0_and_100"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}：{self.points}"
