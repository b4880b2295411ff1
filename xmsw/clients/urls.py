"""Addresses of clients and their calls, for people."""

from django.urls import path

from xmsw.clients import lists, views

app_name = "clients"
urlpatterns = [
    path("", lists.Clients.as_view(), name="list"),
    path("new/", views.new, name="new"),
    path("calls/", lists.Calls.as_view(), name="calls"),
    path("<int:pk>/", views.client, name="client"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/rotate/", views.rotate, name="rotate"),
    path("<int:pk>/secrets/<int:secret>/stop/", views.stop_secret, name="secret-stop"),
    path("<int:pk>/stop/", views.stop, name="stop"),
    path("<int:pk>/resume/", views.resume, name="resume"),
]
