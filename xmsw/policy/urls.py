"""The policy library and the parameters."""

from django.urls import path

from xmsw.policy import views

app_name = "policy"
urlpatterns = [
    path("", views.library, name="library"),
    path("text/", views.text, name="text"),
    path("documents/<str:number>/", views.document, name="document"),
    path("parameters/", views.parameters, name="parameters"),
    path("parameters/<slug:code>/", views.parameter, name="parameter"),
]
