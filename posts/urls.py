"""Employers and their posts."""

from django.urls import path

from posts.views import employers

app_name = "posts"
urlpatterns = [
    path("", employers.employers, name="list"),
    path("mine/", employers.mine, name="mine"),
    path("search/", employers.search, name="search"),
    path("employers/<int:pk>/", employers.employer, name="employer"),
]
