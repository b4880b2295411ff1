"""Employers and their posts."""

from django.urls import path

from posts.views import employers, ladders, posts

app_name = "posts"
urlpatterns = [
    path("", employers.employers, name="list"),
    path("mine/", employers.mine, name="mine"),
    path("search/", employers.search, name="search"),
    path("employers/<int:pk>/", employers.employer, name="employer"),
    path("employers/<int:pk>/posts/new/", posts.new, name="post-new"),
    path("employers/<int:pk>/ladders/", ladders.ladders, name="ladders"),
    path("employers/<int:pk>/ladders/new/", ladders.new, name="ladder-new"),
    path("<int:pk>/", posts.post, name="post"),
    path("<int:pk>/edit/", posts.edit, name="post-edit"),
    path("<int:pk>/amend/", posts.amend, name="post-amend"),
    path("<int:pk>/freeze/", posts.freeze, name="post-freeze"),
    path("<int:pk>/unfreeze/", posts.unfreeze, name="post-unfreeze"),
    path("<int:pk>/abolish/", posts.abolish, name="post-abolish"),
    path("<int:pk>/copies/", posts.copies, name="post-copies"),
    path("<int:pk>/description/", posts.described, name="post-description"),
]
