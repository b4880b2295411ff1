"""What people do about their own record: the way in, and corrections they ask for. Merged duplicates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Self

import pghistory
from django.conf import settings
from django.db import models

from posts.models import Employer
from posts.models.employers import EMPLOYER_SCOPE
from talents.models.workers import SocialWorker
from xmsw.accounts.models import Invitation
from xmsw.accounts.roles import Capability
from xmsw.accounts.scope import ScopedQuerySet
from xmsw.audit.sealed import SealedField
from xmsw.workflow.triggers import waiting_triggers


class WorkerInvitation(Invitation):
    """A code, handed over by the employer or an officer, with which a person opens the own account; used once."""

    worker = models.ForeignKey(SocialWorker, on_delete=models.CASCADE, related_name="invitations", verbose_name="人员")
    employer = models.ForeignKey(
        Employer,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="发出单位",
        help_text="区民政局发出的空着",
    )

    class Meta:
        verbose_name = verbose_name_plural = "本人账号邀请"

    def __str__(self) -> str:
        return f"{self.worker} {self.made_at:%Y-%m-%d}"


class CorrectionRequestQuerySet(ScopedQuerySet):
    scope = replace(EMPLOYER_SCOPE.under("employer__"), member="", own="worker__account")

    def visible_to(self, user: Any) -> Self:
        """The person, and whoever decides: neither the employer nor its bureau learns what is asked, nor the proofs."""
        decides = user.is_authenticated and (user.can(Capability.CORRECT_RECORDS) or user.can(Capability.OWN_RECORD))
        return super().visible_to(user) if decides else self.none()


@pghistory.track(level=pghistory.Statement)
class CorrectionRequest(models.Model):
    """A person asks that one field of the own record be corrected (PIPL art. 46); an officer of the area decides."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待处理"
        RETURNED = "returned", "未采纳"
        ACCEPTED = "accepted", "已更正"
        WITHDRAWN = "withdrawn", "已撤回"

    class Field(models.TextChoices):
        NAME = "name", "姓名"
        IDENTITY = "identity", "身份证号"
        PHONE = "phone", "手机号"
        SEX = "sex", "性别"
        EDUCATION = "education", "学历"
        DEGREE = "degree", "学位"
        SOCIAL_WORK_EDUCATION = "social_work_education", "社会工作专业学历"
        EMPLOYMENT_START = "employment_start", "入职日期"
        EMPLOYMENT_ROLE = "employment_role", "现任职务"
        CERTIFICATE_LEVEL = "certificate_level", "证书级别"
        CERTIFICATE_NUMBER = "certificate_number", "证书编号"
        CERTIFICATE_ISSUED = "certificate_issued", "证书签发日期"

    worker = models.ForeignKey(SocialWorker, on_delete=models.PROTECT, related_name="corrections", verbose_name="人员")
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="corrections", verbose_name="用人单位"
    )
    field = models.CharField("更正项目", max_length=40, choices=Field.choices)
    record_id = models.BigIntegerField("记录编号", null=True, blank=True)
    present = SealedField("现有内容", null=True, blank=True)
    wanted = SealedField("应为")
    reason = models.CharField("理由", max_length=500)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)

    objects = CorrectionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "更正申请"
        triggers: ClassVar = waiting_triggers(
            "correction",
            # Where the record lies, not where the person works now.
            "SELECT changed.id, left(w.name || ' 申请更正个人信息', 200), e.id, e.name, e.region_id, "
            "e.competent_bureau, e.sector FROM changed JOIN talents_socialworker w ON w.id = changed.worker_id "
            "JOIN posts_employer e ON e.id = changed.employer_id",
            ("submitted",),
        )

    def __str__(self) -> str:
        return f"{self.worker} 更正{self.get_field_display()}"


class WorkerMerge(models.Model):
    """Two records of one person became one: which, why, by whom. What was moved stands in the rows' history."""

    kept = models.ForeignKey(SocialWorker, on_delete=models.PROTECT, related_name="merges", verbose_name="保留")
    dropped = models.OneToOneField(SocialWorker, on_delete=models.PROTECT, related_name="merged", verbose_name="并入")
    reason = models.CharField("理由", max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="经办人")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "人员合并"

    def __str__(self) -> str:
        return f"{self.dropped_id} → {self.kept_id}"
