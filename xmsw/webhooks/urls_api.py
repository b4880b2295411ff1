"""Addresses of webhooks, under /api/v1/."""

from django.urls import path

from xmsw.webhooks import endpoints

app_name = "webhooks"
urlpatterns = [
    path("webhooks", endpoints.WebhooksView.as_view(), name="list"),
    path("webhooks/<str:id>", endpoints.WebhookView.as_view(), name="one"),
    path("webhooks/<str:id>/rotate", endpoints.RotateView.as_view(), name="rotate"),
    path("webhooks/<str:id>/test", endpoints.TrialView.as_view(), name="test"),
    path("webhooks/<str:id>/deliveries", endpoints.DeliveriesView.as_view(), name="deliveries"),
    path("webhooks/<str:id>/deliveries/<str:number>/resend", endpoints.ResendView.as_view(), name="resend"),
]
