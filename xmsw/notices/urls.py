"""Addresses of notices."""

from django.urls import path

from xmsw.notices import views
from xmsw.notices.deliveries import Deliveries

app_name = "notices"
urlpatterns = [
    path("", views.notices, name="list"),
    path("<int:pk>/", views.go, name="go"),
    path("<int:pk>/open/", views.follow, name="open"),
    path("<int:pk>/read/", views.read, name="read"),
    path("read/", views.read_all, name="read-all"),
    path("settings/", views.choices, name="settings"),
    path("settings/address/", views.address, name="address"),
    path("settings/address/forget/", views.forget_address, name="address-forget"),
    path("settings/confirm/<str:token>/", views.confirm_address, name="confirm"),
    path("mail/", Deliveries.as_view(), name="deliveries"),
    path("mail/resend/", views.resend_failed, name="resend"),
]
