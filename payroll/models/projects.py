"""Purchase of services by government (政府购买服务): who buys what from whom (一-4, 二(一)-6, 二(二)-9)."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from posts.models import Employer, ServiceField
from posts.models.fields import field_column, field_in_sql, field_now
from xmsw.accounts.scope import Scope, ScopedQuerySet
from xmsw.dated import DatedQuerySet, ends_after_start
from xmsw.policy.recheck import recheck_triggers


class PurchaseProjectQuerySet(ScopedQuerySet, DatedQuerySet):
    scope = Scope(
        region="region__code",
        bureau="provider__competent_bureau",
        sector="provider__sector",
        member="provider__members__user",
    )

    def placed(self) -> PurchaseProjectQuerySet:
        """With `in_field`, its own service field or that of the provider's kind, and `at`, where it is bought."""
        return self.annotate(
            in_field=field_in_sql("service_field", "provider__kind"), at=Coalesce("street__code", "region__code")
        )


@pghistory.track(level=pghistory.Statement)
class PurchaseProject(models.Model):
    """One project. `street` is set where a street or town buys; `replaces_staff`: bought instead of own staff."""

    title = models.CharField("项目名称", max_length=120)
    buyer = models.CharField("购买方", max_length=120, help_text="签合同的部门或单位")
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="购买方区划")
    street = models.ForeignKey(
        "regions.Region",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="街道（镇）",
        help_text="由街道（镇）购买时选",
    )
    provider = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="purchase_projects", verbose_name="承接机构"
    )
    replaces_staff = models.BooleanField(
        "以购买服务代替养人", default=False, help_text="事业单位不增编聘人，改为购买社会工作服务（二（一））"
    )
    service_field = field_column()
    amount = models.DecimalField(
        "合同金额（元）", max_digits=14, decimal_places=2, validators=[MinValueValidator(Decimal(0))]
    )
    onsite_workers = models.PositiveSmallIntegerField("驻点社工人数", default=0)
    document = models.CharField("合同编号", max_length=100, blank=True)
    start = models.DateField("开始日期")
    end = models.DateField("结束日期")

    objects = PurchaseProjectQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "购买服务项目"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="a_project_costs_nothing_or_more",
                violation_error_message="合同金额不能是负数。",
            ),
            models.UniqueConstraint(
                fields=["title", "provider", "start"],
                name="a_project_is_recorded_once",
                violation_error_message="这个项目已经登记过（同名、同承接机构、同一天开始）。",
            ),
            ends_after_start("a_project_ends_after_it_starts"),
        ]
        triggers: ClassVar = recheck_triggers("SELECT provider_id FROM changed")

    def __str__(self) -> str:
        return self.title

    @property
    def field(self) -> ServiceField:
        """Whom it serves: its own service field, else that of the provider's kind."""
        return field_now(self.service_field, self.provider.kind)
