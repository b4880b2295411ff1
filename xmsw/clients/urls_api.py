"""Addresses of tokens, under /api/v1/."""

from django.urls import path

from xmsw.clients import token

app_name = "oauth"
urlpatterns = [
    path("token", token.Token.as_view(), name="token"),
    path("revoke", token.Revoke.as_view(), name="revoke"),
]
