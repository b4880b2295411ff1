"""Inspections (督促核查, 四(三)-1): a plan, its checklist, the units drawn, who goes there and what is found."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, ClassVar, Self

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from posts.models import Employer, Kind, Sector
from xmsw.accounts.models import OFFICERS
from xmsw.accounts.scope import Scope, ScopedQuerySet
from xmsw.dated import ends_after_start
from xmsw.feed.triggers import feed_triggers

if TYPE_CHECKING:
    from xmsw.accounts.models import User

_PEOPLE = {"on_delete": models.PROTECT, "related_name": "+"}


class InspectionQuerySet(ScopedQuerySet):
    scope = Scope(region="region__code")

    def visible_to(self, user: User) -> Self:
        """Plans of the area for 民政 there and above; besides, plans in which one inspects."""
        condition = self.scope.condition(user)
        if condition is None or user.role not in OFFICERS:
            return self.none()
        own = UnitInspector.objects.filter(user=user).values("unit__inspection")
        return self.filter(condition | Q(pk__in=own))


@pghistory.track(level=pghistory.Statement)
class Inspection(models.Model):
    """One plan. Scope and seed stay as they are once the seed is fixed; units are drawn once (`draw_on`: the day whose
    employers make the frame). `secret` comes with the fixed seed and is told after the draw, its SHA-256 at once, so
    that nobody can try seeds. `frame_size` and `frame_hash` are those of the frame; empty lists of scope mean all."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        DRAWN = "drawn", "已确定单位"
        UNDER_WAY = "under_way", "核查中"
        CLOSED = "closed", "已结束"
        CANCELLED = "cancelled", "已取消"

    class Method(models.TextChoices):
        ALL = "all", "范围内全部单位"
        FINDINGS = "findings", "有未消除核查结果的单位"
        DRAW = "draw", "分层随机抽取"

    class Strata(models.TextChoices):
        KIND = "kind", "按单位类别"
        DISTRICT = "district", "按区"

    title = models.CharField("名称", max_length=100)
    document = models.CharField("通知文号", max_length=100, blank=True)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="组织地")
    start = models.DateField("开始日期")
    end = models.DateField("结束日期")
    kinds = ArrayField(models.CharField(max_length=3, choices=Kind.choices), verbose_name="单位类别", default=list)
    sectors = ArrayField(models.CharField(max_length=12, choices=Sector.choices), verbose_name="领域", default=list)
    places = ArrayField(models.CharField(max_length=12), verbose_name="地区", default=list)
    rules = ArrayField(models.IntegerField(), verbose_name="核查规则", default=list)
    method = models.CharField("怎样选单位", max_length=10, choices=Method.choices, default=Method.DRAW)
    strata = models.CharField("分层", max_length=10, choices=Strata.choices, default=Strata.KIND)
    share = models.PositiveSmallIntegerField(
        "抽取比例（%）",
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="每层按比例向上取整，至少 1 家",
    )
    draw_on = models.DateField("抽取日", help_text="以这一天在册的单位为抽取名单")
    seed = models.CharField("随机种子", max_length=64, blank=True, help_text="公开的一串字符；不填由系统生成")
    seed_fixed_at = models.DateTimeField("种子固定时间", null=True, editable=False)
    secret = models.CharField("保密随机数", max_length=64, blank=True, editable=False)
    seed_fixed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, verbose_name="固定种子的人", **_PEOPLE)
    frame_size = models.PositiveIntegerField("名单单位数", null=True, editable=False)
    frame_hash = models.CharField("名单校验值", max_length=64, blank=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    drawn_at = models.DateTimeField("确定单位的时间", null=True, editable=False)
    started_on = models.DateField("开始核查日期", null=True, editable=False)
    closed_on = models.DateField("结束核查日期", null=True, editable=False)
    cancelled_on = models.DateField("取消日期", null=True, editable=False)
    cancelled_because = models.CharField("取消原因", max_length=500, blank=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, verbose_name="制定人", **_PEOPLE)
    synthetic = models.BooleanField("演示数据", default=False, editable=False)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督促核查"
        constraints: ClassVar = [
            ends_after_start("an_inspection_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(share__gte=1, share__lte=100), name="an_inspection_draws_a_share"),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "cancelled"))
                | Q(seed_fixed_at__isnull=False, frame_size__isnull=False),
                name="an_inspection_is_drawn_by_a_fixed_seed",
                violation_error_message="先固定随机种子，再确定单位。",
            ),
            models.CheckConstraint(
                condition=Q(seed_fixed_at__isnull=True) | ~Q(seed=""), name="an_inspection_fixes_a_seed"
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancelled_because=""),
                name="an_inspection_is_cancelled_for_a_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["region", "-start"], name="inspections_of_an_area")]
        triggers: ClassVar = feed_triggers("inspections")

    def __str__(self) -> str:
        return self.title

    @property
    def drawn_by_lot(self) -> bool:
        """Whether chance chooses among the frame."""
        return self.method == self.Method.DRAW

    @property
    def secret_hash(self) -> str:
        """SHA-256 of the secret, published with the seed: it binds the secret before anybody may know it."""
        return hashlib.sha256(self.secret.encode()).hexdigest() if self.secret else ""

    @property
    def lot_seed(self) -> str:
        """What the lot is reckoned with: «seed:secret»; of plans drawn before there was a secret, the seed."""
        return f"{self.seed}:{self.secret}" if self.secret else self.seed


class InspectionFrame(models.Model):
    """The frame as it was on the day: lines «stratum key», sorted, joined by newlines. Its SHA-256 is `frame_hash`."""

    inspection = models.OneToOneField(Inspection, on_delete=models.CASCADE, primary_key=True, related_name="frame")
    lines = models.TextField("名单")

    class Meta:
        verbose_name = verbose_name_plural = "抽取名单"

    def __str__(self) -> str:
        return f"{self.inspection} 的名单"


class InspectionItem(models.Model):
    """One line of the checklist: clause, the rule it came from or none, what is asked, the fact it is held against."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="items", verbose_name="核查")
    place = models.PositiveSmallIntegerField("顺序")
    clause = models.ForeignKey("policy.Clause", on_delete=models.PROTECT, related_name="+", verbose_name="条款")
    rule = models.IntegerField("规则", null=True)
    question = models.CharField("核查内容", max_length=200)
    fact = models.CharField("对照的登记数", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "核查项目"
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inspection", "place"], name="one_item_at_a_place_of_a_checklist")
        ]

    def __str__(self) -> str:
        return f"{self.place}. {self.question}"


class InspectionUnitQuerySet(models.QuerySet["InspectionUnit"]):
    def visible_to(self, user: User) -> Self:
        """Units of the area's plans for 民政; for others those they inspect."""
        condition = Scope(region="inspection__region__code").condition(user)
        if condition is None or user.role not in OFFICERS:
            return self.none()
        return self.filter(condition | Q(pk__in=UnitInspector.objects.filter(user=user).values("unit")))


@pghistory.track(level=pghistory.Statement)
class InspectionUnit(models.Model):
    """One employer of a plan, and the record made there. `order` is the SHA-256 that decided its place; `facts` are the
    registered numbers of the day of the visit. Two different inspectors confirm it."""

    class State(models.TextChoices):
        OPEN = "open", "待核查"
        CONFIRMED = "confirmed", "待第二人确认"
        DONE = "done", "已完成"
        SKIPPED = "skipped", "没有核查"

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="units", verbose_name="核查")
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="inspection_units", verbose_name="单位"
    )
    key = models.CharField("公开编号", max_length=150)
    stratum = models.CharField("层", max_length=12)
    order = models.CharField("抽取次序值", max_length=64, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    visited_on = models.DateField("现场日期", null=True)
    facts = models.JSONField("登记数", default=dict)
    present = models.CharField("在场人员", max_length=200, blank=True)
    opinion = models.CharField("单位意见", max_length=500, blank=True)
    first_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, verbose_name="第一核查人", **_PEOPLE)
    second_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, verbose_name="第二核查人", **_PEOPLE)
    skipped_because = models.CharField("没有核查的原因", max_length=300, blank=True)

    objects = InspectionUnitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "被核查单位"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inspection", "employer"], name="a_unit_is_inspected_once_in_a_plan"),
            models.UniqueConstraint(fields=["inspection", "key"], name="a_key_names_one_unit_of_a_plan"),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | (Q(first_by__isnull=False) & ~Q(second_by=F("first_by"))),
                name="two_different_people_confirm_a_record",
                violation_error_message="现场记录要由两个不同的人确认。",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(second_by__isnull=False, visited_on__isnull=False),
                name="a_record_is_done_by_two",
                violation_error_message="现场记录要由两个不同的人确认。",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["employer"], name="inspected_employer")]
        triggers: ClassVar = feed_triggers("inspections", "SELECT inspection_id FROM changed")

    def __str__(self) -> str:
        return self.employer.name


class UnitInspector(models.Model):
    """Who goes to a unit."""

    unit = models.ForeignKey(InspectionUnit, on_delete=models.CASCADE, related_name="inspectors", verbose_name="单位")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="inspects", verbose_name="核查人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "核查人"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "user"], name="an_inspector_goes_to_a_unit_once")
        ]
        triggers: ClassVar = feed_triggers(
            "inspections",
            "SELECT u.inspection_id FROM changed JOIN supervision_inspectionunit u ON u.id = changed.unit_id",
        )

    def __str__(self) -> str:
        return f"{self.user} → {self.unit}"


@pghistory.track(level=pghistory.Statement)
class ItemRecord(models.Model):
    """What was found of one item at one unit, beside the registered number of the day of the visit."""

    class Result(models.TextChoices):
        CONFORMS = "conforms", "符合"
        FAILS = "fails", "不符合"
        NOT_APPLICABLE = "not_applicable", "不适用"

    unit = models.ForeignKey(InspectionUnit, on_delete=models.CASCADE, related_name="records", verbose_name="单位")
    item = models.ForeignKey(InspectionItem, on_delete=models.PROTECT, related_name="records", verbose_name="项目")
    registered = models.IntegerField("登记数", null=True)
    on_site = models.PositiveIntegerField("现场数", null=True)
    result = models.CharField("结果", max_length=14, choices=Result.choices)
    note = models.CharField("情况", max_length=500, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="记录人", **_PEOPLE)
    recorded_at = models.DateTimeField("记录时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "现场记录"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "item"], name="an_item_is_recorded_once_at_a_unit"),
            models.CheckConstraint(
                condition=~Q(result="fails") | Q(on_site__isnull=False) | ~Q(note=""),
                name="what_fails_is_said",
                violation_error_message="不符合的，写明现场情况或填现场数。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}：{self.get_result_display()}"

    @property
    def doubt(self) -> str:
        """What to look at again: numbers that differ or are 0, called conforming without a word. A hint, no refusal."""
        if self.result != self.Result.CONFORMS or self.note:
            return ""
        if None not in (self.registered, self.on_site) and self.registered != self.on_site:
            return "登记数和现场数不同，却选了「符合」。请核对，或在「情况」里写明原因。"
        seen = self.registered if self.on_site is None else self.on_site
        return "数是 0，却选了「符合」。请核对，或在「情况」里写明原因。" if seen == 0 else ""
