"""Inspections and rectification (四(三)-1, -2); included by supervision/urls.py."""

from django.urls import path

from supervision.views import assigning, inspections, onsite, rectification

urlpatterns = [
    path("inspections/", inspections.Inspections.as_view(), name="inspections"),
    path("inspections/new/", inspections.new, name="inspection-new"),
    path("inspections/mine/", inspections.mine, name="my-inspections"),
    path("inspections/<int:pk>/", inspections.inspection, name="inspection"),
    path("inspections/<int:pk>/edit/", inspections.edit, name="inspection-edit"),
    path("inspections/<int:pk>/items/", inspections.items, name="inspection-items"),
    path("inspections/<int:pk>/seed/", inspections.fix_seed, name="inspection-seed"),
    path("inspections/<int:pk>/draw/", inspections.draw, name="inspection-draw"),
    path("inspections/<int:pk>/frame/", inspections.frame, name="inspection-frame"),
    path("inspections/<int:pk>/units/", inspections.Units.as_view(), name="inspection-units"),
    path("inspections/<int:pk>/assign/", assigning.Assign.as_view(), name="inspection-assign"),
    path("inspections/<int:pk>/start/", inspections.start, name="inspection-start"),
    path("inspections/<int:pk>/close/", inspections.close, name="inspection-close"),
    path("inspections/<int:pk>/cancel/", inspections.cancel, name="inspection-cancel"),
    path("inspections/units/<int:pk>/", onsite.record, name="onsite"),
    path("inspections/units/<int:pk>/visit/", onsite.save_visit, name="onsite-visit"),
    path("inspections/units/<int:pk>/photo/", onsite.photo, name="onsite-photo"),
    path("inspections/units/<int:pk>/items/<int:item>/", onsite.save_item, name="onsite-item"),
    path("inspections/units/<int:pk>/rectify/", rectification.of_unit, name="order-of-unit"),
    path("employers/<int:pk>/rectify/", rectification.of_employer, name="order-of-employer"),
    path("rectification/", rectification.Ledger.as_view(), name="ledger"),
    path("rectification/<int:pk>/", rectification.order, name="order"),
    path("rectification/<int:pk>/deadline/", rectification.deadline, name="order-deadline"),
    path("rectification/<int:pk>/items/<int:item>/", rectification.answer, name="order-answer"),
]
