"""Addresses of clients and their calls."""

app_name = "clients"
urlpatterns = []
