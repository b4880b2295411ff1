"""/healthz for load balancers: 200 or 503, no details, no sign-in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .health import ESSENTIAL, look


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 "ok" while database and broker answer, else 503 "unwell"."""
    well = all(check.ok for check in look(ESSENTIAL))
    return HttpResponse("ok\n" if well else "unwell\n", status=200 if well else 503, content_type="text/plain")


urlpatterns = [path("healthz", healthz, name="healthz")]
