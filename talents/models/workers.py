"""Social workers as persons, and their employments. Identity number and phone are sealed at rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value

from posts.models import Employer
from posts.models.employers import EMPLOYER_SCOPE
from xmsw.accounts.roles import Role
from xmsw.accounts.scope import Scope, ScopedQuerySet
from xmsw.audit.sealed import SealedField, masked
from xmsw.dated import DatedQuerySet, DateRange, ends_after_start
from xmsw.feed.triggers import feed_triggers, shown
from xmsw.identifiers import Degree, Education, Sex
from xmsw.policy.recheck import recheck_triggers

EMPLOYERS_OF_WORKER = """
    SELECT e.employer_id FROM changed JOIN talents_employment e ON e.worker_id = changed.{worker}
    UNION SELECT p.employer_id FROM changed JOIN talents_appointment a ON a.worker_id = changed.{worker}
          JOIN posts_post p ON p.id = a.post_id
"""


class SocialWorkerQuerySet(ScopedQuerySet):
    scope = Scope(region="")

    def visible_to(self, user: object) -> Self:
        """People whom an employer visible to the account employs or employed; oneself."""
        if user.is_authenticated and user.acts and user.role == Role.SOCIAL_WORKER:
            return self.filter(account=user)
        return self._employed(Employment.objects.visible_to(user))

    def visible_beyond(self, user: object, side: str, key: int) -> Self:
        """Those of them with an id on that side of the key, `gt` or `lt`: a page of a list by key.

        The bound is told of the employments too. PostgreSQL merges both in the order of people, and would read the
        employments from the first one on for every page.
        """
        if user.is_authenticated and user.acts and user.role == Role.SOCIAL_WORKER:
            return self.visible_to(user).filter(**{f"pk__{side}": key})
        employments = Employment.objects.visible_to(user).filter(**{f"worker__{side}": key})
        return self._employed(employments).filter(**{f"pk__{side}": key})

    def _employed(self, employments: EmploymentQuerySet) -> Self:
        if employments.query.is_empty():
            return self.none()
        return self.filter(Exists(employments.filter(worker=OuterRef("pk"))))

    def acting(self, user: object, on: date) -> Self:
        """Whoever may enter things about oneself on that day; with an employer's code no longer than it employs."""
        here = Employment.objects.filter(worker=OuterRef("pk"), employer=OuterRef("account_within"))
        return self.filter(Q(account_met=True) | Exists(here.in_force(on)), account=user)


FOUND_BY = ("pinyin_joined", "initials")  # kept by the database for searching


@pghistory.track(level=pghistory.Statement, exclude=FOUND_BY)
class SocialWorker(models.Model):
    """A person. `identity` is found again by `identity_hash`; `identity_mask` is what lists show."""

    name = models.CharField("姓名", max_length=60)
    pinyin = models.CharField("拼音", max_length=200, db_collation="C", blank=True, editable=False)
    # «zhang san» is found by «zhangsan» and by «zs».
    pinyin_joined = models.GeneratedField(
        expression=Func(F("pinyin"), Value(" "), Value(""), function="replace"),
        output_field=models.CharField(max_length=200, db_collation="C"),
        db_persist=True,
        verbose_name="拼音连写",
    )
    initials = models.GeneratedField(
        expression=Func(F("pinyin"), Value("([^ ])[^ ]* ?"), Value(r"\1"), Value("g"), function="regexp_replace"),
        output_field=models.CharField(max_length=60, db_collation="C"),
        db_persist=True,
        verbose_name="拼音首字母",
    )
    identity = SealedField("身份证号")
    identity_hash = models.CharField("证件检索值", max_length=64, unique=True, editable=False)
    identity_mask = models.CharField("身份证号（遮盖）", max_length=18, editable=False)
    phone = SealedField("手机号", null=True, blank=True)
    phone_hash = models.CharField("手机检索值", max_length=64, blank=True, editable=False)
    sex = models.CharField("性别", max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    birth_date = models.DateField("出生日期")
    education = models.SmallIntegerField("学历", choices=Education.choices, null=True, blank=True)
    degree = models.SmallIntegerField("学位", choices=Degree.choices, null=True, blank=True)
    social_work_education = models.SmallIntegerField(
        "社会工作专业学历", choices=Education.choices, null=True, blank=True, help_text="没有社会工作专业学历时留空"
    )
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="social_worker",
        verbose_name="本人账号",
    )
    # Whoever holds a code and knows the number can open the account. Only an officer meets the person: until then the
    # account sees what the employer that handed over the code holds, and no more.
    account_met = models.BooleanField("民政当面确认", default=False, db_default=False, editable=False)
    account_within = models.ForeignKey(
        Employer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="邀请开通的单位",
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="duplicates", verbose_name="已并入"
    )
    synthetic = models.BooleanField("演示数据", default=False)

    objects = SocialWorkerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "社会工作专业人才"
        indexes: ClassVar = [
            models.Index(fields=["pinyin", "id"], name="worker_pinyin"),
            models.Index(fields=["pinyin_joined", "id"], name="worker_pinyin_joined"),
            models.Index(fields=["initials", "id"], name="worker_initials"),
            models.Index(fields=["name"], name="worker_name", opclasses=["varchar_pattern_ops"]),
            models.Index(
                fields=["id"],
                condition=Q(social_work_education__lte=Education.COLLEGE),
                name="worker_social_work_degree",
            ),
        ]
        triggers: ClassVar = [
            *recheck_triggers(EMPLOYERS_OF_WORKER.format(worker="id")),
            *feed_triggers("workers"),
            *feed_triggers(shown("workers"), columns=("id", "name", "identity_mask"), updates_only=True),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def phone_mask(self) -> str:
        """«138••••1234»."""
        return masked(self.phone, 3, 4)


LEFT = "离职"
# Whoever no longer works for an employer holds none of its posts, by whichever path the employment ends.
LEAVING = f"""
    UPDATE talents_appointment a SET "end" = n."end", end_reason = '{LEFT}'
    FROM {{ended}} n JOIN posts_post p ON p.employer_id = n.employer_id
    WHERE a.worker_id = n.worker_id AND a.post_id = p.id AND n."end" IS NOT NULL AND a.state IN ('filed', 'ended')
      AND a.start BETWEEN n.start AND n."end" AND (a."end" IS NULL OR a."end" > n."end")
      AND NOT EXISTS (SELECT FROM talents_employment m WHERE m.worker_id = n.worker_id
                      AND m.employer_id = n.employer_id AND m.start = n."end" + 1);
"""
# An end taken back (a correction, an import undone) gives back what it ended, as far as the stay now goes.
STAYING = f"""
    UPDATE talents_appointment a SET "end" = n."end", end_reason = CASE WHEN n."end" IS NULL THEN '' ELSE '{LEFT}' END
    FROM new_rows n JOIN old_rows o ON o.id = n.id JOIN posts_post p ON p.employer_id = n.employer_id
    WHERE a.worker_id = n.worker_id AND a.post_id = p.id AND a.end_reason = '{LEFT}' AND a."end" = o."end"
      AND (n."end" IS NULL OR n."end" > o."end");
"""
# Another contract that begins the day after the former one ended gives the post back.
STAYING_ON = f"""
    UPDATE talents_appointment a SET "end" = n."end", end_reason = CASE WHEN n."end" IS NULL THEN '' ELSE '{LEFT}' END
    FROM new_rows n JOIN posts_post p ON p.employer_id = n.employer_id
    WHERE a.worker_id = n.worker_id AND a.post_id = p.id AND a.end_reason = '{LEFT}' AND a."end" = n.start - 1;
"""


class EmploymentQuerySet(ScopedQuerySet, DatedQuerySet):
    scope = replace(EMPLOYER_SCOPE.under("employer__"), own="worker__account")

    def present(self, worker: int, on: date) -> Employment | None:
        """Where the person works on that day: of several the one begun last; the last one where there is none."""
        rows = self.filter(worker=worker)
        now = rows.in_force(on).order_by("-start").first()
        return now or rows.order_by("-start").first()


@pghistory.track(level=pghistory.Statement)
class Employment(models.Model):
    """A person works for an employer from a day until a day, in or out of a post."""

    class Form(models.TextChoices):
        ESTABLISHED = "established", "在编"
        CONTRACT = "contract", "劳动合同"
        DISPATCH = "dispatch", "劳务派遣"
        PUBLIC_WELFARE = "public_welfare", "公益性岗位"
        OTHER = "other", "其他"

    worker = models.ForeignKey(SocialWorker, on_delete=models.PROTECT, related_name="employments", verbose_name="人员")
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="employments", verbose_name="用人单位"
    )
    form = models.CharField("用工形式", max_length=16, choices=Form.choices)
    role = models.CharField("现任职务", max_length=60, blank=True)
    start = models.DateField("入职日期")
    end = models.DateField("离职日期", null=True, blank=True)
    end_reason = models.CharField("离职原因", max_length=100, blank=True)

    objects = EmploymentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职单位"
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_employment_of_a_worker_at_an_employer_at_a_time",
                expressions=[
                    # Not the bare columns: the planner would read this GiST index for plain lookups of an employer's
                    # people, at a hundred times the cost of the ordinary index.
                    (F("worker") + 0, RangeOperators.EQUAL),
                    (F("employer") + 0, RangeOperators.EQUAL),
                    (DateRange("start", "end"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="此人在本单位的任职时间重叠。",
            ),
            ends_after_start("an_employment_ends_after_it_starts"),
        ]
        triggers: ClassVar = [
            *recheck_triggers("SELECT employer_id FROM changed"),
            *feed_triggers("employments"),
            *feed_triggers("workers", "SELECT worker_id FROM changed"),
            *feed_triggers(shown("workers"), "SELECT worker_id FROM changed", columns=("worker_id", "employer_id")),
            pgtrigger.Trigger(
                name="who_leaves_leaves_the_post",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_rows"),
                func=f"{STAYING_ON} {LEAVING.format(ended='new_rows')} RETURN NULL;",
            ),
            pgtrigger.Trigger(
                name="who_leaves_later_leaves_the_post",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),
                func=f"{STAYING} {LEAVING.format(ended='new_rows')} RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} @ {self.employer}"
