"""Accounts, and the bureaus they sit on (clause 0-2: twelve bureaus × city and six districts)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pgtrigger
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q

from xmsw.accounts.roles import BUREAU_CAPABILITIES, CAPABILITIES, LINE_CAPABILITIES, Role
from xmsw.notices.triggers import mail_dropped
from xmsw.regions.areas import CITY_DIGITS

OFFICERS = [Role.CITY_OFFICER, Role.DISTRICT_OFFICER, Role.BUREAU_OFFICER, Role.STANDING_OFFICER]
LEADS = (Role.CITY_OFFICER, Role.DISTRICT_OFFICER)
_LEADS_SIT_THERE = """
    IF NEW.role IN ('city_officer', 'district_officer') AND NEW.org_unit_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM accounts_orgunit g WHERE g.id = NEW.org_unit_id AND g.bureau = 'civil_affairs') THEN
        RAISE EXCEPTION 'an officer of civil affairs sits on a unit of civil affairs'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'civil_affairs_sits_on_its_units';
    END IF;
    RETURN NEW;
"""


class Bureau(models.TextChoices):
    """The twelve signatories, code list H; the lead comes first."""

    CIVIL_AFFAIRS = "civil_affairs", "民政"
    GOVERNANCE = "governance", "综治"
    EDUCATION = "education", "教育"
    PUBLIC_SECURITY = "public_security", "公安"
    JUSTICE = "justice", "司法行政"
    FINANCE = "finance", "财政"
    HUMAN_RESOURCES = "human_resources", "人力资源和社会保障"
    HEALTH = "health", "卫生计生"
    TRADE_UNION = "trade_union", "总工会"
    YOUTH_LEAGUE = "youth_league", "共青团"
    WOMEN = "women", "妇联"
    DISABLED = "disabled", "残联"


class OrgUnitQuerySet(models.QuerySet["OrgUnit"]):
    def in_force(self, on: date) -> OrgUnitQuerySet:
        """Units whose name is valid on that day."""
        return self.filter(Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gte=on))


class OrgUnit(models.Model):
    """One bureau at one level of government under one name; a renaming is a successor with its own dates."""

    bureau = models.CharField("部门", max_length=20, choices=Bureau.choices)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, verbose_name="行政区划")
    name = models.CharField("名称", max_length=60)
    short_name = models.CharField("简称", max_length=30)
    valid_from = models.DateField("启用日期")
    valid_to = models.DateField("停用日期", null=True, blank=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, verbose_name="后继机构")
    source = models.CharField("依据", max_length=200, blank=True)

    objects = OrgUnitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "机构"
        ordering: ClassVar = ["region_id", "bureau", "valid_from"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bureau", "region", "valid_from"], name="one_name_of_a_unit_from_a_day"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="unit_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """An account. Officers sit on one unit; employers' staff are tied to employers by `posts.Membership`."""

    display_name = models.CharField("姓名", max_length=60)
    role = models.CharField("角色", max_length=20, choices=Role.choices, default=Role.EMPLOYER_STAFF)
    org_unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, null=True, blank=True, verbose_name="所在机构")
    # The account of an interface client (xmsw/clients): nobody's, so it is stored switched off, which keeps it from the
    # door and out of every list of people; it acts only within a request that its client's token opened.
    is_service = models.BooleanField("接口账号", default=False, db_default=False, editable=False)

    objects: ClassVar = UserManager()

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(role__in=OFFICERS) | Q(org_unit__isnull=False),
                name="an_officer_sits_on_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(is_service=False) | Q(is_active=False, is_staff=False, is_superuser=False),
                name="a_service_account_never_signs_in",
                violation_error_message="接口账号不能登录，不能启用。",
            ),
        ]
        triggers: ClassVar = [
            mail_dropped(pgtrigger.Update, "id", pgtrigger.AnyChange("org_unit", "role")),
            pgtrigger.Trigger(
                name="civil_affairs_sits_on_its_units",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("role", "org_unit_id"),
                when=pgtrigger.Before,
                func=_LEADS_SIT_THERE,
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def can(self, capability: str) -> bool:
        """Whether the role declares `capability`, or the bureau does for its officers at the city."""
        return self.acts and capability in self.capabilities

    @property
    def acts(self) -> bool:
        """Whether the account may do or see anything: a person's while it is switched on. A service account is off for
        every door and list of people, and acts where a client's token has opened."""
        return self.is_active or self.is_service

    @property
    def capabilities(self) -> frozenset[str]:
        """Everything the account may do; an unknown role may do nothing."""
        own = CAPABILITIES.get(self.role, frozenset())
        if self.role != Role.BUREAU_OFFICER or self.org_unit is None:
            return own
        own |= LINE_CAPABILITIES.get(self.org_unit.bureau, frozenset())
        if len(self.org_unit.region_id) == CITY_DIGITS:
            own |= BUREAU_CAPABILITIES.get(self.org_unit.bureau, frozenset())
        return own

    @property
    def is_lead(self) -> bool:
        """民政 leads: it sees every line of its area (clause 四(一)-4)."""
        return self.org_unit is not None and self.org_unit.bureau == Bureau.CIVIL_AFFAIRS

    @property
    def area_code(self) -> str | None:
        """Region code whose subtree the account sees; None when it is not an officer."""
        return self.org_unit.region_id if self.org_unit else None

    @property
    def place_label(self) -> str:
        """«思明区 · 民政局», as shown in the top bar."""
        if self.org_unit is None:
            return self.get_role_display()
        return f"{self.org_unit.region.name} · {self.org_unit.short_name}"


class Invitation(models.Model):
    """A code, told once on a slip of paper, with which somebody opens an account; only its keyed hash is kept."""

    code_hash = models.CharField("邀请码", max_length=64, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("发出时间", auto_now_add=True)
    expires_at = models.DateTimeField("有效至")
    used_at = models.DateTimeField("使用时间", null=True, blank=True)
    account = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="开通的账号"
    )

    class Meta:
        abstract = True


class LoginFailure(models.Model):
    """One try at the door under a name, existing or not, from an address; kept only while it counts (throttle.py)."""

    class Kind(models.TextChoices):
        SIGN_IN = "sign_in", "登录"
        SIGN_UP = "sign_up", "注册"
        JOIN = "join", "凭邀请码开通"
        OBJECT = "object", "公示异议"
        LOOK_UP = "look_up", "按号码找人"
        MAIL = "mail", "确认邮箱"

    kind = models.CharField("种类", max_length=8, choices=Kind.choices, default=Kind.SIGN_IN)
    username = models.CharField("账号", max_length=150)
    address = models.CharField("来源地址", max_length=45, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "登录失败"
        indexes: ClassVar = [
            models.Index(fields=["username", "address", "at"], name="login_failures_by_name"),
            models.Index(fields=["kind", "at"], name="login_failures_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.address} {self.at}"
