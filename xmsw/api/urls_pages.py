"""Pages about the interface, for people at the browser."""

from django.urls import path, re_path

from xmsw.api.views import meta

urlpatterns = [
    path("", meta.page, name="api-docs"),
    re_path(r"", meta.NowhereView.as_view(), name="api-nowhere"),
]
