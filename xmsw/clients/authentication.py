"""Who asks: the bearer of an access token, known by one query."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from oauth2_provider.models import AccessToken
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied

from xmsw.accounts.models import User
from xmsw.accounts.throttle import address_of
from xmsw.clients.models import ApiClient
from xmsw.clients.networks import within

SCHEME = "Bearer"
WRONG = "访问令牌无效、已过期，或者客户端已停用。请重新申请令牌。"


class ForeignNetwork(PermissionDenied):
    """The client may not come from this address (403, code `network`)."""

    default_code = "network"
    default_detail = "这个客户端不能从这个网络地址访问。请从登记的地址访问，或者请系统管理员增加地址。"


@dataclass(frozen=True)
class Grant:
    """What the token opens: the client, and the scopes that both the token and the client have now."""

    client: ApiClient
    scopes: frozenset[str]

    def allows(self, scope: str) -> bool:
        return scope in self.scopes


class ClientAuthentication(BaseAuthentication):
    """`request.user` is the client's account, `request.auth` its Grant. Without a bearer token others may try."""

    def authenticate(self, request: Any) -> tuple[User, Grant] | None:
        """Raises AuthenticationFailed (401), ForeignNetwork (403)."""
        scheme, _, told = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        token = _token(told.strip())
        if token is None:
            raise AuthenticationFailed(WRONG, code="token")
        client: ApiClient = token.application
        request._request.api_client = client  # for the access log, also where the network is refused
        if not within(address_of(request._request), client.networks):
            raise ForeignNetwork
        return client.account, Grant(client, frozenset(token.scope.split()) & frozenset(client.scopes))

    def authenticate_header(self, request: Any) -> str:
        return f'{SCHEME} realm="xmsw"'


@cache
def _live() -> QuerySet[AccessToken]:
    """Tokens of clients that are not stopped, with client, account and unit: put together once, asked on each call."""
    rows = AccessToken.objects.select_related("application__account__org_unit__region")
    return rows.filter(application__stopped_at__isnull=True)


def _token(told: str) -> AccessToken | None:
    """The live token that a client shows: one query; the checksum is unique."""
    checksum = hashlib.sha256(told.encode(errors="surrogateescape")).hexdigest()
    return next(iter(_live().filter(token_checksum=checksum, expires__gt=timezone.now())), None)
