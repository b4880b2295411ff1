"""Compliance: overview, lists, clauses, rules, runs."""

from django.urls import path

from supervision import urls_coverage, urls_duties, urls_inspections, urls_money, urls_years
from supervision.views import areas, clauses, employers, lists, overview, people, rolls, runs

app_name = "supervision"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("past/", overview.past, name="past"),
    path("without-post/", lists.without_post, name="without-post"),
    path("without-holder/", lists.without_holder, name="without-holder"),
    path("findings/", lists.findings, name="findings"),
    path("rolls/", rolls.rolls_index, name="rolls"),
    *[path(f"rolls/{key}/", view.as_view(), name=key) for key, view in rolls.ROLLS.items()],
    path("duties/", rolls.duties_page, name="duties"),
    path("employers/<int:pk>/", employers.verdicts_tab, name="employer-verdicts"),
    path("employers/<int:pk>/findings/", employers.findings, name="employer-findings"),
    path("people/<int:pk>/findings/", people.findings, name="person-findings"),
    path("clauses/", clauses.board, name="clauses"),
    path("clauses/<str:pk>/", clauses.clause, name="clause"),
    path("areas/", areas.areas, name="areas"),
    *urls_coverage.urlpatterns,
    *urls_duties.urlpatterns,
    *urls_money.urlpatterns,
    *urls_inspections.urlpatterns,
    *urls_years.urlpatterns,
    path("rules/", clauses.rules, name="rules"),
    path("runs/", runs.runs, name="runs"),
    path("runs/start/", runs.start, name="run-start"),
    path("runs/<int:pk>/", runs.run, name="run"),
    path("runs/<int:pk>/progress/", runs.progress, name="run-progress"),
]
