"""What the token endpoint asks of whoever knocks: a live secret of a client that is not stopped, from its network."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from django.utils import timezone
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.errors import CustomOAuth2Error

from xmsw.clients.models import ApiClient, ClientSecret
from xmsw.clients.networks import within
from xmsw.clients.secrets import recognised

ASKING = "xmsw.asking"  # where the view leaves its `Asking` among the headers
LONGEST = 255
FOREIGN = "access_denied"


@dataclass
class Asking:
    """Between view and validator: where the request comes from; which client it turned out to be."""

    address: str
    client: ApiClient | None = None


class Validator(OAuth2Validator):
    """Client authentication against the rows of `ClientSecret`. Wrong, expired, stopped: one and the same answer."""

    def authenticate_client(self, request: Request, *_: Any, **__: Any) -> bool:
        """True with `request.client` set; a foreign network is refused only after a right secret."""
        client_id, secret = _told(request)
        client = self._load_application(client_id, request) if 0 < len(client_id) <= LONGEST else None
        found = recognised(client, secret)
        if client is None or found is None:
            return False
        asking: Asking = request.headers[ASKING]
        asking.client = client
        if not within(asking.address, client.networks):
            raise CustomOAuth2Error(
                FOREIGN, description="The client may not come from this address.", status_code=403, request=request
            )
        ClientSecret.objects.filter(pk=found.pk).update(last_used_at=timezone.now())
        return True

    def client_authentication_required(self, request: Request, *_: Any, **__: Any) -> bool:
        """Always: there are no public clients."""
        return True


def _told(request: Request) -> tuple[str, str]:
    """Client and secret from HTTP Basic (RFC 6749, 2.3.1), else from the body; empty where unreadable."""
    scheme, _, told = request.headers.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "basic":
        return request.client_id or "", request.client_secret or ""
    try:
        client_id, _, secret = base64.b64decode(told, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return "", ""
    return unquote_plus(client_id), unquote_plus(secret)
