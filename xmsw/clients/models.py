"""Clients of the interface, their secrets, and every call they made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import BooleanField, F, Func, Q
from oauth2_provider.models import AbstractApplication

from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability
from xmsw.accounts.scope import Scope
from xmsw.clients.holders import holders

UNIT_SCOPE = Scope(region="org_unit__region__code", bureau="org_unit__bureau")
MOST_A_MINUTE = 6_000


class ApiClientQuerySet(models.QuerySet["ApiClient"]):
    def visible_to(self, user: object) -> Self:
        """All for whoever manages clients; for officers those of units and employers inside their line × area."""
        if not user.is_authenticated or not user.can(Capability.VIEW_API_LOG):
            return self.none()
        if user.can(Capability.MANAGE_API_CLIENTS):
            return self.all()
        own = UNIT_SCOPE.condition(user)
        if own is None:
            return self.none()
        if (held := holders()) is not None:
            own |= held.scope.condition(user) or Q(pk__in=[])
        return self.filter(account__in=User.objects.filter(own, is_service=True).values("pk"))


@pghistory.track(level=pghistory.Statement)
class ApiClient(AbstractApplication):
    """A system that reads or writes through the interface, as an account of its own: what that account's role, unit and
    employer show, narrowed to the client's scopes. It has no secret of its own but rows of `ClientSecret`.
    """

    client_secret = None
    label = models.CharField("名称", max_length=60, unique=True)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_client", verbose_name="接口账号"
    )
    scopes = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name="权限")
    networks = ArrayField(models.CharField(max_length=43), default=list, blank=True, verbose_name="允许的网络地址")
    rate = models.PositiveIntegerField("每分钟请求数", default=300)
    note = models.CharField("说明", max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="建立人"
    )
    stopped_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = ApiClientQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "接口客户端"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    authorization_grant_type=AbstractApplication.GRANT_CLIENT_CREDENTIALS,
                    client_type=AbstractApplication.CLIENT_CONFIDENTIAL,
                    redirect_uris="",
                    user__isnull=True,
                ),
                name="clients_come_with_a_secret_alone",
            ),
            models.CheckConstraint(
                condition=Q(rate__gte=1, rate__lte=MOST_A_MINUTE),
                name="a_client_has_a_rate",
                violation_error_message=f"每分钟请求数应在 1 到 {MOST_A_MINUTE} 之间。",
            ),
            models.CheckConstraint(
                condition=Q(
                    Func(
                        F("networks"),
                        template="(%(expressions)s)::text[]::cidr[] IS NOT NULL",
                        output_field=BooleanField(),
                    )
                ),
                name="networks_of_a_client_are_networks",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="clients_are_stopped_not_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="a_client_keeps_its_account",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("account", "client_id"),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def is_usable(self, request: object) -> bool:
        """Asked by the token endpoint before anything else."""
        return self.stopped_at is None


class ClientSecretQuerySet(models.QuerySet["ClientSecret"]):
    def live(self, now: object) -> Self:
        """Those that open at that moment."""
        return self.filter(stopped_at__isnull=True, expires_at__gt=now)


class ClientSecret(models.Model):
    """A secret that was shown once. A new one leaves the old ones a time of overlap; each can be stopped at once."""

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="secrets", verbose_name="客户端")
    hash = models.CharField("校验值", max_length=64, unique=True, editable=False)
    hint = models.CharField("末四位", max_length=4)
    made_at = models.DateTimeField("生成时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="生成人"
    )
    expires_at = models.DateTimeField("有效至")
    stopped_at = models.DateTimeField("停用时间", null=True, blank=True)
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True)

    objects = ClientSecretQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "接口密钥"
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="a_secret_ends_after_it_began")
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="secrets_are_stopped_not_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="a_secret_is_never_another",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("client", "hash", "hint", "made_at", "made_by"),
            ),
            pgtrigger.Protect(
                name="a_stopped_secret_stays_stopped",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.stopped_at IS NOT NULL AND NEW.stopped_at IS NULL"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} …{self.hint}"


class ApiCallQuerySet(models.QuerySet["ApiCall"]):
    def visible_to(self, user: object) -> Self:
        """All for whoever manages clients; for officers those of the clients that they see."""
        if user.is_authenticated and user.can(Capability.MANAGE_API_CLIENTS):
            return self.all()
        return self.filter(client__in=ApiClient.objects.visible_to(user).values("pk"))

    def answered(self, kinds: Iterable[int]) -> Self:
        """Calls by hundreds of their status: 2 for 200–299."""
        found = Q(pk__in=[])
        for kind in kinds:
            found |= Q(status__gte=kind * 100, status__lt=(kind + 1) * 100)
        return self.filter(found)


class ApiCall(models.Model):
    """One request to the interface and how it was answered; no value that names a person. Never edited."""

    at = models.DateTimeField("时间", db_default=models.functions.Now())
    client = models.ForeignKey(
        ApiClient, on_delete=models.PROTECT, null=True, blank=True, related_name="calls", verbose_name="客户端"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="账号",
    )
    method = models.CharField("方法", max_length=7)
    route = models.CharField("资源", max_length=60, blank=True)
    path = models.CharField("地址", max_length=200)
    query = models.CharField("参数", max_length=500, blank=True)
    status = models.PositiveSmallIntegerField("状态码")
    rows = models.PositiveIntegerField("行数", null=True, blank=True)
    bytes = models.PositiveBigIntegerField("字节", null=True, blank=True)
    ms = models.PositiveIntegerField("毫秒")
    address = models.CharField("来源地址", max_length=45, blank=True)
    problem = models.CharField("问题", max_length=40, blank=True)

    objects = ApiCallQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "接口调用"
        indexes: ClassVar = [
            models.Index(fields=["client", "-id"], name="calls_of_client"),
            models.Index(fields=["at"], name="calls_by_time"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="calls_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"
