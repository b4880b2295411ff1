"""Pages about pay that are open to everybody."""

from django.urls import path

from payroll.views import wizard

app_name = "standards"
urlpatterns = [
    path("", wizard.public, name="public"),
    path("calculator/", wizard.calculator, name="calculator"),
]
