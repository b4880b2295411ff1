"""`POST /api/v1/token` and `POST /api/v1/revoke` (RFC 6749 4.4, RFC 7009): nothing else of OAuth is offered."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from oauth2_provider.views.mixins import OAuthLibMixin

from xmsw.accounts.throttle import address_of
from xmsw.clients.calls import record
from xmsw.clients.throttling import at_the_address, with_standing
from xmsw.clients.validator import ASKING, Asking

FORM, MOST = "application/x-www-form-urlencoded", 16 * 1024  # bytes
ODD = {"error": "invalid_request", "error_description": f"Send {FORM}, at most {MOST} bytes."}
SLOW_DOWN = {"error": "slow_down", "error_description": "Too many requests from this address."}


@method_decorator(
    [csrf_exempt, login_not_required, never_cache, sensitive_post_parameters("client_secret", "token")], name="dispatch"
)
class _Endpoint(OAuthLibMixin, View):
    """Counted by address, answered in JSON, written down in the access log."""

    http_method_names = ("post", "options")
    route = ""

    def post(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        if request.content_type != FORM or int(request.META.get("CONTENT_LENGTH") or 0) > MOST:
            return JsonResponse(ODD, status=400)  # before anything of it is read
        request.standing = at_the_address(request)
        asking = request.META[ASKING] = Asking(address_of(request))
        response = self.answered(request) if request.standing.admitted else JsonResponse(SLOW_DOWN, status=429)
        problem = "" if response.status_code < 400 else json.loads(response.content).get("error", "")
        record(request, response, started=started, route=self.route, problem=problem, client=asking.client)
        return with_standing(response, request)

    def answered(self, request: HttpRequest) -> HttpResponse:
        """The protocol's own answer."""
        _, headers, body, status = self.ask(request)
        return HttpResponse(body or "", status=status, headers={"Content-Type": "application/json"} | dict(headers))

    @property
    def ask(self) -> Callable[[HttpRequest], tuple[Any, dict[str, str], str, int]]:
        """What answers: url, headers, body, status."""
        raise NotImplementedError


class Token(_Endpoint):
    """An access token for client id and secret."""

    route = "token"

    @property
    def ask(self) -> Callable[[HttpRequest], tuple[Any, dict[str, str], str, int]]:
        return self.create_token_response


class Revoke(_Endpoint):
    """A token of the client's own ends at once."""

    route = "revoke"

    @property
    def ask(self) -> Callable[[HttpRequest], tuple[Any, dict[str, str], str, int]]:
        return self.create_revocation_response
