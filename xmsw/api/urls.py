"""Addresses under /api/v1/: of every declared resource and write, and what the interface says of itself."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, include, path, re_path

from xmsw.api.resources import Resource, resources
from xmsw.api.views import meta
from xmsw.api.views.reading import CountsView, ExportView, ListView, OneView
from xmsw.api.views.writing import BulkView, CreateView, DoView, OnlyCreateView
from xmsw.api.writes import Write, writes

app_name = "api"


def _of_resource(resource: Resource, create: Write | None) -> Iterator[URLPattern]:
    key, told = resource.key, {"resource": resource}
    listed = CreateView.as_view(write=create, **told) if create else ListView.as_view(**told)
    yield path(key, listed, name=key)
    yield path(f"{key}/export", ExportView.as_view(**told), name=f"{key}-export")
    if resource.counted:
        yield path(f"{key}/counts", CountsView.as_view(**told), name=f"{key}-counts")


def _of_write(write: Write, known: set[str]) -> Iterator[URLPattern]:
    if write.on_one:
        yield path(f"{write.key}/<str:id>/{write.name}", DoView.as_view(write=write), name=f"{write.key}-{write.name}")
        return
    if write.key not in known:
        yield path(write.key, OnlyCreateView.as_view(write=write), name=write.key)
    if write.bulk:
        yield path(f"{write.key}/bulk", BulkView.as_view(write=write), name=f"{write.key}-bulk")


def _declared() -> Iterator[URLPattern]:
    made = {each.key: each for each in writes() if not each.on_one}
    known = {each.key for each in resources()}
    for each in resources():
        yield from _of_resource(each, made.get(each.key))
    for write in writes():
        yield from _of_write(write, known)
    for each in resources():
        yield path(f"{each.key}/<str:id>", OneView.as_view(resource=each), name=f"{each.key}-one")


urlpatterns = [
    path("", meta.IndexView.as_view(), name="index"),
    path("", include("xmsw.clients.urls_api")),
    path("openapi.json", meta.ContractView.as_view(), name="openapi"),
    path("", include("xmsw.webhooks.urls_api")),
    path("problems", meta.ProblemsView.as_view(), name="problems"),
    path("problems/<str:code>", meta.ProblemView.as_view(), name="problem"),
    *_declared(),
    re_path(r"", meta.NowhereView.as_view(), name="nowhere"),
]
