"""Award cycles (表彰周期, 三(二)-1, -4, -5): a call with its rules as data, phases by date, panel and notice."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, ClassVar, Self

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from posts.models import CertificateLevel
from xmsw.accounts.models import OFFICERS
from xmsw.accounts.scope import Scope, ScopedQuerySet
from xmsw.feed.triggers import feed_triggers

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from xmsw.accounts.models import User


class AwardLevel(models.TextChoices):
    NATION = "nation", "国家级"
    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    DISTRICT = "district", "区级"
    EMPLOYER = "employer", "单位"


HIGHER = (AwardLevel.NATION, AwardLevel.PROVINCE)  # decided above: the city nominates and enters the results


class AwardCycleQuerySet(ScopedQuerySet):
    scope = Scope(region="region__code")

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Drafts to officers of the organiser's place; what was called, to everybody who is signed in."""
        if not user.is_authenticated or not user.acts:
            return self.none()
        called = ~Q(state=AwardCycle.State.DRAFT)
        if user.role in OFFICERS and user.is_lead and user.area_code:
            return self.filter(called | Q(region_id=user.area_code))
        return self.filter(called)


@pghistory.track(level=pghistory.Statement)
class AwardCycle(models.Model):
    """One round of an award. Who may be nominated, the panel's rules and the prize are data of the round.

    `series` names the award across rounds: nobody wins twice in a series unless `repeat` allows it. Phases follow the
    days, each inclusive; the notice begins when the ranking is published and runs for `notice_days` working days.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        ANNOUNCED = "announced", "待申报"
        CALL = "call", "申报"
        RECOMMENDATION = "recommendation", "推荐"
        PRELIMINARY = "preliminary", "初审"
        PANEL = "panel", "评审"
        RANKED = "ranked", "评审结束"
        NOTICE = "notice", "公示"
        COMMENDED = "commended", "已表彰"
        CANCELLED = "cancelled", "已取消"

    class Tie(models.TextChoices):
        CRITERION = "criterion", "比较第一项指标的得分"
        CERTIFICATE = "certificate", "比较职业水平等级"
        SENIORITY = "seniority", "比较从业年限"
        LOT = "lot", "按公布的种子抽签"

    OVER = (State.COMMENDED, State.CANCELLED)

    title = models.CharField("名称", max_length=100)
    series = models.CharField("奖项", max_length=60, help_text="同一奖项每届写法要相同，例如「社会工作领军人才」")
    level = models.CharField("级别", max_length=10, choices=AwardLevel.choices)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="组织地")
    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    document = models.CharField("通知文号", max_length=100)
    quota = models.PositiveSmallIntegerField("名额", help_text="可以空缺，不能超出")
    prize = models.DecimalField("每人奖金（元）", max_digits=12, decimal_places=2, default=0)
    text = models.TextField("申报说明", max_length=4000, blank=True)

    certificate_min = models.SmallIntegerField(
        "最低职业水平等级", choices=[(0, "不要求证书"), *CertificateLevel.choices], default=1
    )
    years_min = models.DecimalField("最短从业年限", max_digits=4, decimal_places=1, default=0)
    per_employer = models.PositiveSmallIntegerField("每个单位最多推荐", null=True, blank=True)
    self_nomination = models.BooleanField("可以自荐", default=True)
    repeat = models.BooleanField("往届获奖者可以再参评", default=False)
    higher_winners = models.BooleanField("国家级、省级获奖者可以参评", default=False)
    officials = models.BooleanField("机关在编人员可以参评", default=False)
    clean_employer = models.BooleanField("推荐单位没有未消除的违反项", default=True)
    declarations = ArrayField(
        models.CharField(max_length=120), verbose_name="申报人承诺", default=list, blank=True,
        help_text="平台没有数据、要由申报人承诺的条件，每行一条",
    )  # fmt: skip

    call_start = models.DateField("申报开始")
    call_end = models.DateField("申报截止")
    recommend_end = models.DateField("推荐截止")
    preliminary_end = models.DateField("初审截止")
    panel_end = models.DateField("评审截止")
    notice_days = models.PositiveSmallIntegerField("公示工作日", default=5, validators=[MinValueValidator(1)])

    quorum = models.PositiveSmallIntegerField("最少评审人数", default=5, help_text="每名人选至少有这么多份评分")
    trim = models.BooleanField("去掉一个最高分和一个最低分", default=True)
    tie = models.CharField("同分时", max_length=12, choices=Tie.choices, default=Tie.CRITERION)
    pass_mark = models.DecimalField("最低入选分", max_digits=5, decimal_places=2, default=60)
    seed = models.CharField("抽签种子", max_length=64, blank=True, help_text="评审结束后公布，任何人都能重算")

    state = models.CharField("状态", max_length=16, choices=State.choices, default=State.DRAFT)
    cancelled_because = models.CharField("取消原因", max_length=500, blank=True)
    commended_on = models.DateField("表彰日期", null=True, blank=True)
    commended_by = models.CharField("表彰文号", max_length=100, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="建立人"
    )
    synthetic = models.BooleanField("演示数据", default=False)

    objects = AwardCycleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "表彰周期"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["series", "region", "year", "level"],
                condition=~Q(state="cancelled"),
                name="one_round_of_an_award_a_year",
                violation_error_message="这个奖项本年度已有一届。",
            ),
            models.CheckConstraint(
                condition=Q(
                    call_start__lte=F("call_end"),
                    call_end__lte=F("recommend_end"),
                    recommend_end__lte=F("preliminary_end"),
                    preliminary_end__lte=F("panel_end"),
                ),
                name="phases_of_a_cycle_follow_each_other",
                violation_error_message="各阶段的日期要依次往后：申报开始、申报截止、推荐截止、初审截止、评审截止。",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancelled_because=""),
                name="a_cancelled_cycle_says_why",
                violation_error_message="取消要写明原因。",
            ),
            models.CheckConstraint(condition=~Q(level="employer"), name="employers_honour_without_a_cycle"),
        ]
        triggers: ClassVar = feed_triggers("awards")

    def __str__(self) -> str:
        return self.title

    @property
    def seed_shown(self) -> bool:
        """Nobody knows the seed before every score is in; its hash binds it from the start."""
        return self.state in (self.State.RANKED, self.State.NOTICE, self.State.COMMENDED)

    @property
    def seed_hash(self) -> str:
        """SHA-256 of the seed, published with the call."""
        return hashlib.sha256(self.seed.encode()).hexdigest()

    @property
    def higher(self) -> bool:
        """Whether it is decided above the city: no own panel, no own notice."""
        return self.level in HIGHER


class Criterion(models.Model):
    """评审指标: what a panel scores from 0 to 100, with a weight in percent; the weights of a round make 100."""

    cycle = models.ForeignKey(AwardCycle, on_delete=models.CASCADE, related_name="criteria", verbose_name="表彰周期")
    place = models.PositiveSmallIntegerField("次序")
    name = models.CharField("指标", max_length=60)
    weight = models.PositiveSmallIntegerField("权重（%）", validators=[MinValueValidator(1), MaxValueValidator(100)])
    note = models.CharField("评分要点", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "评审指标"
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "place"], name="criteria_have_their_places"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=100), name="a_weight_is_a_percentage"),
        ]

    def __str__(self) -> str:
        return self.name
