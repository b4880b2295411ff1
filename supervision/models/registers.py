"""What the registers of section 四 share: each row is of one area (市、区) and one bureau, and says who wrote it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from xmsw.accounts.models import OFFICERS, Bureau
from xmsw.accounts.roles import Capability
from xmsw.accounts.scope import Scope, ScopedQuerySet
from xmsw.regions.areas import in_area

YEARS = [MinValueValidator(2017), MaxValueValidator(2100)]


class RegisterQuerySet(ScopedQuerySet):
    """Officers of the area see it: 民政 every line, other bureaus their own, `open_to` capabilities every line too."""

    scope = Scope(region="region__code", bureau="bureau")
    open_to: ClassVar[tuple[str, ...]] = ()

    def visible_to(self, user: object) -> Self:
        """Rows inside the account's line × area."""
        officer = user.is_authenticated and user.acts and user.role in OFFICERS and user.org_unit_id
        if officer and any(map(user.can, self.open_to)):
            return self.filter(in_area(self.scope.region, user.area_code))
        return super().visible_to(user)


class BudgetQuerySet(RegisterQuerySet):
    """Money: 财政 sees every line of its area, as 民政 does."""

    open_to = (Capability.KEEP_BUDGETS,)


class Register(models.Model):
    """One row of a register. `region` is a city or a district, `bureau` the line it speaks of."""

    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="市或区")
    bureau = models.CharField("部门", max_length=20, choices=Bureau.choices, default=Bureau.CIVIL_AFFAIRS)
    document = models.CharField("文号或依据", max_length=120, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False,
        verbose_name="登记人",
    )  # fmt: skip
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)
    synthetic = models.BooleanField("演示数据", default=False, editable=False)

    objects = RegisterQuerySet.as_manager()

    class Meta:
        abstract = True


class WithFile(models.Model):
    """A register whose rows carry a file, sealed at rest."""

    file_name = models.CharField("文件", max_length=200, blank=True, editable=False)
    file_type = models.CharField("文件类型", max_length=100, blank=True, editable=False)
    stored_as = models.CharField("存放", max_length=100, blank=True, editable=False)

    class Meta:
        abstract = True
