"""Standing, 三(三): restricted records of political roles, recruitment notices, publicity, and persons' stories."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from posts.models import Employer
from posts.models.employers import EMPLOYER_SCOPE
from talents.models.waiting import waiting_of_worker
from talents.models.workers import SocialWorker
from xmsw.accounts.roles import Capability
from xmsw.accounts.scope import Scope, ScopedQuerySet
from xmsw.dated import DatedQuerySet, ends_after_start
from xmsw.regions.areas import CITY_DIGITS


class StandingRecordQuerySet(ScopedQuerySet, DatedQuerySet):
    scope = Scope(region="region__code")

    def visible_to(self, user: object) -> Self:
        """Only to the restricted role, within its area; to the person, whom an officer has met; to others counts alone
        (trap 13)."""
        if not user.is_authenticated or not user.acts:
            return self.none()
        if user.can(Capability.OWN_RECORD):
            # An employer that invited its own people could have used the code itself: it must not come to see this.
            return self.filter(worker__account=user, worker__account_met=True)
        return super().visible_to(user) if user.can(Capability.RECORD_STANDING) else self.none()


@pghistory.track(level=pghistory.Statement)
class StandingRecord(models.Model):
    """A person's membership, post or mandate (三(三)-1, -2, -4). Sensitive: never ranked, never listed to others."""

    class Kind(models.TextChoices):
        PARTY = "party", "吸纳进党员干部队伍"
        LEADING = "leading", "选拔进基层领导班子"
        CONGRESS = "congress", "人大代表"
        CONSULTATIVE = "consultative", "政协委员"
        PARTY_BODY = "party_body", "社区（村）党组织成员"
        COMMITTEE = "committee", "居（村）民委员会成员"

    class Level(models.IntegerChoices):
        """GB/T 2261.6: deputies 10–14, members of the consultative conference 20–24."""

        CONGRESS_NATION = 10, "全国人大代表"
        CONGRESS_PROVINCE = 11, "省级人大代表"
        CONGRESS_CITY = 12, "市级人大代表"
        CONGRESS_COUNTY = 13, "区（县）级人大代表"
        CONGRESS_TOWN = 14, "乡镇人大代表"
        CONSULTATIVE_NATION = 20, "全国政协委员"
        CONSULTATIVE_PROVINCE = 21, "省级政协委员"
        CONSULTATIVE_CITY = 22, "市级政协委员"
        CONSULTATIVE_COUNTY = 23, "区（县）级政协委员"
        CONSULTATIVE_OTHER = 24, "其他政协委员"

    worker = models.ForeignKey(SocialWorker, on_delete=models.PROTECT, related_name="standings", verbose_name="人员")
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="所在地区")
    kind = models.CharField("类型", max_length=12, choices=Kind.choices)
    level = models.SmallIntegerField("级别", choices=Level.choices, null=True, blank=True)
    body = models.CharField("组织名称", max_length=120)
    post = models.CharField("职务", max_length=60, blank=True)
    elected = models.BooleanField("经选举", default=False)
    start = models.DateField("起始日期")
    end = models.DateField("届满日期", null=True, blank=True)
    source = models.CharField("依据", max_length=200)

    objects = StandingRecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政治安排"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="congress", level__gte=10, level__lte=14)
                | Q(kind="consultative", level__gte=20, level__lte=24)
                | (~Q(kind__in=["congress", "consultative"]) & Q(level__isnull=True)),
                name="a_mandate_has_its_level",
                violation_error_message="人大代表、政协委员要选对应的级别；其他类型不填级别。",
            ),
            models.UniqueConstraint(
                fields=["worker", "kind", "body", "start"],
                name="a_standing_is_recorded_once",
                violation_error_message="此人的这项安排已经登记。",
            ),
            ends_after_start("a_standing_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.worker} {self.get_kind_display()}"


class PlacedQuerySet(ScopedQuerySet):
    scope = Scope(region="unit__region__code", bureau="unit__bureau")


@pghistory.track(level=pghistory.Statement)
class RecruitmentNotice(models.Model):
    """A recruitment or cadre selection of an organ with social-service functions (三(三)-3)."""

    class Kind(models.TextChoices):
        RECRUITMENT = "recruitment", "招录（聘）"
        SELECTION = "selection", "选拔干部"

    unit = models.ForeignKey("accounts.OrgUnit", on_delete=models.PROTECT, related_name="+", verbose_name="登记部门")
    kind = models.CharField("类型", max_length=12, choices=Kind.choices)
    organ = models.CharField("招录（聘）单位", max_length=120)
    title = models.CharField("公告或文件", max_length=200)
    url = models.URLField("链接", blank=True)
    on = models.DateField("发布日期")
    positions = models.PositiveIntegerField("职位数")
    social_service = models.BooleanField("承担社会服务职能的职位")
    preferred = models.BooleanField("注明社会工作专业人才优先")
    hires = models.PositiveIntegerField("实际录（聘、选）用", null=True, blank=True)
    social_work_hires = models.PositiveIntegerField("其中社会工作专业人才", null=True, blank=True)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "招录与选拔"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(social_work_hires__isnull=True) | Q(hires__isnull=False, social_work_hires__lte=F("hires")),
                name="social_work_hires_are_among_the_hires",
                violation_error_message="社会工作专业人才的录用人数不能多于实际录用人数。",
            ),
            models.UniqueConstraint(
                fields=["organ", "title", "on"],
                name="a_notice_is_recorded_once",
                violation_error_message="这份公告已经登记。",
            ),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track(level=pghistory.Statement)
class PublicityItem(models.Model):
    """One piece of publicity of a bureau (三(三)-5)."""

    class Medium(models.TextChoices):
        PRESS = "press", "报刊"
        BROADCAST = "broadcast", "广播电视"
        ONLINE = "online", "网站、新媒体"
        EVENT = "event", "主题活动"
        EXHIBITION = "exhibition", "展览、讲座"
        OTHER = "other", "其他"

    unit = models.ForeignKey("accounts.OrgUnit", on_delete=models.PROTECT, related_name="+", verbose_name="部门")
    title = models.CharField("标题", max_length=120)
    medium = models.CharField("媒介", max_length=12, choices=Medium.choices)
    outlet = models.CharField("刊播单位", max_length=120, blank=True)
    on = models.DateField("日期")
    url = models.URLField("链接", blank=True)
    audience = models.PositiveIntegerField("受众人次", null=True, blank=True)
    summary = models.TextField("内容", max_length=1000, blank=True)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "宣传"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "title", "on"],
                name="publicity_is_recorded_once",
                violation_error_message="这一天的这条宣传已经登记。",
            )
        ]

    def __str__(self) -> str:
        return self.title


class PersonStoryQuerySet(ScopedQuerySet):
    scope = replace(EMPLOYER_SCOPE.under("employer__"), own="worker__account")

    def published(self) -> Self:
        """Open to everybody."""
        return self.filter(state=PersonStory.State.PUBLISHED)


@pghistory.track(level=pghistory.Statement)
class PersonStory(models.Model):
    """An outstanding person's story (三(三)-6): public only with recorded consent and approval (PIPL arts. 13, 25)."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待审核"
        RETURNED = "returned", "已退回"
        PUBLISHED = "published", "已发布"
        RETIRED = "retired", "已撤下"

    worker = models.ForeignKey(SocialWorker, on_delete=models.PROTECT, related_name="stories", verbose_name="人物")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="stories", verbose_name="用人单位")
    title = models.CharField("标题", max_length=120)
    text = models.TextField("事迹", max_length=8000)
    consent_on = models.DateField("本人同意日期", null=True, blank=True)
    consent_scope = models.CharField("同意范围", max_length=200, blank=True)
    consented_online = models.BooleanField("本人在线同意", default=False, editable=False)
    photo_agreed = models.BooleanField(
        "同意公开照片", default=False, db_default=False, help_text="本人没有明确同意的，照片不公开"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_on = models.DateField("发布日期", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)

    objects = PersonStoryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "人物事迹"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="published")
                | (
                    Q(consent_on__isnull=False, approved_by__isnull=False, published_on__isnull=False)
                    & ~Q(consent_scope="")
                ),
                name="a_public_story_has_consent_and_approval",
                violation_error_message="发布人物事迹要有本人同意的记录和审核人。",
            )
        ]
        triggers: ClassVar = waiting_of_worker("story", "'事迹：' || changed.title")

    def __str__(self) -> str:
        return self.title

    def void_consent(self) -> None:
        """What was agreed to has changed, or the person no longer agrees. Not saved."""
        self.consent_on, self.consent_scope = None, ""
        self.consented_online = self.photo_agreed = False


class StandingCountQuerySet(models.QuerySet["StandingCount"]):
    def visible_to(self, user: object) -> Self:
        """The published table of the own city, the same for everybody who may see compliance."""
        if not user.is_authenticated or not user.acts or not user.can(Capability.VIEW_COMPLIANCE):
            return self.none()
        return self.filter(region__code__startswith=user.area_code[:CITY_DIGITS]) if user.area_code else self.none()


class StandingCount(models.Model):
    """How many people of a kind there were at a year's end, in a district or the city: published once, never changed.

    `n` is NULL where it is withheld.
    """

    year = models.PositiveSmallIntegerField("年度")
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="地区")
    kind = models.CharField("类型", max_length=12, choices=StandingRecord.Kind.choices)
    n = models.PositiveIntegerField("人数", null=True)
    published_at = models.DateTimeField("公布时间", db_default=models.functions.Now())
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = StandingCountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政治安排统计"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "region", "kind"], name="a_standing_count_is_published_once")
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="published_counts_stay", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.region_id} {self.kind}"
