"""Award cycles, nominations, panels, pools and funds."""

from django.urls import path

from awards.views import cycles, disclosures, funds, nominations, notices, panel

app_name = "awards"
urlpatterns = [
    path("", cycles.Cycles.as_view(), name="cycles"),
    path("new/", cycles.new, name="cycle-new"),
    path("<int:pk>/", cycles.cycle, name="cycle"),
    path("<int:pk>/edit/", cycles.edit, name="cycle-edit"),
    path("<int:pk>/announce/", cycles.announce, name="announce"),
    path("<int:pk>/cancel/", cycles.cancel, name="cancel"),
    path("<int:pk>/prolong/", cycles.prolong, name="prolong"),
    path("<int:pk>/nominate/", nominations.nominate, name="nominate"),
    path("<int:pk>/panel/", panel.manage, name="panel"),
    path("<int:pk>/panel/draw/", panel.draw, name="panel-draw"),
    path("<int:pk>/panel/seat/", panel.seat, name="panel-seat"),
    path("<int:pk>/panel/<int:seat>/remove/", panel.unseat, name="panel-unseat"),
    path("<int:pk>/panel/open/", cycles.open_panel, name="open-panel"),
    path("<int:pk>/panel/close/", cycles.close_panel, name="close-panel"),
    path("<int:pk>/publish/", cycles.publish, name="publish"),
    path("<int:pk>/extend/", cycles.extend, name="extend"),
    path("<int:pk>/fill/", cycles.fill, name="fill"),
    path("<int:pk>/commend/", cycles.commend, name="commend"),
    path("nominations/", nominations.Nominations.as_view(), name="nominations"),
    path("nominations/<int:pk>/", nominations.nomination, name="nomination"),
    path("nominations/<int:pk>/edit/", nominations.edit, name="nomination-edit"),
    path("nominations/<int:pk>/objection/", notices.objection_new, name="objection-new"),
    path("objections/", notices.Objections.as_view(), name="objections"),
    path("objections/<int:pk>/", notices.objection, name="objection"),
    path("panels/", panel.mine, name="panels"),
    path("panels/<int:pk>/", panel.score_list, name="score-list"),
    path("panels/<int:pk>/<int:nomination>/", panel.score, name="score"),
    path("panels/<int:pk>/<int:nomination>/back/", panel.take_back, name="score-back"),
    path("panels/<int:pk>/<int:nomination>/aside/", panel.aside, name="aside"),
    path("panels/<int:pk>/<int:nomination>/files/<int:file>/", panel.file, name="score-file"),
    path("funds/", funds.Funds.as_view(), name="funds"),
    path("funds/new/", funds.new, name="fund-new"),
    path("funds/<int:pk>/", funds.Ledger.as_view(), name="fund"),
    path("funds/<int:pk>/edit/", funds.edit, name="fund-edit"),
    path("funds/<int:pk>/enter/", funds.enter, name="fund-enter"),
    path("funds/<int:pk>/close/", funds.close, name="fund-close"),
    path("funds/<int:pk>/lines/<int:line>/reverse/", funds.reverse_line, name="fund-reverse"),
    path("funds/<int:pk>/years/<int:year>/", disclosures.disclosure, name="disclosure"),
    path("funds/<int:pk>/years/<int:year>/release/", disclosures.release, name="disclosure-release"),
    path("honours/<int:pk>/certificate/", notices.certificate, name="certificate"),
]
