"""What employers ask of the register: to be registered, changed, moved or closed. Approval writes the employer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from posts.models.employers import Employer, Membership
from posts.models.kinds import Kind, Sector
from xmsw.accounts.models import Bureau
from xmsw.accounts.scope import Scope, ScopedQuerySet
from xmsw.identifiers import validate_credit_code
from xmsw.workflow.triggers import waiting_triggers

if TYPE_CHECKING:
    from xmsw.accounts.models import User


class EmployerRegistrationQuerySet(ScopedQuerySet):
    scope = Scope(region="region__code", bureau="competent_bureau", sector="sector", by_district=True)
    left = replace(scope, region="leaving__code")

    def visible_to(self, user: User) -> Self:
        """An officer's line × area (of a move, both); for an employer's people their own and their employers'."""
        if not user.is_authenticated or not user.acts:
            return self.none()
        # Whoever is no longer of the employer's people has no say in its applications, begun by himself or not.
        own = Q(applicant=user, employer__isnull=True)
        condition = self.scope.condition(user)
        if condition is None:
            return self.filter(own | Exists(Membership.objects.filter(user=user, employer=OuterRef("employer"))))
        return self.filter(condition | self.left.condition(user))


@pghistory.track(level=pghistory.Statement)
class EmployerRegistration(models.Model):
    """One application. It holds the whole of what the employer shall be; blank `employer`: not in the register yet."""

    class Matter(models.TextChoices):
        REGISTER = "register", "登记"
        CHANGE = "change", "变更"
        MOVE = "move", "迁移"
        CLOSE = "close", "注销"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        RELEASING = "releasing", "待迁出区同意"
        SUBMITTED = "submitted", "待审核"
        RETURNED = "returned", "已退回"
        APPROVED = "approved", "已批准"
        ABANDONED = "abandoned", "已作废"

    WAITING = (State.RELEASING, State.SUBMITTED)
    UNFINISHED = (State.DRAFT, State.RELEASING, State.SUBMITTED, State.RETURNED)

    matter = models.CharField("事项", max_length=10, choices=Matter.choices, default=Matter.REGISTER)
    employer = models.ForeignKey(
        Employer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name="用人单位",
    )
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="registrations", verbose_name="申请人"
    )
    name = models.CharField("单位名称", max_length=120)
    kind = models.CharField("单位类别", max_length=3, choices=Kind.choices)
    sector = models.CharField("领域", max_length=12, choices=Sector.choices)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="所在区划")
    leaving = models.ForeignKey(
        "regions.Region",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="迁出区划",
        help_text="迁到别的区时，提交那天所在的区划",
    )
    competent_bureau = models.CharField("主管部门", max_length=20, choices=Bureau.choices)
    credit_code = models.CharField(
        "统一社会信用代码", max_length=18, blank=True, validators=[validate_credit_code], help_text="18 位，见登记证书"
    )
    parent = models.ForeignKey(
        Employer, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上级单位"
    )
    technical_posts = models.PositiveIntegerField("专业技术岗位总数", null=True, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    contact = models.CharField("联系人", max_length=60, blank=True)
    contact_phone = models.CharField("联系电话", max_length=30, blank=True)
    effective_on = models.DateField("生效日期", default=timezone.localdate)
    reason = models.CharField("说明", max_length=300, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)

    objects = EmployerRegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位登记申请"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["employer"],
                condition=Q(state__in=("draft", "releasing", "submitted", "returned")),
                name="one_open_application_an_employer",
                violation_error_message="这家单位已有一份没有办完的申请。请先办完或撤回那一份。",
            ),
            models.CheckConstraint(
                condition=Q(matter="register") | Q(employer__isnull=False),
                name="only_a_registration_comes_without_an_employer",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["applicant", "-id"], name="registration_of_applicant")]
        triggers: ClassVar = waiting_triggers(
            "registration",
            "SELECT changed.id, CASE changed.matter WHEN 'register' THEN '登记' WHEN 'change' THEN '变更' "
            "WHEN 'move' THEN '迁移' ELSE '注销' END || '：' || changed.name, "
            # Whoever takes in an employer of another district does not see its record yet.
            "CASE WHEN changed.leaving_id IS NULL OR changed.state = 'releasing' THEN changed.employer_id END, "
            "changed.name, CASE WHEN changed.state = 'releasing' THEN changed.leaving_id ELSE changed.region_id END, "
            "changed.competent_bureau, changed.sector FROM changed",
            ["releasing", "submitted"],
        )

    def __str__(self) -> str:
        return f"{self.get_matter_display()}：{self.name}"

    @property
    def editable(self) -> bool:
        """The applicant may still change it."""
        return self.state in (self.State.DRAFT, self.State.RETURNED)
