"""Imports in the browser."""

from django.urls import path

from xmsw.exchange import views

app_name = "exchange"
urlpatterns = [
    path("", views.home, name="home"),
    path("template/<slug:key>/", views.template, name="template"),
    path("<int:pk>/", views.batch, name="batch"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/report/", views.report, name="report"),
    path("<int:pk>/confirm/", views.confirm, name="confirm"),
    path("<int:pk>/undo/", views.undo, name="undo"),
    path("<int:pk>/give-up/", views.give_up, name="give-up"),
    path("<int:pk>/resume/", views.resume, name="resume"),
    path("<int:pk>/mend/", views.mend, name="mend"),
]
