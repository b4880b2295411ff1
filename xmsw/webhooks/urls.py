"""Addresses of a client's webhooks, for people."""

from django.urls import path

from xmsw.webhooks import views

app_name = "hooks"
urlpatterns = [
    path("webhooks/<int:pk>/", views.Deliveries.as_view(), name="deliveries"),
    path("webhooks/<int:pk>/resend/", views.resend, name="resend"),
    path("webhooks/<int:pk>/stop/", views.stop, name="stop"),
]
