"""Addresses of 四(一): duties of the bureaus."""

from django.urls import path

from supervision.views import duties, lines, mechanism
from supervision.views.registers import register_paths

urlpatterns = [
    path("line/", lines.line, name="line"),
    path("line/employers/", lines.LineEmployers.as_view(), name="line-employers"),
    path("meeting-tasks/<int:pk>/done/", mechanism.task_done, name="meeting-task-done"),
    *(each for key, view in {**duties.REGISTERS, **mechanism.REGISTERS}.items() for each in register_paths(view, key)),
]
