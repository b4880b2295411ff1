"""What a flow leaves behind: its steps, the cases that wait, the files that were handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Left

from xmsw.accounts.scope import Scope, ScopedQuerySet
from xmsw.regions.areas import DISTRICT_DIGITS
from xmsw.workflow import registry

if TYPE_CHECKING:
    from xmsw.accounts.models import User

WAITING_TABLE = "workflow_waiting"


class StepQuerySet(models.QuerySet["Step"]):
    def of(self, flow: str, subject_id: int) -> Self:
        """Steps of one case, newest first."""
        return self.filter(flow=flow, subject_id=subject_id).select_related("user").order_by("-id")


class Step(models.Model):
    """One move: who, when, from, to, and what was said. Never edited (a trigger refuses)."""

    flow = models.CharField("事项", max_length=30)
    subject_id = models.BigIntegerField("对象编号")
    move = models.CharField("动作", max_length=30)
    label = models.CharField("动作名称", max_length=30)
    from_state = models.CharField("原状态", max_length=16, blank=True)
    to_state = models.CharField("新状态", max_length=16)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="经办人"
    )
    unit = models.CharField("经办机构", max_length=80, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)
    opinion = models.CharField("意见", max_length=500, blank=True)
    reasons = ArrayField(models.CharField(max_length=100), verbose_name="理由", default=list, blank=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办理步骤"
        indexes: ClassVar = [models.Index(fields=["flow", "subject_id", "-id"], name="step_of_case")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="steps_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.flow}#{self.subject_id}"

    @property
    def said(self) -> str:
        return "；".join([*self.reasons, *([self.opinion] if self.opinion else [])])

    @property
    def who(self) -> str:
        """«王敏（思明区 · 民政局）»."""
        name = str(self.user) if self.user else "系统"
        return f"{name}（{self.unit}）" if self.unit else name

    @property
    def title(self) -> str:
        return self.label

    @property
    def text(self) -> str:
        return self.said


class WaitingQuerySet(ScopedQuerySet):
    scope = Scope(region="region_code", bureau="bureau", sector="sector", by_district=True)

    def visible_to(self, user: User) -> Self:
        """Cases in the account's line × area, of flows in which it may decide."""
        return super().visible_to(user).filter(flow__in=[flow.key for flow in registry.decided_by(user)])


class Waiting(models.Model):
    """One case that waits for an officer. Triggers keep it, so no path can leave it behind (triggers.py)."""

    flow = models.CharField("事项", max_length=30)
    subject_id = models.BigIntegerField("对象编号")
    title = models.CharField("内容", max_length=200)
    employer_id = models.BigIntegerField("单位编号", null=True)
    employer_name = models.CharField("用人单位", max_length=120)
    region_code = models.CharField("区划", max_length=12, db_collation="C")
    bureau = models.CharField("主管部门", max_length=20)
    sector = models.CharField("领域", max_length=12)
    since = models.DateTimeField("等待自", db_default=models.functions.Now())

    objects = WaitingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "待办"
        constraints: ClassVar = [models.UniqueConstraint(fields=["flow", "subject_id"], name="a_case_waits_once")]
        indexes: ClassVar = [
            models.Index(fields=["since", "id"], name="waiting_oldest"),
            models.Index(Left("region_code", DISTRICT_DIGITS), "since", "id", name="waiting_district_oldest"),
            models.Index(fields=["flow", "since", "id"], name="waiting_flow_oldest"),
            models.Index(fields=["employer_id"], name="waiting_employer"),
        ]

    def __str__(self) -> str:
        return self.title


class Attachment(models.Model):
    """A file handed in with a case; sealed at rest, shown to whoever may see the case."""

    flow = models.CharField("事项", max_length=30)
    subject_id = models.BigIntegerField("对象编号")
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveIntegerField("字节数")
    stored_as = models.CharField("存放", max_length=100)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "材料"
        indexes: ClassVar = [models.Index(fields=["flow", "subject_id"], name="attachment_of_case")]

    def __str__(self) -> str:
        return self.name

    def case(self, user: Any) -> models.Model | None:
        """The object it belongs to, or None where the account does not see it or its files."""
        flow = registry.get(self.flow)
        found = flow.model._default_manager.visible_to(user).filter(pk=self.subject_id).first()
        return found if found is not None and flow.opens(user, found) else None
