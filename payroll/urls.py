"""Pay of peers, and services that are bought."""

from django.urls import path

from payroll.views import benchmarks, projects

app_name = "payroll"
urlpatterns = [
    path("benchmarks/", benchmarks.benchmarks, name="benchmarks"),
    path("benchmarks/publish/", benchmarks.publish, name="benchmark-publish"),
    path("projects/", projects.Projects.as_view(), name="projects"),
    path("projects/new/", projects.new, name="project-new"),
    path("projects/<int:pk>/", projects.project, name="project"),
    path("projects/<int:pk>/edit/", projects.edit, name="project-edit"),
]
