"""The portal's addresses and one of a trial resource, guarded as the interface guards its own."""

from __future__ import annotations

import time
from typing import Any

from django.urls import path
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from posts.models import Employer
from xmsw.clients.authentication import ClientAuthentication
from xmsw.clients.calls import record
from xmsw.clients.throttling import ClientThrottle, with_standing
from xmsw.urls import urlpatterns as portal


class Trial(APIView):
    """Names of the employers that the account sees."""

    authentication_classes = (ClientAuthentication, SessionAuthentication)
    permission_classes = (IsAuthenticated,)
    throttle_classes = (ClientThrottle,)

    def get(self, request: Any) -> Response:
        names = sorted(Employer.objects.visible_to(request.user).values_list("name", flat=True))
        scopes = sorted(request.auth.scopes) if request.auth else None
        return Response({"names": names, "scopes": scopes, "may": request.user.can("view_compliance")})

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self.started = time.perf_counter()
        return super().initialize_request(request, *args, **kwargs)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = with_standing(super().finalize_response(request, response, *args, **kwargs), request)
        if isinstance(response, Response):
            response.add_post_render_callback(lambda done: self._note(request, done))
        else:
            self._note(request, response)
        return response

    def _note(self, request: Any, done: Any) -> None:
        record(request._request, done, started=self.started, route="trial", plain={"area"})


urlpatterns = [path("api/v1/trial", Trial.as_view()), *portal]
