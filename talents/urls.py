"""People in posts."""

from django.urls import path

from talents.views import appointments, matching, people, person, promotions, sources

app_name = "talents"
urlpatterns = [
    path("", people.workers, name="list"),
    path("found/", people.found, name="found"),
    path("me/", person.mine, name="mine"),
    path("<int:pk>/", person.person, name="person"),
    path("appointments/", appointments.Appointments.as_view(), name="appointments"),
    path("appointments/<int:pk>/", appointments.appointment, name="appointment"),
    path("appointments/<int:pk>/edit/", appointments.edit, name="appointment-edit"),
    path("appointments/<int:pk>/end/", appointments.end, name="appointment-end"),
    path("posts/<int:pk>/appoint/", appointments.new, name="appointment-new"),
    path("posts/<int:pk>/check/", appointments.check, name="appointment-check"),
    path("posts/<int:pk>/employ/", appointments.employ, name="appointment-employ"),
    path("posts/<int:pk>/candidates/", matching.post_candidates, name="post-candidates"),
    path("conversions/", sources.Conversions.as_view(), name="conversions"),
    path("unappointed/", appointments.Unappointed.as_view(), name="unappointed"),
    path("matching/", matching.matching, name="matching"),
    path("promotions/", promotions.Due.as_view(), name="promotions"),
    path("appointments/<int:pk>/promotion/", promotions.promote, name="promote"),
    path("titles/", promotions.title_list, name="titles"),
    path("titles/new/", promotions.title_new, name="title-new"),
    path("employers/<int:pk>/", people.people, name="employer-people"),
    path("employers/<int:pk>/holders/", people.holders, name="employer-holders"),
]
