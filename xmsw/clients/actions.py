"""Clients are made, changed, stopped; secrets are told once, follow each other and are stopped."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from oauth2_provider.models import AccessToken

from xmsw.accounts.models import Bureau, OrgUnit, User
from xmsw.accounts.roles import Capability, Role
from xmsw.clients.holders import holders
from xmsw.clients.models import ApiClient, ClientSecret
from xmsw.clients.secrets import new_secret, secret_hash
from xmsw.regions.areas import CITY_DIGITS
from xmsw.workflow.refusals import Refused

USERNAME = "api:"  # no name that a person can choose has a colon
TAKEN = "已有同名的客户端。刚刚建好的话，请到客户端的页面换一个新密钥。"


@dataclass(frozen=True)
class Terms:
    """What a client is called and may do: scopes, networks (none: anywhere), requests a minute."""

    label: str
    scopes: list[str]
    networks: list[str]
    rate: int
    note: str = ""


def _may(user: User) -> None:
    if not user.can(Capability.MANAGE_API_CLIENTS):
        raise PermissionDenied("只有系统管理员可以管理接口客户端。")


def create(user: User, terms: Terms, *, unit: OrgUnit | None = None, employer: str = "") -> tuple[ApiClient, str]:
    """A client of a unit, or of the one employer that the name or number means, with its first secret in clear.

    Raises Refused where there is not exactly one holder, or the name is taken.
    """
    _may(user)
    if (unit is None) == (not employer):
        raise Refused("请选一个部门，或者填一家用人单位；只能选一样。")
    with transaction.atomic():
        if ApiClient.objects.filter(label=terms.label).exists():
            raise Refused(TAKEN)
        account = _account(terms.label, unit)
        if unit is None:
            holders().join(account, _employer(employer))
        client = ApiClient.objects.create(
            account=account,
            made_by=user,
            name=terms.label,
            client_type=ApiClient.CLIENT_CONFIDENTIAL,
            authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
            **asdict(terms),
        )
        return client, _add_secret(user, client)


def _account(label: str, unit: OrgUnit | None) -> User:
    """The account of a client: of the unit's usual role, switched off for people, without a password."""
    account = User(
        username=f"{USERNAME}{secrets.token_hex(8)}",
        display_name=label,
        role=_role(unit),
        org_unit=unit,
        is_active=False,
        is_service=True,
    )
    account.set_unusable_password()
    account.save()
    return account


def _role(unit: OrgUnit | None) -> str:
    if unit is None:
        return Role.EMPLOYER_STAFF
    if unit.bureau != Bureau.CIVIL_AFFAIRS:
        return Role.BUREAU_OFFICER
    return Role.CITY_OFFICER if len(unit.region_id) == CITY_DIGITS else Role.DISTRICT_OFFICER


def _employer(text: str) -> int:
    found = holders().find(text) if holders() else []
    if not found:
        raise Refused(f"没有找到「{text}」。请填已登记单位的全称或统一社会信用代码。")
    if len(found) > 1:
        raise Refused(f"叫「{text}」的单位不止一家，请填统一社会信用代码。")
    return found[0][0]


def change(user: User, client: ApiClient, terms: Terms) -> None:
    """New terms, in force with the next request."""
    _may(user)
    if ApiClient.objects.filter(label=terms.label).exclude(pk=client.pk).exists():
        raise Refused("已有同名的客户端，请换一个名称。")
    with transaction.atomic():
        locked = _locked(client)
        for name, value in asdict(terms).items():
            setattr(locked, name, value)
        locked.name = terms.label
        locked.save()
        User.objects.filter(pk=locked.account_id).update(display_name=terms.label)


def rotate(user: User, client: ApiClient, newest: int) -> str:
    """A new secret in clear; older ones live on for the overlap. `newest`: the last secret that the page showed, so
    that a repeated request makes no second one (Refused)."""
    _may(user)
    with transaction.atomic():
        locked = _locked(client)
        last = locked.secrets.order_by("-pk").values_list("pk", flat=True).first()
        if last != newest:
            raise Refused("密钥已经换过。新密钥只显示一次；没有记下来的话，请再换一次。")
        end = timezone.now() + timedelta(days=settings.API_SECRET_OVERLAP_DAYS)
        locked.secrets.filter(stopped_at__isnull=True, expires_at__gt=end).update(expires_at=end)
        return _add_secret(user, locked)


def _add_secret(user: User, client: ApiClient) -> str:
    secret, now = new_secret(), timezone.now()
    ClientSecret.objects.create(
        client=client,
        hash=secret_hash(secret),
        hint=secret[-4:],
        made_at=now,
        made_by=user,
        expires_at=now + timedelta(days=settings.API_SECRET_DAYS),
    )
    return secret


def stop_secret(user: User, client: ApiClient, pk: int) -> None:
    """The secret opens no more, and tokens of the client end: whoever knew the secret may hold one."""
    _may(user)
    with transaction.atomic():
        locked = _locked(client)
        if not locked.secrets.filter(pk=pk, stopped_at__isnull=True).update(stopped_at=timezone.now()):
            raise Refused("这个密钥已经停用。")
        AccessToken.objects.filter(application=locked).delete()


def stop(user: User, client: ApiClient) -> None:
    """From the next request on nothing of the client opens; its tokens end for good."""
    _may(user)
    with transaction.atomic():
        locked = _locked(client)
        if locked.stopped_at is not None:
            raise Refused("这个客户端已经停用。")
        locked.stopped_at = timezone.now()
        locked.save(update_fields=["stopped_at", "updated"])
        AccessToken.objects.filter(application=locked).delete()


def resume(user: User, client: ApiClient) -> None:
    """Its live secrets open again."""
    _may(user)
    with transaction.atomic():
        locked = _locked(client)
        if locked.stopped_at is None:
            raise Refused("这个客户端没有停用。")
        locked.stopped_at = None
        locked.save(update_fields=["stopped_at", "updated"])


def _locked(client: ApiClient) -> ApiClient:
    return ApiClient.objects.select_for_update(of=("self",)).get(pk=client.pk)
