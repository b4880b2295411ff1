"""Continuing education (民发〔2009〕123号) and professional supervision (督导, 二(三)-5)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from posts.models import Employer
from posts.models.employers import EMPLOYER_SCOPE
from talents.models.certificates import OfWorkerQuerySet
from talents.models.waiting import waiting_of_worker
from talents.models.workers import EMPLOYERS_OF_WORKER, SocialWorker
from xmsw.accounts.roles import Role
from xmsw.accounts.scope import ScopedQuerySet
from xmsw.dated import DatedQuerySet, DateRange, ends_after_start
from xmsw.policy.recheck import recheck_triggers

LEAST_HOURS, MOST_HOURS = Decimal("0.5"), Decimal(999)
HOURS_OF_A_DAY = Decimal(24)
hours_bounds = [MinValueValidator(LEAST_HOURS), MaxValueValidator(MOST_HOURS)]


class Delivery(models.TextChoices):
    """Forms of continuing education that 民发〔2009〕123号 names."""

    TRAINING = "training", "培训班"
    ONLINE = "online", "网络课程"
    CONFERENCE = "conference", "学术会议、研讨"
    STUDY = "study", "学历、学位教育"
    EXCHANGE = "exchange", "考察、进修"
    OTHER = "other", "其他"


class CourseQuerySet(ScopedQuerySet):
    def visible_to(self, user: object) -> Self:
        """Courses are open to whoever has signed in."""
        return self if user.is_authenticated and user.acts else self.none()


@pghistory.track(level=pghistory.Statement)
class Course(models.Model):
    """A course that counts: its hours go to everybody who attended it to the end."""

    title = models.CharField("课程名称", max_length=120)
    provider = models.CharField("举办单位", max_length=120)
    delivery = models.CharField("形式", max_length=12, choices=Delivery.choices)
    hours = models.DecimalField("学时", max_digits=4, decimal_places=1, validators=hours_bounds)
    start = models.DateField("开始日期")
    end = models.DateField("结束日期")
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, verbose_name="举办地区")
    place = models.CharField("地点", max_length=120, blank=True)
    seats = models.PositiveIntegerField("名额", null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "继续教育课程"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["title", "provider", "start"],
                name="a_course_is_recorded_once",
                violation_error_message="同一单位同一天开始的同名课程已经登记。",
            ),
            models.CheckConstraint(condition=Q(hours__gt=0), name="a_course_has_hours"),
            ends_after_start("a_course_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return self.title


class AttendanceQuerySet(OfWorkerQuerySet):
    def counted(self) -> Self:
        """Accepted hours only."""
        return self.filter(state=Attendance.State.ACCEPTED)


@pghistory.track(level=pghistory.Statement)
class Attendance(models.Model):
    """Hours of one person, finished on a day: of a recorded course, or of another with a proof that was accepted."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待审核"
        RETURNED = "returned", "已退回"
        ACCEPTED = "accepted", "已认定"

    worker = models.ForeignKey(SocialWorker, on_delete=models.PROTECT, related_name="attendances", verbose_name="人员")
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, null=True, blank=True, related_name="attendances", verbose_name="课程"
    )
    title = models.CharField("内容", max_length=120)
    provider = models.CharField("举办单位", max_length=120)
    delivery = models.CharField("形式", max_length=12, choices=Delivery.choices)
    hours = models.DecimalField("学时", max_digits=4, decimal_places=1, validators=hours_bounds)
    on = models.DateField("完成日期")
    state = models.CharField("状态", max_length=12, choices=State.choices, db_default=State.DRAFT)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "继续教育记录"
        indexes: ClassVar = [
            models.Index(fields=["worker", "on"], name="attendance_worker_day"),
            models.Index(fields=["on", "id"], name="attendance_day"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker", "course"],
                condition=Q(course__isnull=False),
                name="a_person_attends_a_course_once",
                violation_error_message="此人已经登记过这门课程。",
            ),
            models.CheckConstraint(condition=Q(hours__gt=0), name="an_attendance_has_hours"),
        ]
        triggers: ClassVar = [
            *recheck_triggers(EMPLOYERS_OF_WORKER.format(worker="worker_id")),
            *waiting_of_worker("learning", "changed.title || '（' || trim_scale(changed.hours) || ' 学时）'"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {Decimal(self.hours).normalize():f} 学时"


# What a supervisor did is judged where the supervisor has a post, not where the supervisee works.
POSTS_OF_SUPERVISOR = (
    "JOIN talents_appointment a ON a.worker_id = {}.supervisor_id JOIN posts_post o ON o.id = a.post_id"
)


class SupervisionPairQuerySet(ScopedQuerySet, DatedQuerySet):
    scope = EMPLOYER_SCOPE.under("employer__")

    def visible_to(self, user: object) -> Self:
        """Pairs of employers whom the account sees; one's own on either side."""
        if user.is_authenticated and user.acts and user.role == Role.SOCIAL_WORKER:
            given, received = (replace(self.scope, own=f"{side}__account") for side in ("supervisor", "supervisee"))
            return self.filter(given.condition(user) | received.condition(user))
        return super().visible_to(user)


@pghistory.track(level=pghistory.Statement)
class SupervisionPair(models.Model):
    """Who supervises whom, from a day until a day; `employer` is where the supervisee works."""

    supervisor = models.ForeignKey(
        SocialWorker, on_delete=models.PROTECT, related_name="supervises", verbose_name="督导者"
    )
    supervisee = models.ForeignKey(
        SocialWorker, on_delete=models.PROTECT, related_name="supervised_by", verbose_name="被督导者"
    )
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="supervision_pairs", verbose_name="用人单位"
    )
    start = models.DateField("开始日期")
    end = models.DateField("结束日期", null=True, blank=True)
    document = models.CharField("督导协议", max_length=200, blank=True)
    end_reason = models.CharField("结束原因", max_length=200, blank=True, db_default="")

    objects = SupervisionPairQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督导关系"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(supervisor=F("supervisee")),
                name="nobody_supervises_oneself",
                violation_error_message="督导者和被督导者不能是同一个人。",
            ),
            ExclusionConstraint(
                name="one_pair_at_a_time",
                expressions=[
                    (F("supervisor") + 0, RangeOperators.EQUAL),
                    (F("supervisee") + 0, RangeOperators.EQUAL),
                    (DateRange("start", "end"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="这两个人在这段时间已经有督导关系。",
            ),
            ends_after_start("a_pair_ends_after_it_starts"),
        ]
        triggers: ClassVar = recheck_triggers(
            "SELECT employer_id FROM changed UNION SELECT o.employer_id FROM changed "
            + POSTS_OF_SUPERVISOR.format("changed")
        )

    def __str__(self) -> str:
        return f"{self.supervisor} 督导 {self.supervisee}"


class SupervisionSessionQuerySet(ScopedQuerySet):
    def visible_to(self, user: object) -> Self:
        """Sessions of the pairs that the account sees."""
        pairs = SupervisionPair.objects.visible_to(user)
        return self.filter(Exists(pairs.filter(pk=OuterRef("pair"))))


@pghistory.track(level=pghistory.Statement)
class SupervisionSession(models.Model):
    """One session of a pair: day, hours, and what was worked on."""

    class Form(models.TextChoices):
        INDIVIDUAL = "individual", "个别督导"
        GROUP = "group", "团体督导"
        PEER = "peer", "同辈督导"
        ONSITE = "onsite", "现场督导"

    pair = models.ForeignKey(
        SupervisionPair, on_delete=models.PROTECT, related_name="sessions", verbose_name="督导关系"
    )
    on = models.DateField("日期")
    hours = models.DecimalField("时长（小时）", max_digits=4, decimal_places=1, validators=hours_bounds)
    form = models.CharField("形式", max_length=12, choices=Form.choices)
    topic = models.CharField("主题", max_length=120)
    content = models.TextField("内容与建议", max_length=2000, blank=True)

    objects = SupervisionSessionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督导记录"
        indexes: ClassVar = [models.Index(fields=["pair", "on"], name="supervision_session_day")]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(hours__gt=0), name="a_session_has_hours")]
        triggers: ClassVar = recheck_triggers(
            "SELECT p.employer_id FROM changed JOIN talents_supervisionpair p ON p.id = changed.pair_id "
            "UNION SELECT o.employer_id FROM changed JOIN talents_supervisionpair p ON p.id = changed.pair_id "
            + POSTS_OF_SUPERVISOR.format("p")
        )

    def __str__(self) -> str:
        return f"{self.pair} {self.on:%Y-%m-%d}"
