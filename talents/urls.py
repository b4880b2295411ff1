"""People in posts."""

from django.urls import path

from talents.views import appointments, courses, learning, matching, merging, people, person, promotions, sources

app_name = "talents"
urlpatterns = [
    path("", people.workers, name="list"),
    path("found/", people.found, name="found"),
    path("me/", person.mine, name="mine"),
    path("duplicates/", merging.duplicates, name="duplicates"),
    path("<int:pk>/merge/<int:other>/", merging.merge, name="merge"),
    path("<int:pk>/", person.person, name="person"),
    path("<int:pk>/learning/", learning.tab, name="person-learning"),
    path("<int:pk>/learning/new/", learning.new, name="learning-new"),
    path("learning/", learning.Hours.as_view(), name="learning"),
    path("learning/records/", courses.Attendances.as_view(), name="attendances"),
    path("learning/<int:pk>/", learning.case, name="learning-case"),
    path("learning/<int:pk>/edit/", learning.edit, name="learning-edit"),
    path("learning/<int:pk>/drop/", learning.drop, name="learning-drop"),
    path("courses/", courses.Courses.as_view(), name="courses"),
    path("courses/new/", courses.course_new, name="course-new"),
    path("courses/<int:pk>/", courses.CoursePage.as_view(), name="course"),
    path("courses/<int:pk>/edit/", courses.course_edit, name="course-edit"),
    path("courses/<int:pk>/cancel/", courses.course_cancel, name="course-cancel"),
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
