"""Addresses of a client's webhooks, for people."""

from django.urls import path

from xmsw.webhooks import views

app_name = "hooks"
urlpatterns = [
    path("<int:pk>/webhooks/<int:webhook>/", views.Deliveries.as_view(), name="deliveries"),
    path("<int:pk>/webhooks/<int:webhook>/resend/", views.resend, name="resend"),
    path("<int:pk>/webhooks/<int:webhook>/stop/", views.stop, name="stop"),
]
