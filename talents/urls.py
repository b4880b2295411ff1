"""People in posts."""

from django.urls import path

from talents.views import people, promotions

app_name = "talents"
urlpatterns = [
    path("", people.workers, name="list"),
    path("promotions/", promotions.Due.as_view(), name="promotions"),
    path("appointments/<int:pk>/promotion/", promotions.promote, name="promote"),
    path("titles/", promotions.title_list, name="titles"),
    path("titles/new/", promotions.title_new, name="title-new"),
    path("employers/<int:pk>/", people.people, name="employer-people"),
    path("employers/<int:pk>/holders/", people.holders, name="employer-holders"),
]
