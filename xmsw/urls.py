"""All addresses of the portal; each app owns its own."""

from django.contrib import admin
from django.urls import include, path

from xmsw.accounts.views import admin_sign_in, home

urlpatterns = [
    path("", home, name="home"),
    path("", include("xmsw.runtime.urls")),
    path("accounts/", include("xmsw.accounts.urls")),
    path("desk/", include("xmsw.workflow.urls")),
    path("notices/", include("xmsw.notices.urls")),
    path("supervision/", include("supervision.urls")),
    path("posts/", include("posts.urls")),
    path("people/", include("talents.urls")),
    path("stories/", include("talents.public_urls")),
    path("payroll/", include("payroll.urls")),
    path("standards/", include("payroll.public_urls")),
    path("awards/", include("awards.urls")),
    path("honours/", include("awards.public_urls")),
    path("policy/", include("xmsw.policy.urls")),
    path("exchange/", include("xmsw.exchange.urls")),
    path("clients/", include("xmsw.clients.urls")),
    path("clients/", include("xmsw.webhooks.urls")),
    path("api/v1/", include("xmsw.api.urls")),
    path("api/", include("xmsw.api.urls_pages")),
    path("admin/login/", admin_sign_in),  # before the site's own, which counts no tries
    path("admin/", admin.site.urls),
]

handler404 = "xmsw.api.views.meta.not_found"
