"""Employers and their posts."""

from django.urls import path

from posts import views

app_name = "posts"
urlpatterns = [
    path("", views.employers, name="list"),
    path("mine/", views.mine, name="mine"),
    path("search/", views.search, name="search"),
    path("employers/<int:pk>/", views.employer, name="employer"),
]
