"""Addresses of notices."""

from django.urls import path

from xmsw.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.notices, name="list"),
    path("<int:pk>/open/", views.follow, name="open"),
    path("<int:pk>/read/", views.read, name="read"),
    path("read/", views.read_all, name="read-all"),
]
