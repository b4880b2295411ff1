"""People in posts."""

from django.urls import path

from talents import views

app_name = "talents"
urlpatterns = [
    path("", views.workers, name="list"),
    path("employers/<int:pk>/", views.people, name="employer-people"),
    path("employers/<int:pk>/holders/", views.holders, name="employer-holders"),
]
