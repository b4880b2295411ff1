"""Pages open to everybody."""

from django.urls import path

from awards.views import disclosures, notices

app_name = "honours"
urlpatterns = [
    path("", notices.public_list, name="notices"),
    path("<int:pk>/", notices.public_notice, name="notice"),
    path("<int:pk>/<int:nomination>/objection/", notices.public_objection, name="objection"),
    path("funds/", disclosures.public_funds, name="funds"),
    path("funds/<int:pk>/<int:year>/", disclosures.public_fund, name="fund"),
    path("verify/", notices.verify, name="verify"),
]
