"""Posts (社会工作专业岗位): one row a seat, with grade, duties and qualification conditions."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Exists, OuterRef, Q

from posts.models.employers import EMPLOYER_SCOPE, Employer
from posts.models.fields import ServiceField, field_column, field_in_sql, field_now
from xmsw.accounts.scope import ScopedQuerySet
from xmsw.dated import DatedQuerySet, DateRange, ends_after_start, holds_on
from xmsw.feed.triggers import feed_triggers, shown
from xmsw.identifiers import Education
from xmsw.policy.recheck import recheck_triggers
from xmsw.workflow.triggers import waiting_triggers


class Grade(models.IntegerChoices):
    """Post grade, 二(四)-1; institutions add grades 1–13."""

    JUNIOR = 1, "初级"
    INTERMEDIATE = 2, "中级"
    SENIOR = 3, "高级"


# Technical posts of public institutions (国人部发〔2006〕87号): the grade that each of the thirteen levels belongs to.
INSTITUTION_LEVELS = {Grade.SENIOR: (1, 7), Grade.INTERMEDIATE: (8, 10), Grade.JUNIOR: (11, 13)}
INSTITUTION_SENTENCE = "事业单位 1–7 级是高级，8–10 级是中级，11–13 级是初级。"


class CertificateLevel(models.IntegerChoices):
    """Certificates of professional level; a number serves at least the post grade of the same number."""

    ASSISTANT = 1, "助理社会工作师"
    SOCIAL_WORKER = 2, "社会工作师"
    SENIOR = 3, "高级社会工作师"


class Duty(models.IntegerChoices):
    """Six categories of 二(三), list G."""

    DIRECT = 1, "直接服务"
    GROUP = 2, "群体支持系统"
    COMMUNITY = 3, "社区服务与发展"
    PROJECT = 4, "评估、方案、项目管理、绩效评价与行动研究"
    SUPERVISION = 5, "专业督导"
    VOLUNTEER = 6, "志愿者招募、注册、培训、考核与联动"


class Activity(models.IntegerChoices):
    """Thirteen activities of duty 1, list F; they belong to no other duty."""

    HARDSHIP = 1, "帮困扶弱"
    EMOTION = 2, "情绪疏导"
    COMFORT = 3, "心理抚慰"
    CARE = 4, "精神关爱"
    CORRECTION = 5, "行为矫治"
    REHABILITATION = 6, "社会康复"
    RIGHTS = 7, "权益维护"
    CRISIS = 8, "危机干预"
    RELATIONS = 9, "关系调适"
    CONFLICT = 10, "矛盾化解"
    CAPACITY = 11, "能力建设"
    RESOURCES = 12, "资源链接"
    INCLUSION = 13, "社会融入"


class PostQuerySet(ScopedQuerySet):
    scope = EMPLOYER_SCOPE.under("employer__")

    def in_force(self, on: date) -> PostQuerySet:
        """Approved posts that exist on that day; one abolished later still counts for the days before."""
        return self.filter(holds_on(on), state__in=Post.COUNTED)

    def active(self, on: date) -> PostQuerySet:
        """Posts in force and not frozen: what the rules count on that day."""
        return self.in_force(on).exclude(pk__in=PostFreeze.objects.filter(holds_on(on)).values("post"))

    def with_field(self) -> PostQuerySet:
        """With `in_field`: the service field, its own or that of the employer's kind (一-2)."""
        return self.annotate(in_field=field_in_sql("service_field", "employer__kind"))

    def frozen(self, on: date) -> PostQuerySet:
        """Posts frozen on that day: they exist, but nobody may be put in them and no rule counts them."""
        return self.filter(Exists(PostFreeze.objects.filter(holds_on(on), post=OuterRef("pk"))))


@pghistory.track(level=pghistory.Statement)
class Post(models.Model):
    """One seat. `start` is the day of approval, `end` the last day before it is abolished."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待审核"
        RETURNED = "returned", "已退回"
        APPROVED = "approved", "在设"
        ABOLISHED = "abolished", "已撤销"

    class Source(models.TextChoices):
        """How the seat shall be filled; 二(二)-4 and -5 name the second and third for centres and communities."""

        RECRUITMENT = "recruitment", "公开招聘"
        CONVERSION = "conversion", "转换提升"
        SUPPLEMENT = "supplement", "补充配置"

    COUNTED = (State.APPROVED, State.ABOLISHED)

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="posts", verbose_name="用人单位")
    code = models.CharField("岗位编号", max_length=30)
    name = models.CharField("岗位名称", max_length=80)
    grade = models.SmallIntegerField("岗位等级", choices=Grade.choices, null=True, blank=True)
    institution_grade = models.SmallIntegerField("事业单位岗位级别（1–13）", null=True, blank=True)
    duties = ArrayField(
        models.SmallIntegerField(choices=Duty.choices), verbose_name="职责类别", default=list, blank=True
    )
    activities = ArrayField(
        models.SmallIntegerField(choices=Activity.choices), verbose_name="直接服务内容", default=list, blank=True
    )
    duty_text = models.TextField("职责说明", blank=True)
    coordinates = models.BooleanField("承担协调职责", default=False)
    min_certificate = models.SmallIntegerField(
        "任职条件：证书", choices=CertificateLevel.choices, null=True, blank=True
    )
    min_education = models.SmallIntegerField("任职条件：学历", choices=Education.choices, null=True, blank=True)
    min_years = models.PositiveSmallIntegerField("任职条件：从业年限", null=True, blank=True)
    need_basis = models.CharField("设岗依据", max_length=200, blank=True)
    source = models.CharField(
        "人员来源", max_length=12, choices=Source.choices, default=Source.RECRUITMENT, db_default=Source.RECRUITMENT
    )
    principal = models.BooleanField("主体岗位", default=False)
    frontline = models.BooleanField("一线岗位", default=True)
    service_field = field_column()
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)
    start = models.DateField("设立日期")
    end = models.DateField("撤销日期", null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["employer", "code"],
                name="a_post_code_is_used_once_by_an_employer",
                violation_error_message="本单位已经有这个岗位编号。",
            ),
            models.CheckConstraint(
                condition=Q(duties__contained_by=Duty.values), name="duties_are_the_six_of_the_policy"
            ),
            models.CheckConstraint(
                condition=Q(activities__contained_by=Activity.values), name="activities_are_the_thirteen_of_duty_1"
            ),
            models.CheckConstraint(
                condition=Q(activities=[]) | Q(duties__contains=[Duty.DIRECT]),
                name="activities_belong_to_duty_1_only",
                violation_error_message="13 项直接服务内容只属于第一类职责（二（三）-1），请先选「直接服务」。",
            ),
            models.CheckConstraint(
                condition=Q(institution_grade__isnull=True)
                | Q(grade__isnull=False)
                & Q(grade=Grade.SENIOR, institution_grade__range=INSTITUTION_LEVELS[Grade.SENIOR])
                | Q(grade__isnull=False)
                & Q(grade=Grade.INTERMEDIATE, institution_grade__range=INSTITUTION_LEVELS[Grade.INTERMEDIATE])
                | Q(grade__isnull=False)
                & Q(grade=Grade.JUNIOR, institution_grade__range=INSTITUTION_LEVELS[Grade.JUNIOR]),
                name="institution_grades_agree_with_the_grade",
                violation_error_message=INSTITUTION_SENTENCE,
            ),
            models.CheckConstraint(
                condition=~Q(state="abolished") | Q(end__isnull=False), name="an_abolished_post_has_a_last_day"
            ),
            ends_after_start("a_post_ends_after_it_starts"),
        ]
        triggers: ClassVar = [
            *recheck_triggers("SELECT employer_id FROM changed"),
            *feed_triggers("posts"),
            *feed_triggers(
                shown("posts"),
                columns=("id", "employer_id", "code", "name", "grade"),
                updates_only=True,
            ),
            *waiting_triggers(
                "post",
                "SELECT changed.id, changed.name || '（' || changed.code || '）', e.id, e.name, e.region_id, "
                "e.competent_bureau, e.sector FROM changed JOIN posts_employer e ON e.id = changed.employer_id",
                ["submitted"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.code}）"

    def standing(self, on: date, *, frozen: bool) -> str:
        """What the post is on that day, in words: «在设», «冻结中», «已撤销», «待审核» …"""
        if self.state not in self.COUNTED:
            return self.get_state_display()
        if self.start > on:
            return "尚未设立"
        if self.end is not None and self.end < on:
            return self.State.ABOLISHED.label
        return "冻结中" if frozen else self.State.APPROVED.label

    @property
    def field(self) -> ServiceField:
        """Whom it serves: its own service field, else that of the employer's kind."""
        return field_now(self.service_field, self.employer.kind)

    @property
    def duty_labels(self) -> list[str]:
        """Names of the duty categories, in the order of the policy."""
        return [Duty(each).label for each in sorted(self.duties)]

    @property
    def activity_labels(self) -> list[str]:
        """Names of the activities of duty 1, in the order of the policy."""
        return [Activity(each).label for each in sorted(self.activities)]

    @property
    def grade_label(self) -> str:
        """«中级», «中级（9 级）» in public institutions, «» while there is none."""
        if self.grade is None:
            return ""
        level = f"（{self.institution_grade} 级）" if self.institution_grade else ""
        return f"{self.get_grade_display()}{level}"

    @property
    def conditions(self) -> list[tuple[str, str]]:
        """What a holder must have: («证书», «社会工作师及以上»), … with «» for what is not filled in."""
        certificate = self.get_min_certificate_display() if self.min_certificate else ""
        education = self.get_min_education_display() if self.min_education else ""
        years = "" if self.min_years is None else f"{self.min_years} 年及以上" if self.min_years else "不限"
        return [
            ("证书", _or_above(certificate, self.min_certificate == CertificateLevel.SENIOR)),
            ("学历", _or_above(education, self.min_education == Education.POSTGRADUATE)),
            ("从业年限", years),
        ]


def _or_above(label: str, highest: bool) -> str:
    return label if highest or not label else f"{label}及以上"


class PostFreezeQuerySet(ScopedQuerySet, DatedQuerySet):
    scope = EMPLOYER_SCOPE.under("post__employer__")


@pghistory.track(level=pghistory.Statement)
class PostFreeze(models.Model):
    """A time in which a post is frozen (冻结): from a day until a day, with the reason."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="freezes", verbose_name="岗位")
    start = models.DateField("冻结日期")
    end = models.DateField("解冻前最后一天", null=True, blank=True)
    reason = models.CharField("原因", max_length=200)

    objects = PostFreezeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "岗位冻结"
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_freeze_a_post_at_a_time",
                expressions=[("post", RangeOperators.EQUAL), (DateRange("start", "end"), RangeOperators.OVERLAPS)],
                violation_error_message="这个岗位在这段时间已经冻结。",
            ),
            ends_after_start("a_freeze_ends_after_it_starts"),
        ]
        triggers: ClassVar = [
            *recheck_triggers("SELECT p.employer_id FROM changed JOIN posts_post p ON p.id = changed.post_id"),
            *feed_triggers("posts", "SELECT post_id FROM changed"),
        ]

    def __str__(self) -> str:
        return f"{self.post} 冻结自 {self.start:%Y-%m-%d}"
