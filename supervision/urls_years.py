"""Addresses of 四(三)-3, -4 and 文末: indicators, year ends, outcomes."""

from django.urls import path

from supervision.views import indicators, report, years
from supervision.views.registers import register_paths

urlpatterns = [
    path("indicators/", indicators.indicators, name="indicators"),
    *register_paths(indicators.ClauseTargets, "indicators/targets"),
    path("years/", years.years, name="years"),
    path("years/calculate/", years.calculate, name="year-calculate"),
    path("years/confirm/", years.take, name="year-take"),
    path("years/<int:pk>/", years.year_end, name="year-end"),
    path("report/", report.report, name="report"),
    path("report/text/", report.text, name="report-text"),
    path("report/send/", report.send, name="report-send"),
    path("outcomes/", years.outcomes, name="outcomes"),
]
