"""Employers (用人单位): whoever has or should have posts. Real communities are here before anybody registers them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Left

from posts.models.kinds import COMMUNITY_KINDS, Kind, Sector
from xmsw.accounts.models import Bureau
from xmsw.accounts.scope import Scope, ScopedQuerySet
from xmsw.dated import ends_after_start, holds_on
from xmsw.feed.triggers import feed_triggers, shown
from xmsw.identifiers import validate_credit_code
from xmsw.notices.triggers import mail_dropped
from xmsw.policy.recheck import recheck_triggers
from xmsw.regions.areas import DISTRICT_DIGITS, in_district
from xmsw.workflow.triggers import place_triggers

EMPLOYER_SCOPE = Scope(
    region="region__code",
    bureau="competent_bureau",
    sector="sector",
    member="members__user",
    employer="pk",
    by_district=True,
)

# What is shown of an employer with everything of its own, and decides who sees it.
SHOWN = ("id", "name", "kind", "sector", "region_id", "competent_bureau", "credit_code")


class KindBureau(models.Model):
    """Which bureau is competent for a kind by default (inferred, not in the text; editable)."""

    kind = models.CharField("单位类别", max_length=3, choices=Kind.choices, primary_key=True)
    bureau = models.CharField("主管部门", max_length=20, choices=Bureau.choices)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "类别主管部门"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} → {self.get_bureau_display()}"


class EmployerQuerySet(ScopedQuerySet):
    scope = EMPLOYER_SCOPE

    def in_force(self, on: date) -> EmployerQuerySet:
        """Employers that count on that day: on the list or approved, and not yet closed (trap 9)."""
        return self.filter(holds_on(on), state__in=Employer.COUNTED)

    def of_kind(self, *kinds: str) -> EmployerQuerySet:
        """Employers of the named kinds."""
        return self.filter(kind__in=kinds)

    def within(self, code: str) -> EmployerQuerySet:
        """Employers in the subtree of a region code."""
        return self.filter(in_district("region__code", code))


@pghistory.track(level=pghistory.Statement)
class Employer(models.Model):
    """One employer. `kind` C02/C03 records the decision 城市/农村 with its source (trap 11), not a statistical code."""

    class State(models.TextChoices):
        LISTED = "listed", "在册未登记"
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待审核"
        RETURNED = "returned", "已退回"
        APPROVED = "approved", "已登记"
        CLOSED = "closed", "已注销"

    COUNTED = (State.LISTED, State.APPROVED, State.CLOSED)

    name = models.CharField("单位名称", max_length=120)
    pinyin = models.CharField("拼音", max_length=300, db_collation="C", blank=True, editable=False)
    kind = models.CharField("单位类别", max_length=3, choices=Kind.choices)
    kind_source = models.CharField("类别依据", max_length=200, blank=True)
    kind_decided_on = models.DateField("类别认定日期", null=True, blank=True)
    sector = models.CharField("领域", max_length=12, choices=Sector.choices)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, verbose_name="所在区划")
    competent_bureau = models.CharField("主管部门", max_length=20, choices=Bureau.choices)
    credit_code = models.CharField(
        "统一社会信用代码", max_length=18, unique=True, null=True, blank=True, validators=[validate_credit_code]
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="subsidiaries", verbose_name="上级单位"
    )
    technical_posts = models.PositiveIntegerField("专业技术岗位总数", null=True, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    contact = models.CharField("联系人", max_length=60, blank=True)
    contact_phone = models.CharField("联系电话", max_length=30, blank=True)
    state = models.CharField("登记状态", max_length=12, choices=State.choices, default=State.DRAFT)
    start = models.DateField("起始日期")
    end = models.DateField("注销日期", null=True, blank=True)
    synthetic = models.BooleanField("演示数据", default=False)

    objects = EmployerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "用人单位"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(credit_code__isnull=True) | Q(credit_code__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$"),
                name="a_credit_code_has_18_allowed_characters",
                violation_error_message="统一社会信用代码应为 18 位，不用 I、O、S、V、Z。",
            ),
            models.UniqueConstraint(
                fields=["region"],
                condition=Q(kind__in=COMMUNITY_KINDS, end__isnull=True),
                name="one_employer_a_community",
                violation_error_message="这个社区已经有一家在册单位。",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")),
                name="an_employer_is_not_its_own_parent",
                violation_error_message="上级单位不能是本单位自己。",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(end__isnull=False), name="a_closed_employer_has_a_last_day"
            ),
            models.UniqueConstraint(
                fields=["region"],
                condition=Q(kind=Kind.C01, end__isnull=True),
                name="one_centre_a_street",
                violation_error_message="这个街道（镇）已经有一家社区服务中心在册。",
            ),
            ends_after_start("an_employer_closes_after_it_starts"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["region", "kind"], name="employer_region_kind"),
            models.Index(fields=["competent_bureau", "region"], name="employer_bureau_region"),
            models.Index(fields=["pinyin", "id"], name="employer_pinyin"),
            models.Index(Left("region_id", 9), name="employer_street"),
            models.Index(Left("region_id", DISTRICT_DIGITS), "pinyin", "id", name="employer_district_pinyin"),
        ]
        triggers: ClassVar = [
            *recheck_triggers("SELECT id FROM changed"),
            *feed_triggers("employers"),
            *feed_triggers(shown("employers"), columns=SHOWN, updates_only=True),
            *place_triggers("SELECT id, name, region_id, competent_bureau, sector FROM changed"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def district_code(self) -> str:
        """Six digits of GB/T 2260."""
        return self.region_id[:6]


class Membership(models.Model):
    """An account of an employer's own people."""

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="members", verbose_name="用人单位")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", verbose_name="账号"
    )

    class Meta:
        verbose_name = verbose_name_plural = "单位经办人"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["employer", "user"], name="an_account_joins_an_employer_once")
        ]
        triggers: ClassVar = [mail_dropped(pgtrigger.Delete, "user_id")]

    def __str__(self) -> str:
        return f"{self.user} @ {self.employer}"
