"""Employers and their posts."""

from django.urls import path

from posts.views import employers, ladders, needs, plans, posts, registrations

app_name = "posts"
urlpatterns = [
    path("", employers.employers, name="list"),
    path("mine/", employers.mine, name="mine"),
    path("search/", employers.search, name="search"),
    path("employers/<int:pk>/", employers.employer, name="employer"),
    path("employers/<int:pk>/posts/new/", posts.new, name="post-new"),
    path("needs/", needs.Needs.as_view(), name="needs"),
    path("needs/<int:pk>/", needs.need, name="need"),
    path("needs/<int:pk>/edit/", needs.need_edit, name="need-edit"),
    path("employers/<int:pk>/needs/new/", needs.need_new, name="need-new"),
    path("inclusions/", needs.Inclusions.as_view(), name="inclusions"),
    path("inclusions/<int:pk>/", needs.inclusion, name="inclusion"),
    path("inclusions/<int:pk>/edit/", needs.inclusion_edit, name="inclusion-edit"),
    path("employers/<int:pk>/inclusions/new/", needs.inclusion_new, name="inclusion-new"),
    path("plans/", plans.Plans.as_view(), name="plans"),
    path("plans/new/", plans.plan_new, name="plan-new"),
    path("plans/<int:pk>/", plans.plan, name="plan"),
    path("plans/<int:pk>/edit/", plans.plan_edit, name="plan-edit"),
    path("plans/<int:pk>/lines/", plans.plan_lines, name="plan-lines"),
    path("incubations/", plans.Incubations.as_view(), name="incubations"),
    path("incubations/new/", plans.incubation_new, name="incubation-new"),
    path("incubations/<int:pk>/edit/", plans.incubation_edit, name="incubation-edit"),
    path("registrations/", registrations.Registrations.as_view(), name="registrations"),
    path("registrations/new/", registrations.new, name="registration-new"),
    path("registrations/<int:pk>/", registrations.registration, name="registration"),
    path("registrations/<int:pk>/edit/", registrations.edit, name="registration-edit"),
    path("employers/<int:pk>/apply/<slug:matter>/", registrations.about, name="registration-about"),
    path("employers/<int:pk>/colleagues/", registrations.colleagues, name="colleagues"),
    path("employers/<int:pk>/colleagues/remove/", registrations.remove_colleague, name="colleague-remove"),
    path("employers/<int:pk>/timeline/", registrations.timeline, name="timeline"),
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
