"""High-level talent (三(一)-9, -10, -11): tags, benefit applications, recommendations for the special allowance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import ClassVar, Self

import pghistory
from django.db import models
from django.db.models import Q

from posts.models import Employer
from posts.models.employers import EMPLOYER_SCOPE
from talents.models.certificates import OfWorkerQuerySet
from talents.models.waiting import waiting_of_worker
from talents.models.workers import SocialWorker
from xmsw.accounts.models import Bureau
from xmsw.accounts.scope import Scope, ScopedQuerySet
from xmsw.dated import DatedQuerySet, ends_after_start
from xmsw.workflow.past import stood
from xmsw.workflow.triggers import waiting_triggers


class TalentCategory(models.Model):
    """A category of high-level talent, by a document of the city or a district; the policy defines none (trap 12)."""

    name = models.CharField("类别", max_length=60, unique=True)
    document = models.CharField("认定办法", max_length=200)
    start = models.DateField("施行日期")
    end = models.DateField("废止日期", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "高层次人才类别"
        constraints: ClassVar = [ends_after_start("a_category_ends_after_it_starts")]

    def __str__(self) -> str:
        return self.name


class HighLevelTagQuerySet(OfWorkerQuerySet, DatedQuerySet):
    pass


@pghistory.track(level=pghistory.Statement)
class HighLevelTag(models.Model):
    """A person recognised as high-level talent, by whom and by which document, from a day on."""

    worker = models.ForeignKey(SocialWorker, on_delete=models.PROTECT, related_name="tags", verbose_name="人员")
    category = models.ForeignKey(TalentCategory, on_delete=models.PROTECT, related_name="tags", verbose_name="类别")
    document = models.CharField("认定文件", max_length=200)
    recognised_by = models.CharField("认定机关", max_length=120)
    start = models.DateField("认定日期")
    end = models.DateField("有效期至", null=True, blank=True)

    objects = HighLevelTagQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "高层次人才认定"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker", "category", "start"],
                name="a_person_is_recognised_once_a_day",
                violation_error_message="此人这一天的这项认定已经登记。",
            ),
            models.CheckConstraint(
                condition=~Q(document=""),
                name="a_tag_names_its_document",
                violation_error_message="请填写认定文件：没有文件不能认定为高层次人才。",
            ),
            ends_after_start("a_tag_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.worker} {self.category}"


class BenefitType(models.Model):
    """A preferential treatment under the rules in force: who handles it, by which document, with what papers."""

    name = models.CharField("待遇", max_length=60, unique=True)
    bureau = models.CharField("受理部门", max_length=20, choices=Bureau.choices)
    body = models.CharField("办理单位", max_length=120, help_text="不是发文单位的也可以，由受理部门转办")
    document = models.CharField("政策依据", max_length=200, blank=True)
    guide = models.TextField("办理指南", max_length=2000, blank=True)
    start = models.DateField("施行日期")
    end = models.DateField("停办日期", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "优惠待遇"
        constraints: ClassVar = [ends_after_start("a_benefit_ends_after_it_starts")]

    def __str__(self) -> str:
        return self.name


class BenefitApplicationQuerySet(ScopedQuerySet):
    """The handling bureau sees what is routed to it, whoever is competent for the employer."""

    scope = replace(EMPLOYER_SCOPE.under("employer__"), bureau="type__bureau", sector="", own="worker__account")

    def standing(self, on: date) -> Self:
        """With `stood`, the state at the end of the day."""
        return self.annotate(stood=stood("benefit", on, BenefitApplication.State.SUBMITTED))


@pghistory.track(level=pghistory.Statement)
class BenefitApplication(models.Model):
    """An application of a high-level person for one benefit; one open application a type."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待受理"
        ACCEPTED = "accepted", "办理中"
        RETURNED = "returned", "已退回"
        GRANTED = "granted", "已落实"
        DECLINED = "declined", "未通过"
        WITHDRAWN = "withdrawn", "已撤销"

    OPEN = (State.DRAFT, State.SUBMITTED, State.ACCEPTED, State.RETURNED)

    worker = models.ForeignKey(SocialWorker, on_delete=models.PROTECT, related_name="benefits", verbose_name="人员")
    type = models.ForeignKey(BenefitType, on_delete=models.PROTECT, related_name="applications", verbose_name="待遇")
    tag = models.ForeignKey(HighLevelTag, on_delete=models.PROTECT, related_name="benefits", verbose_name="认定")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="benefits", verbose_name="用人单位")
    statement = models.TextField("申请说明", max_length=2000, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)
    result = models.CharField("结果", max_length=300, blank=True)
    result_on = models.DateField("结果日期", null=True, blank=True)

    objects = BenefitApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "优惠待遇申请"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker", "type"],
                condition=Q(state__in=["draft", "submitted", "accepted", "returned"]),
                name="one_open_application_a_type",
                violation_error_message="此人的这项待遇已有一件申请在办，不能再申请。",
            )
        ]
        triggers: ClassVar = waiting_triggers(
            "benefit",
            # Waits at the handling bureau, and stays there when the employer's own bureau changes: no employer's id.
            "SELECT changed.id, w.name || '：' || t.name, NULL::bigint, e.name, e.region_id, t.bureau, '' FROM changed "
            "JOIN talents_socialworker w ON w.id = changed.worker_id "
            "JOIN talents_benefittype t ON t.id = changed.type_id JOIN posts_employer e ON e.id = changed.employer_id",
            ("submitted", "accepted"),
        )

    def __str__(self) -> str:
        return f"{self.worker}：{self.type}"


class AllowanceRecommendationQuerySet(ScopedQuerySet):
    scope = Scope(region="recommender__region__code", bureau="recommender__bureau", own="worker__account")

    def standing(self, on: date) -> Self:
        """With `stood`, the state at the end of the day."""
        return self.annotate(stood=stood("allowance", on, AllowanceRecommendation.State.SUBMITTED))


@pghistory.track(level=pghistory.Statement)
class AllowanceRecommendation(models.Model):
    """政府特殊津贴: a person recommended by a bureau in a year, with its stages up to the result (三(一)-11)."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待市级审核"
        RETURNED = "returned", "已退回"
        FORWARDED = "forwarded", "已上报"
        GRANTED = "granted", "已入选"
        DECLINED = "declined", "未入选"

    worker = models.ForeignKey(
        SocialWorker, on_delete=models.PROTECT, related_name="recommendations", verbose_name="人选"
    )
    recommender = models.ForeignKey(
        "accounts.OrgUnit", on_delete=models.PROTECT, related_name="recommendations", verbose_name="推荐部门"
    )
    year = models.PositiveSmallIntegerField("年度")
    achievements = models.TextField("主要业绩", max_length=2000)
    document = models.CharField("推荐文件", max_length=200, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)
    result_on = models.DateField("结果日期", null=True, blank=True)
    result_document = models.CharField("结果文件", max_length=200, blank=True)

    objects = AllowanceRecommendationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政府特殊津贴推荐"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker", "year"],
                name="a_person_is_recommended_once_a_year",
                violation_error_message="此人这一年已经有一份推荐。",
            )
        ]
        triggers: ClassVar = waiting_of_worker("allowance", "changed.year || ' 年度政府特殊津贴推荐'")

    def __str__(self) -> str:
        return f"{self.year} {self.worker}"


class SpecialistFileQuerySet(OfWorkerQuerySet):
    pass


@pghistory.track(level=pghistory.Statement)
class SpecialistFile(models.Model):
    """A certificate holder taken into the management of professional and technical staff by 人社 (四(一)-6)."""

    worker = models.OneToOneField(
        SocialWorker, on_delete=models.PROTECT, related_name="specialist_file", verbose_name="人员"
    )
    number = models.CharField("档案编号", max_length=40, blank=True)
    included_on = models.DateField("纳入日期")
    unit = models.ForeignKey("accounts.OrgUnit", on_delete=models.PROTECT, related_name="+", verbose_name="确认机构")

    objects = SpecialistFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "专业技术人员档案"

    def __str__(self) -> str:
        return f"{self.worker} {self.number}"
