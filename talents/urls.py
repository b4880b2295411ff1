"""People in posts."""

from django.urls import path

from talents.views import people

app_name = "talents"
urlpatterns = [
    path("", people.workers, name="list"),
    path("employers/<int:pk>/", people.people, name="employer-people"),
    path("employers/<int:pk>/holders/", people.holders, name="employer-holders"),
]
