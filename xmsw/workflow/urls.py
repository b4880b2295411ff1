"""The desk and the review of cases."""

from django.urls import path

from xmsw.workflow import views

app_name = "workflow"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("bulk/", views.bulk, name="bulk"),
    path("files/<int:pk>/", views.attachment, name="attachment"),
    path("files/<int:pk>/remove/", views.remove, name="attachment-remove"),
    path("<slug:key>/<int:pk>/", views.review, name="review"),
    path("<slug:key>/<int:pk>/move/", views.perform, name="move"),
    path("<slug:key>/<int:pk>/files/", views.upload, name="upload"),
]
