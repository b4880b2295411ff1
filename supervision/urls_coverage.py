"""Addresses of 一-2 and 一-6: coverage, frontline and stability."""

from django.urls import path

from supervision.views import coverage, coverage_lists, frontline

urlpatterns = [
    path("coverage/", coverage.page, name="coverage"),
    path("coverage/posts/", coverage_lists.FieldPosts.as_view(), name="field-posts"),
    path("frontline/", frontline.page, name="frontline"),
    path("frontline/seated/", coverage_lists.Seated.as_view(), name="seated"),
    path("frontline/leavers/", coverage_lists.Leavers.as_view(), name="leavers"),
    path("frontline/beginners/", coverage_lists.Beginners.as_view(), name="beginners"),
]
